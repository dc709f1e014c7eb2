internal import Storage

extension StorageConfiguration {
  /// The storage's settings for one of a node's Stores, which share what is the node's.
  init(_ node: NodeConfiguration, storeCount: Int) {
    self.init()
    log.segmentByteCount = node.logSegmentBytes
    log.freeByteCountMin = UInt64(node.diskReserveBytes)
    state.flushByteCount = UInt64(max(1 << 20, node.replayBytesMax / storeCount))
    state.blockCacheByteCount = max(1 << 20, node.blockCacheBytes / storeCount)
    state.scrubBytesPerSecond = UInt64((node.scrubBytesPerSecond + storeCount - 1) / storeCount)
  }
}
