import API
import Basics
import Testing

@testable import Server

@Suite struct EnvelopeTests {
  private struct Received: Equatable {
    var kind: UInt8
    var body: [UInt8]
  }

  /// Reads parts one after the other.
  private static func read(
    _ parts: [[UInt8]], bodyByteCountMax: Int = 1_000, _ form: EnvelopeForm = .whole
  ) throws(PeerFault) -> [Received] {
    var reader = EnvelopeReader(bodyByteCountMax: bodyByteCountMax)
    reader.form = form
    var received: [Received] = []
    for part in parts {
      try reader.read(part.rawSpan) { kind, body throws(PeerFault) in
        received.append(Received(kind: kind, body: body.copied()))
        return true
      }
    }
    return received
  }

  private static let sample: [Received] = [
    Received(kind: 17, body: [1, 2, 3]), Received(kind: 6, body: []),
    Received(kind: 16, body: (0..<300).map { UInt8(truncatingIfNeeded: $0) }), Received(kind: 18, body: [9]),
  ]

  private static func sampleBytes(_ form: EnvelopeForm = .whole) -> [UInt8] {
    var writer = ByteWriter()
    for item in sample { writer.envelope(EnvelopeKind(rawValue: item.kind)!, item.body, form) }
    return writer.bytes
  }

  private static func little(_ checksum: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
  }

  @Test func `an envelope has the bytes that its grammar says`() {
    var writer = ByteWriter()
    writer.envelope(.call, [0xAB])
    let checksum = CRC32C.checksum([17, 1, 0, 0, 0, 0xAB].rawSpan)
    #expect(writer.bytes == [17, 1, 0, 0, 0] + Self.little(checksum) + [0xAB])
  }

  @Test func `an envelope whose head is checked first has the bytes that its grammar says`() {
    var writer = ByteWriter()
    writer.envelope(.call, [0xAB], .headFirst)
    #expect(
      writer.bytes == [17, 5, 0, 0, 0] + Self.little(CRC32C.checksum([17, 5, 0, 0, 0].rawSpan)) + [0xAB]
        + Self.little(CRC32C.checksum([0xAB].rawSpan)))
    writer.removeAll()
    writer.envelope(.storeFrame, [0xAB], .headFirst)
    #expect(writer.bytes == [16, 1, 0, 0, 0] + Self.little(CRC32C.checksum([16, 1, 0, 0, 0].rawSpan)) + [0xAB])
  }

  @Test(arguments: [EnvelopeForm.whole, .headFirst])
  func `envelopes come out whole wherever the stream is cut in three`(form: EnvelopeForm) throws {
    let bytes = Self.sampleBytes(form)
    for first in stride(from: 0, through: bytes.count, by: 7) {
      for second in stride(from: first, through: bytes.count, by: 11) {
        let parts = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
        #expect(try Self.read(parts, form) == Self.sample)
      }
    }
    #expect(try Self.read(bytes.map { [$0] }, form) == Self.sample)
  }

  @Test func `a flipped bit of a head is found before its body has come`() {
    for kind in [EnvelopeKind.answer, .storeFrame, .alive] {
      var writer = ByteWriter()
      writer.envelope(kind, kind == .alive ? [] : [1, 2, 3, 4], .headFirst)
      for place in 0..<EnvelopeHead.byteCount {
        for bit in 0..<8 {
          var damaged = Array(writer.bytes.prefix(EnvelopeHead.byteCount))
          damaged[place] ^= 1 << UInt8(bit)
          #expect(throws: PeerFault.damaged, "byte \(place), bit \(bit)") {
            try Self.read([damaged], bodyByteCountMax: .max, .headFirst)
          }
        }
      }
    }
  }

  @Test func `a flipped bit of a body is found`() {
    var writer = ByteWriter()
    writer.envelope(.answer, [1, 2, 3, 4], .headFirst)
    for place in EnvelopeHead.byteCount..<writer.bytes.count {
      for bit in 0..<8 {
        var damaged = writer.bytes
        damaged[place] ^= 1 << UInt8(bit)
        #expect(throws: PeerFault.damaged, "byte \(place), bit \(bit)") { try Self.read([damaged], .headFirst) }
      }
    }
  }

  @Test func `a body that is too short for its checksum is damaged`() {
    let tail: [UInt8] = [1, 2, 3]
    var writer = ByteWriter()
    EnvelopeHead(.answer, tail.rawSpan, .headFirst).encode(into: &writer)
    writer.append(tail)
    #expect(throws: PeerFault.damaged) { try Self.read([writer.bytes], .headFirst) }
  }

  @Test func `a flipped bit anywhere is found, or leaves the envelope unfinished`() {
    var writer = ByteWriter()
    writer.envelope(.answer, [1, 2, 3, 4])
    for place in writer.bytes.indices {
      for bit in 0..<8 {
        var damaged = writer.bytes
        damaged[place] ^= 1 << UInt8(bit)
        do throws(PeerFault) {
          let received = try Self.read([damaged])
          #expect(received.isEmpty, "byte \(place), bit \(bit)")
        } catch {}
      }
    }
  }

  @Test func `a body that is longer than it may be is refused by its head alone`() {
    var writer = ByteWriter()
    writer.envelope(.call, [UInt8](repeating: 0, count: 101))
    #expect(throws: PeerFault.tooLong(101)) {
      try Self.read([Array(writer.bytes[..<EnvelopeHead.byteCount])], bodyByteCountMax: 100)
    }
  }

  @Test func `what comes behind the envelope that ends the reading is not looked at`() throws {
    var reader = EnvelopeReader(bodyByteCountMax: 1_000)
    var kinds: [UInt8] = []
    try reader.read(Self.sampleBytes().rawSpan) { kind, _ throws(PeerFault) in
      kinds.append(kind)
      return kinds.count < 2
    }
    #expect(kinds == [17, 6])
  }
}

