internal import Basics

/// A byte queue with memory of its own: written at the end, read at the front. It exists because streams are pooled
/// and their buffers are read from inside C callbacks, where an array would be checked and counted at each touch.
@safe struct StreamBuffer: ~Copyable {
  /// A buffer larger than this is given back when its stream ends.
  private static let keptBytesMax = 4 << 10

  private var base: UnsafeMutableRawPointer?
  private var capacity = 0
  private var head = 0
  private var tail = 0

  init() { unsafe base = nil }

  deinit { unsafe base?.deallocate() }

  @inline(__always) var count: Int { tail &- head }
  @inline(__always) var isEmpty: Bool { tail == head }

  /// The queued bytes, valid until the next change.
  @inline(__always)
  var bytes: UnsafeRawBufferPointer {
    guard let base = unsafe base else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeRawBufferPointer(start: base + head, count: tail &- head)
  }

  @inline(__always)
  mutating func append(_ source: UnsafeRawBufferPointer) {
    guard let from = source.baseAddress, source.count > 0 else { return }
    let to = unsafe reserve(source.count)
    unsafe to.copyMemory(from: from, byteCount: source.count)
    tail &+= source.count
  }

  @inline(__always)
  mutating func append(_ source: RawSpan) { unsafe source.withUnsafeBytes { unsafe append($0) } }

  @inline(__always)
  mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(bigEndian value: Value) {
    let to = unsafe reserve(MemoryLayout<Value>.size)
    unsafe to.storeBytes(of: value.bigEndian, as: Value.self)
    tail &+= MemoryLayout<Value>.size
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) { append(bigEndian: byte) }

  /// Appends up to `count` bytes, which `body` writes; it answers how many.
  @inline(__always)
  mutating func append(atMost count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    let to = unsafe reserve(count)
    let written = unsafe body(to.assumingMemoryBound(to: UInt8.self))
    invariant(written <= count, "more was written than there was room for")
    tail &+= written
  }

  /// Moves up to `count` bytes out.
  @inline(__always)
  mutating func take(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    let taken = min(count, self.count)
    if taken == 0 { return 0 }
    guard let base = unsafe base else { return 0 }
    unsafe target.copyMemory(from: base + head, byteCount: taken)
    drop(taken)
    return taken
  }

  @inline(__always)
  mutating func drop(_ count: Int) {
    head &+= count
    if head == tail { (head, tail) = (0, 0) }
  }

  /// Empties the buffer for its next stream.
  @inline(__always)
  mutating func reset() {
    (head, tail) = (0, 0)
    if capacity > Self.keptBytesMax { release() }
  }

  mutating func release() {
    unsafe base?.deallocate()
    unsafe base = nil
    (capacity, head, tail) = (0, 0, 0)
  }

  /// Room for `count` more bytes at the end.
  @inline(__always)
  private mutating func reserve(_ count: Int) -> UnsafeMutableRawPointer {
    if let base = unsafe base, capacity &- tail >= count { return unsafe base + tail }
    return unsafe grow(count)
  }

  @inline(never)
  private mutating func grow(_ more: Int) -> UnsafeMutableRawPointer {
    let used = count
    var larger = max(256, capacity)
    while larger < used + more { larger *= 2 }
    let target = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    if let base = unsafe base {
      unsafe target.copyMemory(from: base + head, byteCount: used)
      unsafe base.deallocate()
    }
    unsafe base = target
    (capacity, head, tail) = (larger, 0, used)
    return unsafe target + used
  }
}
