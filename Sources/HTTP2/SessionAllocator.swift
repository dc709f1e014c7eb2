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
  private let blocks: UnsafeMutablePointer<FreeBlocks>

  init() {
    unsafe blocks = .allocate(capacity: 1)
    unsafe blocks.initialize(to: FreeBlocks())
  }

  deinit {
    unsafe blocks.pointee.removeAll()
    unsafe blocks.deallocate()
  }

  var keptByteCount: Int { unsafe blocks.pointee.keptByteCount }

  /// What nghttp2 calls. The allocator must outlive the session that gets it.
  var functions: nghttp2_mem {
    unsafe nghttp2_mem(
      mem_user_data: blocks,
      malloc: { size, owner in unsafe FreeBlocks.of(owner).pointee.allocate(size) },
      free: { block, owner in unsafe FreeBlocks.of(owner).pointee.release(block) },
      calloc: { count, size, owner in
        let (total, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, let block = unsafe FreeBlocks.of(owner).pointee.allocate(total) else { return nil }
        return unsafe memset(block, 0, total)
      },
      realloc: { block, size, owner in unsafe FreeBlocks.of(owner).pointee.resize(block, size) })
  }

  func allocate(_ size: Int) -> UnsafeMutableRawPointer? { unsafe blocks.pointee.allocate(size) }
  func release(_ pointer: UnsafeMutableRawPointer?) { unsafe blocks.pointee.release(pointer) }

  func resize(_ pointer: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
    unsafe blocks.pointee.resize(pointer, size)
  }
}

/// The free blocks of a session by their size, each list linked through the first words of its blocks. Reached by its
/// address: nghttp2 asks for a dozen blocks a stream.
@unsafe private struct FreeBlocks {
  private static let headByteCount = 16
  private static let stepByteCount = 64
  private static let classCount = 16
  private static let directClass = UInt64.max
  /// What is kept for later; more goes back to the system at once.
  private static let keptByteCountMax = 64 << 10

  private let first: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private(set) var keptByteCount = 0

  init() {
    unsafe first = .allocate(capacity: Self.classCount)
    unsafe first.initialize(repeating: nil, count: Self.classCount)
  }

  mutating func removeAll() {
    for place in unsafe 0..<Self.classCount {
      while let block = unsafe take(place) { unsafe free(block) }
    }
    unsafe first.deallocate()
  }

  @inline(__always)
  static func of(_ owner: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<FreeBlocks> {
    guard let owner = unsafe owner else { invariantViolated("a session has no allocator") }
    return unsafe owner.assumingMemoryBound(to: FreeBlocks.self)
  }

  mutating func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let place = unsafe size == 0 ? 0 : (size - 1) / Self.stepByteCount
    if unsafe place >= Self.classCount {
      return unsafe Self.headed(malloc(Self.headByteCount + size), Self.directClass)
    }
    let block = unsafe take(place) ?? malloc(Self.headByteCount + (place + 1) * Self.stepByteCount)
    return unsafe Self.headed(block, UInt64(place))
  }

  mutating func release(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer = unsafe pointer else { return }
    let block = unsafe pointer - Self.headByteCount
    let kind = unsafe block.load(as: UInt64.self)
    guard unsafe kind < UInt64(Self.classCount) else { return unsafe free(block) }
    let place = Int(kind)
    let byteCount = unsafe (place + 1) * Self.stepByteCount
    guard unsafe keptByteCount + byteCount <= Self.keptByteCountMax else { return unsafe free(block) }
    unsafe keptByteCount += byteCount
    unsafe block.storeBytes(of: first[place], as: UnsafeMutableRawPointer?.self)
    unsafe first[place] = block
  }

  mutating func resize(_ pointer: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
    guard let pointer = unsafe pointer else { return unsafe allocate(size) }
    let block = unsafe pointer - Self.headByteCount
    let kind = unsafe block.load(as: UInt64.self)
    let isDirect = unsafe kind == Self.directClass
    if isDirect, unsafe size > Self.classCount * Self.stepByteCount {
      return unsafe Self.headed(realloc(block, Self.headByteCount + size), Self.directClass)
    }
    // A block of its own is larger than all that is asked for here.
    let room = unsafe isDirect ? size : (Int(kind) + 1) * Self.stepByteCount
    if !isDirect && size <= room { return unsafe pointer }
    guard let other = unsafe allocate(size) else { return nil }
    unsafe memcpy(other, pointer, min(size, room))
    unsafe release(pointer)
    return unsafe other
  }

  @inline(__always)
  private mutating func take(_ place: Int) -> UnsafeMutableRawPointer? {
    guard let block = unsafe first[place] else { return nil }
    unsafe first[place] = block.load(as: UnsafeMutableRawPointer?.self)
    unsafe keptByteCount -= (place + 1) * Self.stepByteCount
    return unsafe block
  }

  @inline(__always)
  private static func headed(_ block: UnsafeMutableRawPointer?, _ kind: UInt64) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return nil }
    unsafe block.storeBytes(of: kind, as: UInt64.self)
    return unsafe block + headByteCount
  }
}
