internal import CPrefetch

/// Begins to load the cache line at an address, for what is looked at soon: the program goes on meanwhile. It has no
/// effect but on time.
public func prefetch(_ address: UnsafeRawPointer) { unsafe cprefetch(address) }

extension Array {
  /// Begins to load an element, which must be there. As much of it as three lines have.
  public func prefetch(_ index: Int) {
    unsafe withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let place = unsafe UnsafeRawPointer(base + index)
      unsafe Basics.prefetch(place)
      if MemoryLayout<Element>.size > 64 { unsafe Basics.prefetch(place + 64) }
      if MemoryLayout<Element>.size > 128 { unsafe Basics.prefetch(place + 128) }
    }
  }
}
