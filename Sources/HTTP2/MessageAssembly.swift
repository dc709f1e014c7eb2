internal import Basics

// A gRPC message on the wire: Compressed-Flag (8 bits), Message-Length (32 bits, big-endian), Message.

enum MessageFraming {
  static let prefixBytes = 5
}

extension StreamSlot {
  /// What the next bytes of a stream amount to.
  @safe enum Assembly {
    case needsMore
    /// A complete message. Its bytes lie in the chunk or in `input`, until the next chunk comes.
    case message(UnsafeRawBufferPointer)
    case tooLarge(UInt32)
    case compressed
  }

  /// Takes the next message out of `chunk`, which is shortened by what was used. Bytes of an incomplete message are
  /// kept in `input`; room is made for bytes that came, never for bytes that were announced.
  mutating func assemble(_ chunk: inout UnsafeRawBufferPointer, limit: Int) -> Assembly {
    if inputIsComplete { dropInput() }
    if input.isEmpty, chunk.count >= MessageFraming.prefixBytes {
      let length: Int
      switch unsafe Self.readPrefix(chunk, limit: limit) {
      case .length(let found): length = found
      case .refused(let reason): return reason
      }
      if chunk.count >= MessageFraming.prefixBytes + length {
        return unsafe .message(Self.split(&chunk, MessageFraming.prefixBytes + length).dropPrefix())
      }
    }
    return unsafe gather(&chunk, limit: limit)
  }

  /// Moves bytes of a message that arrives in pieces into `input`.
  private mutating func gather(_ chunk: inout UnsafeRawBufferPointer, limit: Int) -> Assembly {
    let prefix = MessageFraming.prefixBytes
    if input.count < prefix {
      unsafe input.append(Self.split(&chunk, min(chunk.count, prefix - input.count)))
      if input.count < prefix { return .needsMore }
    }
    let length: Int
    switch unsafe Self.readPrefix(input.bytes, limit: limit) {
    case .length(let found): length = found
    case .refused(let reason): return reason
    }
    unsafe input.append(Self.split(&chunk, min(chunk.count, prefix + length - input.count)))
    if input.count < prefix + length { return .needsMore }
    inputIsComplete = true
    return unsafe .message(input.bytes.dropPrefix())
  }

  private enum Prefix {
    case length(Int)
    case refused(Assembly)
  }

  private static func readPrefix(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Prefix {
    let length = unsafe UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
    if unsafe bytes[0] != 0 { return .refused(.compressed) }
    if Int(length) > limit { return .refused(.tooLarge(length)) }
    return .length(Int(length))
  }

  private static func split(_ chunk: inout UnsafeRawBufferPointer, _ count: Int) -> UnsafeRawBufferPointer {
    let first = unsafe UnsafeRawBufferPointer(rebasing: chunk[..<count])
    unsafe chunk = UnsafeRawBufferPointer(rebasing: chunk[count...])
    return unsafe first
  }

  /// Moves a borrowed message out of the session's input, which is about to go.
  mutating func keepBorrowed() {
    guard let message = unsafe borrowed, input.isEmpty else { return }
    input.append(UInt8(0))
    input.append(bigEndian: UInt32(message.count))
    unsafe input.append(message)
    inputIsComplete = true
    unsafe borrowed = input.bytes.dropPrefix()
  }

  mutating func dropInput() {
    input.drop(input.count)
    inputIsComplete = false
  }

  /// Gives back what is kept of a request that nobody will read.
  mutating func dropRequest() {
    dropInput()
    unsafe borrowed = nil
    input.release()
    metadata.release()
  }

  /// Brings a session's total up to date with what is kept of this stream's request.
  mutating func charge(_ total: inout Int) {
    let count = input.count + metadata.count
    total += count - inputCharged
    inputCharged = count
  }

  /// Queues a message with its framing.
  mutating func enqueue(_ message: RawSpan) {
    output.append(UInt8(0))
    output.append(bigEndian: UInt32(message.byteCount))
    output.append(message)
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func dropPrefix() -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: self[MessageFraming.prefixBytes...])
  }
}
