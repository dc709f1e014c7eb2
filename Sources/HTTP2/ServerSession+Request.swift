internal import Basics
internal import CNGHTTP2

/// From header fields and DATA to complete calls.
extension ServerSession {
  /// Counts a field of any header block; `false` ends the session where the block is being decoded. Every field that
  /// nghttp2 looks at comes by here: those of blocks that it ignores are not looked at, and cost what their bytes cost.
  @inline(__always)
  func headerDecoded(_ textBytes: Int) -> Bool {
    let count = textBytes &+ 32
    counters.headerBytes &+= UInt64(truncatingIfNeeded: count)
    headerBlockBytes &+= count
    return headerBlockBytes <= limits.headerListBytesMax || mayGoOn(after: count)
  }

  /// The block is over the limit, perhaps since this very field.
  private func mayGoOn(after count: Int) -> Bool {
    let wasOver = headerBlockBytes - count > limits.headerListBytesMax
    if !wasOver, !meter.headersOversized(now: now) { return false }
    return headerBlockBytes <= limits.headerListBytesMax * limits.headerBombFactor
  }

  /// One field of a request's header block. Trailers are read past: gRPC's requests have none.
  func header(_ name: UnsafePointer<UInt8>?, _ nameCount: Int, _ value: UnsafeBufferPointer<UInt8>) -> Int32 {
    if !headerDecoded(nameCount + value.count) { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
    guard let slot = unsafe current, let name = unsafe name else { return 0 }
    if headerBlockBytes > limits.headerListBytesMax {
      unsafe slot.pointee.flags.insert(.headersTooLarge)
      return 0
    }
    switch unsafe HeaderName(name, nameCount) {
    case .method: if unsafe value.equals("POST") { unsafe slot.pointee.flags.insert(.isPost) }
    case .path: unsafe route(slot, value)
    case .contentType: if unsafe value.isGRPCContentType { unsafe slot.pointee.flags.insert(.isGRPC) }
    case .grpcTimeout: unsafe readTimeout(slot, value)
    case .grpcEncoding: if unsafe !value.equals("identity") { unsafe slot.pointee.flags.insert(.encodingUnknown) }
    case .metadata, .grpcStatus, .grpcMessage, .grpcStatusDetails:
      unsafe slot.pointee.metadata.append(bigEndian: UInt16(clamping: nameCount))
      unsafe slot.pointee.metadata.append(bigEndian: UInt32(clamping: value.count))
      unsafe slot.pointee.metadata.append(UnsafeRawBufferPointer(start: name, count: nameCount))
      unsafe slot.pointee.metadata.append(UnsafeRawBufferPointer(value))
    case .status, .ignored: break
    }
    return 0
  }

  private func route(_ slot: UnsafeMutablePointer<StreamSlot>, _ path: UnsafeBufferPointer<UInt8>) {
    guard let method = unsafe methods.find(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(path))) else { return }
    unsafe slot.pointee.method = method.rawValue
    unsafe slot.pointee.kind = methods.kind(method)
    unsafe slot.pointee.flags.insert(.methodKnown)
  }

