internal import Basics
internal import CNGHTTP2
internal import Glibc

// A block as nghttp2 sees it has this head before it:
//
//   head := class:u64 (index of the size class; `directClass` for a block of its own) unused:u64

/// Gives one nghttp2 session its memory, and keeps the small blocks that it frees for its next streams. A stream takes
/// about a dozen small blocks, and with many streams in flight the system's allocator keeps too few of them close at hand.
/// Owned by its session and used on its thread alone.
@safe final class SessionAllocator {
  private static let headByteCount = 16
  private static let stepByteCount = 64
  private static let classCount = 16
  private static let directClass = UInt64.max
  /// What is kept for later; more goes back to the system at once.
  private static let keptByteCountMax = 64 << 10

  /// The first free block of each class, whose first word points to the next.
  private var free = unsafe [UnsafeMutableRawPointer?](repeating: nil, count: classCount)
  private(set) var keptByteCount = 0

  deinit {
    for place in unsafe free.indices {
      while let block = unsafe take(place) { unsafe Glibc.free(block) }
    }
  }

  /// What nghttp2 calls. The allocator must outlive the session that gets it.
  var functions: nghttp2_mem {
    unsafe nghttp2_mem(
      mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
      malloc: { size, owner in unsafe SessionAllocator.of(owner).allocate(size) },
      free: { block, owner in unsafe SessionAllocator.of(owner).release(block) },
      calloc: { count, size, owner in
        let (total, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, let block = unsafe SessionAllocator.of(owner).allocate(total) else { return nil }
        return unsafe memset(block, 0, total)
      },
      realloc: { block, size, owner in unsafe SessionAllocator.of(owner).resize(block, size) })
  }

  private static func of(_ owner: UnsafeMutableRawPointer?) -> SessionAllocator {
    guard let owner = unsafe owner else { invariantViolated("a session has no allocator") }
    return unsafe Unmanaged<SessionAllocator>.fromOpaque(owner).takeUnretainedValue()
  }

  func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let place = size == 0 ? 0 : (size - 1) / Self.stepByteCount
    if place >= Self.classCount { return unsafe Self.headed(malloc(Self.headByteCount + size), Self.directClass) }
    let block = unsafe take(place) ?? malloc(Self.headByteCount + (place + 1) * Self.stepByteCount)
    return unsafe Self.headed(block, UInt64(place))
  }

  func release(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer = unsafe pointer else { return }
    let block = unsafe pointer - Self.headByteCount
    let kind = unsafe block.load(as: UInt64.self)
    guard kind != Self.directClass else { return unsafe Glibc.free(block) }
    let place = Int(kind)
    let byteCount = (place + 1) * Self.stepByteCount
    guard keptByteCount + byteCount <= Self.keptByteCountMax else { return unsafe Glibc.free(block) }
    keptByteCount += byteCount
    unsafe block.storeBytes(of: free[place], as: UnsafeMutableRawPointer?.self)
    unsafe free[place] = block
  }

  func resize(_ pointer: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
    guard let pointer = unsafe pointer else { return unsafe allocate(size) }
    let block = unsafe pointer - Self.headByteCount
    let kind = unsafe block.load(as: UInt64.self)
    if kind == Self.directClass, size > Self.classCount * Self.stepByteCount {
      return unsafe Self.headed(realloc(block, Self.headByteCount + size), Self.directClass)
    }
    let room = kind == Self.directClass ? Int.max : (Int(kind) + 1) * Self.stepByteCount
    if kind != Self.directClass && size <= room { return unsafe pointer }
    guard let larger = unsafe allocate(size) else { return nil }
    unsafe memcpy(larger, pointer, min(size, room))
    unsafe release(pointer)
    return unsafe larger
  }

  @unsafe private func take(_ place: Int) -> UnsafeMutableRawPointer? {
    guard let block = unsafe free[place] else { return nil }
    unsafe free[place] = block.load(as: UnsafeMutableRawPointer?.self)
    keptByteCount -= (place + 1) * Self.stepByteCount
    return unsafe block
  }

  @unsafe private static func headed(_ block: UnsafeMutableRawPointer?, _ kind: UInt64) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return nil }
    unsafe block.storeBytes(of: kind, as: UInt64.self)
    return unsafe block + headByteCount
  }
}