@Suite struct PeerPacketTests {
  static let packets: [PeerPacket] = [
    .call(RemoteCall(id: 1 << 40, method: 7, timeoutMilliseconds: 1_500, hops: 2, message: [1, 2, 3])),
    .call(RemoteCall(id: 0, method: 0, timeoutMilliseconds: 0, hops: 0, message: [])),
    .answer(RemoteAnswer(id: 9, outcome: .message([]))),
    .answer(RemoteAnswer(id: 9, outcome: .message([4, 5]))),
    .answer(
      RemoteAnswer(
        id: .max,
        outcome: .failure(CallFailure(.noLeader, "no leader", metadata: ["a": "b"], retryDelayMilliseconds: 100)))),
    .answer(RemoteAnswer(id: 3, outcome: .failure(.invalidField("lines[0]", found: "0", allowed: "1")))),
    .clusterCommands([1, 2]), .nodeReport([3]),
  ]

  @Test(arguments: packets)
  func `a packet survives the way there`(packet: PeerPacket) throws {
    let bytes = packet.encoded()
    let read = try PeerPacket(packet.kind, bytes.rawSpan)
    #expect(read == packet)
  }

  @Test(arguments: packets)
  func `a truncated packet is an error or a shorter one, never a crash`(packet: PeerPacket) {
    let bytes = packet.encoded()
    for count in bytes.indices {
      do throws(DecodeError) {
        let read = try PeerPacket(packet.kind, bytes.rawSpan.extracting(first: count))
        #expect(read != packet)
      } catch {}
    }
  }

  @Test func `random bytes are no packets`() {
    var generator = SeededGenerator(seed: 5)
    for kind in EnvelopeKind.allCases {
      for _ in 0..<200 {
        let bytes = (0..<Int.random(in: 0..<64, using: &generator)).map { _ in
          UInt8.random(in: .min ... .max, using: &generator)
        }
        do throws(DecodeError) { _ = try PeerPacket(kind, bytes.rawSpan) } catch {}
      }
    }
  }
}

@Suite struct PeerQueueTests {
  private static func add(_ kind: EnvelopeKind, _ body: [UInt8], to queue: inout PeerQueue, fits: Bool) {
    let isAdded = queue.append(kind, body)
    #expect(isAdded == fits)
  }

  private static func drain(_ queue: inout PeerQueue, limit: Int) -> [UInt8] {
    var output = ByteWriter()
    queue.take(into: &output, limit: limit)
    return output.bytes
  }

  @Test func `what goes out is what came in, in order, however little goes at a time`() {
    for limit in [1, 5, 9, 10, 64, 10_000] {
      var queue = PeerQueue(byteCountMax: 1 << 20)
      var expected = ByteWriter()
      for number in 0..<20 {
        let body = [UInt8](repeating: UInt8(number), count: number * 7)
        Self.add(.call, body, to: &queue, fits: true)
        expected.envelope(.call, body)
      }
      var sent: [UInt8] = []
      while !queue.isEmpty { sent += Self.drain(&queue, limit: limit) }
      #expect(sent == expected.bytes)
      #expect(queue.byteCount == 0)
    }
  }

  @Test func `an envelope that does not fit is refused whole and harms none of the others`() {
    var queue = PeerQueue(byteCountMax: 100)
    Self.add(.call, [UInt8](repeating: 1, count: 50), to: &queue, fits: true)
    Self.add(.call, [UInt8](repeating: 2, count: 50), to: &queue, fits: false)
    Self.add(.call, [UInt8](repeating: 3, count: 10), to: &queue, fits: true)
    var expected = ByteWriter()
    expected.envelope(.call, [UInt8](repeating: 1, count: 50))
    expected.envelope(.call, [UInt8](repeating: 3, count: 10))
    let sent = Self.drain(&queue, limit: 1_000)
    #expect(sent == expected.bytes)
  }

  @Test func `an empty queue takes what is longer than its bound, or it would never leave`() {
    var queue = PeerQueue(byteCountMax: 100)
    Self.add(.storeFrame, [UInt8](repeating: 1, count: 1_000), to: &queue, fits: true)
    Self.add(.storeFrame, [1], to: &queue, fits: false)
  }
}
