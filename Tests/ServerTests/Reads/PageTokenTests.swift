import API
import Basics
import Inventory
import Placement
import Testing

@testable import Server

@Suite struct PageTokenTests {
  private let map = ShardMap(dividedAmong: 4)

  @Test func `a token is read as it was written, and each text is that of one token`() throws {
    var generator = SeededGenerator(seed: 1)
    for count in 0..<40 {
      let position = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let token = PageToken(list: 7, map: .max, shard: ShardID(UInt32(count) << 20), position: position)
      #expect(PageToken(token.text) == token)
      // The last character's unused bits are nothing.
      let other = String(token.text.dropLast()) + (token.text.hasSuffix("A") ? "B" : "A")
      #expect(PageToken(other) != token)
    }
    for text in ["", "!", "AAAA", "A", "AQ", "=", "AA==", "\u{661}", "Ag\(String(repeating: "A", count: 20))"] {
      #expect(PageToken(text) == nil)
    }
  }

  private func page(_ request: ListHoldsRequest, _ map: ShardMap, first: ShardID? = nil) throws -> ShardPage {
    try ShardPage(request, map, first: first)
  }

  @Test func `a list goes through all shards, the first one first`() throws {
    var (shards, request): ([UInt32], ListHoldsRequest) = ([], ListHoldsRequest(reference: "x"))
    repeat {
      let page = try page(request, map, first: ShardID(3))
      #expect(page.position.isEmpty)
      shards.append(page.shard.rawValue)
      request.pageToken = page.next(nil)
      request.pageSize += 1
    } while !request.pageToken.isEmpty
    #expect(shards == [3, 1, 2, 4])
  }

  @Test func `a token goes on with its own list, and only while the slots are where they were`() throws {
    let request = ListHoldsRequest(reference: "x")
    let token = try page(request, map).next([1, 2])
    #expect(try page(ListHoldsRequest(pageToken: token, reference: "x"), map).position == [1, 2])
    func reason(_ request: ListHoldsRequest, _ map: ShardMap) -> ErrorReason? {
      do throws(CallFailure) {
        _ = try ShardPage(request, map)
        return nil
      } catch { return error.reason }
    }
    #expect(reason(ListHoldsRequest(pageToken: token, reference: "y"), map) == .invalidField)
    #expect(reason(ListHoldsRequest(pageToken: token, reference: "x"), ShardMap(dividedAmong: 5)) == .listOutdated)
    #expect(reason(ListHoldsRequest(pageSize: 1_001, reference: "x"), map) == .invalidField)
  }

  @Test func `a place in a journal is read as it was written`() throws {
    let id = UniqueID(high: 1, low: 2)
    let rows = [
      JournalPosition(location: LocationNumber(3), sequence: 9),
      JournalPosition(location: LocationNumber(4), sequence: 1),
    ]
    for cursor in [nil, .backward(7), .rows(rows), .forward(0), .forward(.max)] as [JournalCursor?] {
      var place = JournalPlace(from: Stamp(milliseconds: 5), causeIDs: [id, id])
      place.cursor = cursor
      #expect(try JournalPlace(place.position) == place)
      for count in 1..<place.position.count {
        #expect(throws: CallFailure.self) { try JournalPlace(Array(place.position.prefix(count))) }
      }
    }
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_767_225_600_123, "2026-01-01T00:00:00.123Z"), (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `times are told as RFC 3339 has them`(milliseconds: Int64, text: String) {
    #expect(rfc3339(Stamp(milliseconds: milliseconds)) == text)
  }
}
