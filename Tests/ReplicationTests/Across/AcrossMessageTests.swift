import Basics
import Inventory
import Testing

@testable import Replication

/// What leaders of shards say to one another, as bytes.
@Suite struct AcrossMessageTests {
  private let key = ClaimKey(id: UniqueID(high: 0x0102_0304_0506_0708, low: 9), slot: SlotNumber(0x0A0B))

  private var messages: [AcrossMessage] {
    [
      .prepare(
        PrepareMessage(
          key: key, version: 3, fingerprint: 0x1122_3344_5566_7788, home: SlotNumber(2), mode: .upTo,
          tenant: Array("t".utf8), actor: Array("shop".utf8), ranked: [LocationNumber(1), LocationNumber(0xFFFF)],
          name: [7, 8],
          lines: [
            AcrossLine(sku: Array("A".utf8), location: LocationNumber(0), quantity: 5, minimum: 2),
            AcrossLine(sku: Array("BB".utf8), quantity: 1 << 53),
          ])),
      .settle(key, row: [1, 2, 3]), .inquire(key, version: 1 << 40, home: SlotNumber(16_383)),
    ]
  }

  private var answers: [AcrossAnswer] {
    [
      .granted(
        token: 77,
        [
          AcrossGrantedLine(line: 0, location: LocationNumber(3), asked: 5, granted: 4),
          AcrossGrantedLine(line: 1, location: nil, asked: 5, granted: 0, available: 2),
        ]),
      .refused(.outOfStock(line: 1, location: LocationNumber(2), asked: 9, available: -1)),
      .refused(.unknownSKU(line: 99)), .refused(.noLocation(line: 0)), .refused(.invalid(line: 3)),
      .refused(
        .nameTaken(
          NameTaken(
            name: OrderName(tenant: "t", channel: "shop", number: "1", slot: SlotNumber(3)),
            order: UniqueID(high: 5, low: 6), home: SlotNumber(8), isSame: true, isPending: false))),
      .unsettled(300), .settled(4), .resolved(row: [9]), .deciding, .notOwner,
    ]
  }

  @Test func `messages come out as they went in`() throws {
    for message in messages { #expect(try AcrossMessage(decoding: message.encoded().rawSpan) == message) }
  }

  @Test func `answers come out as they went in`() throws {
    for answer in answers { #expect(try AcrossAnswer(decoding: answer.encoded().rawSpan) == answer) }
  }

  @Test func `a message cut at any byte is refused, but for the row at its end`() {
    for message in messages {
      let bytes = message.encoded()
      for count in 0..<bytes.count {
        let cut = Array(bytes[..<count])
        if case .settle = message, count >= 20 { continue }
        #expect(throws: DecodeError.self) { try AcrossMessage(decoding: cut.rawSpan) }
      }
    }
  }

  @Test func `an answer cut at any byte, or with one more, is refused`() {
    for answer in answers {
      if case .resolved = answer { continue }
      let bytes = answer.encoded()
      for count in 0..<bytes.count {
        #expect(throws: DecodeError.self) { try AcrossAnswer(decoding: Array(bytes[..<count]).rawSpan) }
      }
      #expect(throws: DecodeError.self) { try AcrossAnswer(decoding: (bytes + [0]).rawSpan) }
    }
  }

  @Test func `the bytes are those of the grammar`() {
    #expect(
      AcrossMessage.inquire(key, version: 300, home: SlotNumber(0x0102)).encoded() == [
        1, 3, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 9, 0x0B, 0x0A, 0xAC, 2, 2, 1,
      ])
    #expect(AcrossAnswer.unsettled(300).encoded() == [1, 3, 0xAC, 2])
    #expect(AcrossAnswer.deciding.encoded() == [1, 6])
  }

  @Test func `a version or a kind that is not known is refused`() {
    #expect(throws: DecodeError.self) { try AcrossMessage(decoding: [2, 3].rawSpan) }
    #expect(throws: DecodeError.self) { try AcrossMessage(decoding: [1, 200].rawSpan) }
    #expect(throws: DecodeError.self) { try AcrossAnswer(decoding: [1, 200].rawSpan) }
  }

  @Test func `no bytes whatever bring a reader down`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      var bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      if bytes.count > 1 { (bytes[0], bytes[1]) = (1, UInt8.random(in: 1...7, using: &generator)) }
      do throws(DecodeError) { _ = try AcrossMessage(decoding: bytes.rawSpan) } catch {}
      do throws(DecodeError) { _ = try AcrossAnswer(decoding: bytes.rawSpan) } catch {}
    }
  }

  @Test func `the fingerprint of a part is of what was asked, and of nothing that the gate added`() {
    let part = AcrossPart(slot: SlotNumber(1), lines: [AcrossLine(sku: [1], quantity: 2)])
    var other = part
    other.slot = SlotNumber(2)
    let id = UniqueID(high: 1, low: 2)
    #expect(part.fingerprint(id, .upTo) == other.fingerprint(id, .upTo))
    #expect(part.fingerprint(id, .upTo) != part.fingerprint(id, .allOrNothing))
    #expect(part.fingerprint(id, .upTo) != part.fingerprint(UniqueID(high: 1, low: 3), .upTo))
    other.lines[0].quantity = 3
    #expect(part.fingerprint(id, .upTo) != other.fingerprint(id, .upTo))
  }
}
