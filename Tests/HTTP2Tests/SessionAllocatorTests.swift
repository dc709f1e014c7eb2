import Basics
import Testing

@testable import HTTP2

@Suite struct SessionAllocatorTests {
  /// A block by its address, with what must be in it.
  private struct Block {
    var address: UInt
    var bytes: [UInt8]

    init(_ pointer: UnsafeMutableRawPointer?, _ bytes: [UInt8]) {
      address = UInt(bitPattern: pointer)
      self.bytes = bytes
      unsafe pointer?.copyMemory(from: bytes, byteCount: bytes.count)
    }

    var pointer: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: address) }

    func holds(_ count: Int) -> Bool {
      unsafe Array(UnsafeRawBufferPointer(start: pointer, count: count)) == Array(bytes.prefix(count))
    }
  }

  @Test("blocks hold what was written to them through random use, and what is kept for later is bounded")
  func model() {
    let allocator = SessionAllocator()
    var generator = SeededGenerator(seed: 7)
    var blocks: [Block] = []
    for step in 0..<20_000 {
      let size = generator.below(generator.below(4) == 0 ? 5_000 : 300)
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ step) }
      switch generator.below(3) {
      case 0: unsafe blocks.append(Block(allocator.allocate(size), bytes))
      case 1 where !blocks.isEmpty:
        let place = generator.below(blocks.count)
        let old = blocks[place]
        blocks[place].address = UInt(bitPattern: unsafe allocator.resize(old.pointer, size))
        #expect(blocks[place].holds(min(old.bytes.count, size)))
        unsafe blocks[place] = Block(blocks[place].pointer, bytes)
      default:
        guard !blocks.isEmpty else { continue }
        let old = blocks.remove(at: generator.below(blocks.count))
        #expect(old.holds(old.bytes.count))
        unsafe allocator.release(old.pointer)
      }
      #expect(allocator.keptByteCount <= 64 << 10)
    }
    for block in blocks { unsafe allocator.release(block.pointer) }
  }

  @Test("a freed block is the next of its size, and one too large for the classes is not kept")
  func reuse() {
    let allocator = SessionAllocator()
    let first = unsafe allocator.allocate(100)
    unsafe allocator.release(first)
    #expect(allocator.keptByteCount == 128)
    #expect(unsafe allocator.allocate(65) == first)
    #expect(allocator.keptByteCount == 0)
    unsafe allocator.release(first)
    unsafe allocator.release(allocator.allocate(2_000))
    #expect(allocator.keptByteCount == 128)
  }
}