  private func readTimeout(_ slot: UnsafeMutablePointer<StreamSlot>, _ text: UnsafeBufferPointer<UInt8>) {
    if let timeout = unsafe GRPCTimeout.parse(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(text))) {
      unsafe slot.pointee.deadline = now.advanced(byNanoseconds: timeout)
    } else {
      unsafe slot.pointee.flags.insert(.timeoutMalformed)
    }
  }

  /// The header block is complete: refuse what cannot be served, and begin what is a stream.
  func admit(_ slot: UnsafeMutablePointer<StreamSlot>) {
    counters.calls += 1
    let flags = unsafe slot.pointee.flags
    if flags.contains(.headersTooLarge) {
      return unsafe refuse(
        slot, .resourceExhausted, "the header list is larger than \(limits.headerListBytesMax) bytes")
    }
    if !flags.contains(.isPost) { return unsafe answerPlainly(slot, "405", "gRPC calls are POST requests.\n") }
    if !flags.contains(.isGRPC) {
      return unsafe answerPlainly(slot, "415", "The content-type of a gRPC call is application/grpc.\n")
    }
    if !flags.contains(.methodKnown) { return unsafe refuse(slot, .unimplemented, "unknown method") }
    if flags.contains(.encodingUnknown) {
      return unsafe refuse(slot, .unimplemented, "compressed messages are not supported")
    }
    if flags.contains(.timeoutMalformed) { return unsafe refuse(slot, .invalidArgument, "malformed grpc-timeout") }
    let deadline = unsafe slot.pointee.deadline
    if deadline <= now { return unsafe refuse(slot, .deadlineExceeded, "the deadline has passed") }
    if deadline < wakeAt { wakeAt = deadline }
    if unsafe !slot.pointee.metadata.isEmpty {
      unsafe slot.pointee.charge(&bufferedMessageBytes)
      unsafe boundBuffers(slot)
      if unsafe slot.pointee.flags.contains(.answered) { return }
    }
    if unsafe slot.pointee.kind.takesOneMessage {
      wakeBy(now, limits.requestMillisecondsMax)
    } else {
      unsafe slot.pointee.flags.insert(.delivered)
      delegate?.opened(unsafe call(slot), in: self)
    }
  }

  /// A piece of a DATA frame. It is credited at once, unless the owner has paused the stream.
  func data(_ stream: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    guard let slot = unsafe native.slot(stream) else {
      native.consume(stream, bytes.count)
      return 0
    }
    if unsafe slot.pointee.flags.contains(.paused) {
      unsafe slot.pointee.pausedBytes += bytes.count
      _ = unsafe nghttp2_session_consume_connection(native.raw, bytes.count)
    } else {
      native.consume(stream, bytes.count)
    }
    if unsafe slot.pointee.flags.contains(.answered) {
      unsafe discard(slot, bytes.count)
      return 0
    }
    let wasEmpty = unsafe slot.pointee.input.isEmpty
    unsafe readMessages(slot, bytes)
    unsafe slot.pointee.charge(&bufferedMessageBytes)
    if wasEmpty, unsafe !slot.pointee.input.isEmpty { unsafe slot.pointee.partialSince = now }
    unsafe boundBuffers(slot)
    return 0
  }

  /// Refuses the call that has just been given room, when that was too much.
  private func boundBuffers(_ slot: UnsafeMutablePointer<StreamSlot>) {
    if unsafe slot.pointee.inputCharged == 0 { return }
    if bufferedMessageBytes > limits.bufferedMessageBytesMax {
      unsafe refuse(slot, .resourceExhausted, "too many incomplete messages on this connection")
    } else if holdsTooMuch {
      unsafe refuse(slot, .resourceExhausted, "too many incomplete messages on this node")
    }
  }

  /// A call that was answered early may still send the rest of its request, up to a bound in bytes and in time.
  /// Resetting the stream at once would be right, but some clients (curl 7.88) then drop the answer that they have.
  private func discard(_ slot: UnsafeMutablePointer<StreamSlot>, _ count: Int) {
    unsafe slot.pointee.discardedBytes += count
    if unsafe slot.pointee.discardedBytes > limits.discardedBytesMax {
      unsafe releaseHeld(slot)
      unsafe endRequest(slot)
    }
  }

  /// Asks the caller of an answered call to send no more.
  func endRequest(_ slot: UnsafeMutablePointer<StreamSlot>) {
    let flags = unsafe slot.pointee.flags
    guard flags.contains(.localClosed), flags.isDisjoint(with: [.remoteClosed, .resetHere]) else { return }
    unsafe slot.pointee.flags.insert(.resetHere)
    native.reset(unsafe slot.pointee.stream, .noError)
  }

  private func readMessages(_ slot: UnsafeMutablePointer<StreamSlot>, _ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes
    while rest.count > 0, unsafe !slot.pointee.flags.contains(.answered) {
      if unsafe slot.pointee.kind.takesOneMessage && slot.pointee.messageCount == 1 {
        return unsafe refuse(slot, .unimplemented, "the method takes exactly one message")
      }
      switch unsafe slot.pointee.assemble(&rest, limit: limits.messageBytesMax) {
      case .needsMore: return
      case .message(let message): unsafe take(slot, message)
      case .compressed: unsafe refuse(slot, .unimplemented, "compressed messages are not supported")
      case .tooLarge(let length):
        unsafe refuse(
          slot, .resourceExhausted, "a message of \(length) bytes is larger than \(limits.messageBytesMax)")
      }
    }
  }

  private static let congested = "too many answers wait to be read on this connection"

  private func take(_ slot: UnsafeMutablePointer<StreamSlot>, _ message: UnsafeRawBufferPointer) {
    counters.messagesReceived += 1
    unsafe slot.pointee.messageCount += 1
    guard unsafe slot.pointee.kind.takesOneMessage else {
      let isUnread = unsafe slot.pointee.output.count > limits.streamQueuedBytesMax
      if isUnread || isCongested { return unsafe refuse(slot, .resourceExhausted, Self.congested) }
      delegate?.received(unsafe RawSpan(_unsafeBytes: message), for: unsafe call(slot), in: self)
      if unsafe slot.pointee.inputIsComplete { unsafe slot.pointee.dropInput() }
      return
    }
    unsafe slot.pointee.borrowed = message
    // Another stream's message may be waiting in the same input; it is kept now.
    if let other = unsafe borrower, unsafe other != slot { unsafe keep(other) }
    unsafe borrower = slot
  }

  /// Copies a waiting message out of the input, which is about to go.
  func keep(_ slot: UnsafeMutablePointer<StreamSlot>) {
    unsafe slot.pointee.keepBorrowed()
    unsafe slot.pointee.charge(&bufferedMessageBytes)
    unsafe boundBuffers(slot)
  }

  /// The caller has ended its half.
  func requestEnded(_ slot: UnsafeMutablePointer<StreamSlot>) {
    unsafe slot.pointee.flags.insert(.remoteClosed)
    if unsafe slot.pointee.flags.contains(.answered) { return unsafe releaseHeld(slot) }
    if unsafe !slot.pointee.input.isEmpty && !slot.pointee.inputIsComplete {
      return unsafe refuse(slot, .internal, "the request ends inside a message")
    }
    guard unsafe slot.pointee.kind.takesOneMessage else {
      delegate?.halfClosed(unsafe call(slot), in: self)
      return
    }
    guard let message = unsafe slot.pointee.borrowed else {
      return unsafe refuse(slot, .unimplemented, "the method takes exactly one message")
    }
    if isCongested { return unsafe refuse(slot, .resourceExhausted, Self.congested) }
    unsafe slot.pointee.flags.insert(.delivered)
    unsafe slot.pointee.borrowed = nil
    if unsafe borrower == slot { unsafe borrower = nil }
    delegate?.called(unsafe call(slot), message: unsafe RawSpan(_unsafeBytes: message), in: self)
  }

  // MARK: metadata

  /// Whether the caller sent any field that gRPC itself does not use.
  package func hasMetadata(_ stream: StreamID) -> Bool {
    guard let slot = unsafe native.slot(stream.rawValue) else { return false }
    return unsafe !slot.pointee.metadata.isEmpty
  }

  /// The first value of a metadata field such as `authorization`; a `-bin` field's is still base64.
  package func metadata(_ name: StaticString, of stream: StreamID) -> [UInt8]? {
    guard let slot = unsafe native.slot(stream.rawValue) else { return nil }
    let bytes = unsafe slot.pointee.metadata.bytes
    var offset = 0
    while offset < bytes.count {
      let nameCount = Int(UInt16(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
      let count = Int(UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt32.self)))
      let start = offset + 6
      offset = start + nameCount + count
      let found = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<start + nameCount])
      if unsafe found.withMemoryRebound(to: UInt8.self, { unsafe $0.equals(name) }) {
        return unsafe Array(bytes[start + nameCount..<offset])
      }
    }
    return nil
  }
}
