import API
import Basics
import Testing

@testable import Bench

@Suite struct WireTests {
  private let names = SKUNames(prefix: "run-1")
  private let id = UniqueID(high: 0x0189_0A5D_AC96_774B, low: 0xBCCE_B302_099A_8057)

  private func response(_ change: (inout ReserveResponse) -> Void = { _ in }) -> ReserveResponse {
    var response = ReserveResponse(
      revision: 900, replayed: false,
      hold: API.Hold(
        holdID: HoldName.text(id, suffix: 0x1F3A), tenant: "default", state: .active,
        lines: [HoldLine(sku: names.name(42), location: "BER1", quantity: 3)],
        createTime: .init(Stamp(milliseconds: 1_767_225_700_123)),
        expireTime: .init(Stamp(milliseconds: 1_767_226_300_123)), reference: "cart"))
    change(&response)
    return response
  }

  @Test(arguments: [1, 3])
  func `a filled template is the message that the codec makes`(batch: Int) throws {
    var template = ReserveTemplate(tenant: "t", names: names, quantity: 300, timeToLiveSeconds: 77, batch: batch)
    var requests: [ReserveRequest] = []
    for position in 0..<batch {
      let id = UniqueID(high: id.high, low: id.low + UInt64(position))
      template.set(position, id: id, sku: 1_234_567 * position)
      requests.append(
        ReserveRequest(
          tenant: "t", requestID: id.description,
          lines: [ReserveLine(sku: names.name(1_234_567 * position), quantity: 300)],
          timeToLive: WellKnown.Duration(milliseconds: 77_000)))
    }
    if batch == 1 {
      #expect(try ReserveRequest(decoding: template.bytes) == requests[0])
    } else {
      #expect(try BatchReserveRequest(decoding: template.bytes).requests == requests)
    }
  }

  @Test func `follow-up templates name the request and the hold`() throws {
    var confirm = FollowUpTemplate.confirm(tenant: "")
    let request = UniqueID(high: 7, low: 9)
    confirm.set(request: request, hold: id, suffix: 0xA0B1)
    #expect(
      try ConfirmHoldRequest(decoding: confirm.bytes)
        == ConfirmHoldRequest(requestID: request.description, holdID: id.description + "-a0b1"))
    var extend = FollowUpTemplate.extend(tenant: "t", timeToLiveSeconds: 9)
    extend.set(request: request, hold: id, suffix: 0xA0B1)
    #expect(
      try ExtendHoldRequest(decoding: extend.bytes)
        == ExtendHoldRequest(
          tenant: "t", requestID: request.description, holdID: id.description + "-a0b1",
          timeToLive: WellKnown.Duration(milliseconds: 9_000)))
    var release = FollowUpTemplate.release(tenant: "t")
    release.set(request: request, hold: id, suffix: 5)
    #expect(
      try ReleaseHoldRequest(decoding: release.bytes)
        == ReleaseHoldRequest(tenant: "t", requestID: request.description, holdID: id.description + "-0005"))
  }

  @Test func `an answer is read as the codec reads it`() throws {
    let answer = try ReserveAnswer(reading: response().encoded().rawSpan, names)
    #expect(answer.id == id)
    #expect(answer.suffix == 0x1F3A)
    #expect(answer.skuIndex == 42)
    #expect(answer.quantity == 3)
    #expect(answer.lineCount == 1)
    #expect(answer.expiryMilliseconds == 1_767_226_300_123)
    #expect(answer.isActive)
    #expect(!answer.isReplayed)
    let replayed = try ReserveAnswer(reading: response { $0.replayed = true }.encoded().rawSpan, names)
    #expect(replayed.isReplayed)
    let over = try ReserveAnswer(reading: response { $0.hold?.state = .expired }.encoded().rawSpan, names)
    #expect(!over.isActive)
  }

  @Test func `an answer cut at any byte, or changed at any, never traps`() throws {
    let bytes = response().encoded()
    for length in 0..<bytes.count {
      do { _ = try ReserveAnswer(reading: Array(bytes[..<length]).rawSpan, names) } catch { continue }
    }
    for offset in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[offset] ^= 1 << UInt8(bit)
        do { _ = try ReserveAnswer(reading: changed.rawSpan, names) } catch { continue }
      }
    }
    #expect(throws: DecodeError.self) {
      try ReserveAnswer(reading: response { $0.hold?.holdID = "other" }.encoded().rawSpan, names)
    }
  }

  @Test func `the results of a batch are read in order`() throws {
    let refusals: [(CallFailure, Outcome)] = [
      (CallFailure(.outOfStock, "none left"), .outOfStock), (CallFailure(.locationClosed, "closed"), .refused),
      (CallFailure(.backlogFull, "later"), .resourceExhausted), (CallFailure(.noLeader, "later"), .unavailable),
    ]
    let results =
      [BatchReserveResult(outcome: .response(response()))]
      + refusals.map { BatchReserveResult(outcome: .error(CallError($0.0))) }
    let bytes = BatchReserveResponse(results: results).encoded()
    var answers = BatchAnswers(bytes.rawSpan)
    #expect(try answers.next(names) == .made(ReserveAnswer(reading: response().encoded().rawSpan, names)))
    for (_, outcome) in refusals { #expect(try answers.next(names) == .refused(outcome)) }
    #expect(try answers.next(names) == nil)
    let empty = BatchReserveResponse(results: [BatchReserveResult()]).encoded()
    var none = BatchAnswers(empty.rawSpan)
    #expect(throws: DecodeError.self) { try none.next(names) }
  }

  @Test(arguments: [
    ("run-1-00000042", 42), ("run-1-99999999", 99_999_999), ("run-1-0000004", nil), ("run-1-0000004x", nil),
  ])
  func `the index is read from a SKU's name`(name: String, index: Int?) {
    #expect(names.index(in: Array(name.utf8).rawSpan) == index)
    if let index { #expect(names.name(index) == name) }
  }

  @Test(arguments: [
    ("01890a5d-ac96-774b-bcce-b302099a8057-1f3a", true), ("01890a5d-ac96-774b-bcce-b302099a8057-1F3A", true),
    ("01890a5d-ac96-774b-bcce-b302099a8057-1f3", false), ("01890a5d-ac96-774b-bcce-b302099a8057-1f3g", false),
    ("01890a5d-ac96-774b-bcce-b302099a80571f3a4", false), ("", false),
  ])
  func `a hold's name is read`(text: String, isName: Bool) {
    #expect((HoldName.read(Array(text.utf8).rawSpan)?.suffix == 0x1F3A) == isName)
  }

  @Test func `a part of bytes is found wherever it stands`() {
    let bytes: [UInt8] = [1, 2, 1, 2, 3]
    #expect(bytes.contains([1, 2, 3]))
    #expect(bytes.contains([1]))
    #expect(!bytes.contains([2, 2]))
    #expect(![UInt8]().contains([1]))
  }
}
