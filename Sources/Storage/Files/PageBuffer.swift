/// Memory at a page's address, for reading and writing past the page cache. Owned by one thread.
@safe struct PageBuffer: ~Copyable {
  let raw: UnsafeMutableRawBufferPointer

  /// Zeros.
  init(byteCount: Int) {
    unsafe raw = .allocate(byteCount: DiskPage.roundedUp(byteCount), alignment: DiskPage.byteCount)
    unsafe raw.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { unsafe raw.deallocate() }

  var byteCount: Int { unsafe raw.count }

  /// The first `count` bytes.
  func prefix(_ count: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: raw[0..<count])
  }

  @_lifetime(borrow self)
  func span(_ count: Int) -> RawSpan {
    let span = unsafe RawSpan(_unsafeBytes: raw)
    return unsafe _overrideLifetime(span.extracting(0..<count), borrowing: self)
  }

  mutating func fill(with bytes: [UInt8]) {
    unsafe raw.copyBytes(from: bytes)
  }
}
