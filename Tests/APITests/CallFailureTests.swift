import API
import Basics
import Testing

@Suite("Errors of the contract")
struct CallFailureTests {
  @Test("a failure comes back from its status details as it was")
  func roundTrip() {
    var all = CallFailure.invalidField("lines[2].quantity", found: "0", allowed: "at least 1")
    all.retryDelayMilliseconds = 1500
    let failures = [
      all, CallFailure(.outOfStock, "only 0", metadata: ["sku": "A", "asked": "2"]),
      CallFailure(.noLeader, "no leader", retryDelayMilliseconds: 0), CallFailure(status: .internal, message: "bug"),
    ]
    for failure in failures {
      let back = CallFailure(
        code: failure.status.rawValue, message: failure.message, statusDetails: failure.statusDetails())
      #expect(back == failure)
    }
  }

  @Test("a failure comes back from the error of a batch as it was, but for field violations")
  func batchError() {
    let failure = CallFailure(.backlogFull, "full", metadata: ["a": "b"], retryDelayMilliseconds: 20)
    #expect(CallFailure(CallError(failure)) == failure)
    #expect(CallError(CallFailure(status: .unknown, message: "x")).reason.isEmpty)
  }

  @Test("status details have the bytes that protoc gives them")
  func knownBytes() {
    let failure = CallFailure(.unknownSKU, "no SKU X", metadata: ["sku": "X"], retryDelayMilliseconds: 250)
    let expected =
      "080512086e6f20534b552058"
      + "1a4d0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4572726f72496e666f"
      + "12210a0b554e4b4e4f574e5f534b551208686f6c64666173741a080a03736b7512015"
      + "81a330a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f"
      + "12070a051080e59a77"
    #expect(failure.statusDetails() == bytes(expected))
  }

  @Test("details that cannot be read leave status and message as they are", arguments: 0..<60)
  func damagedDetails(count: Int) {
    let details = CallFailure(.holdExpired, "over", metadata: ["hold_id": "h"]).statusDetails()
    let failure = CallFailure(code: 9, message: "over", statusDetails: Array(details.prefix(count)) + [0xFF])
    #expect(failure.status == .failedPrecondition)
    #expect(failure.message == "over")
  }

  @Test("a code beyond the known ones is unknown")
  func unknownCode() {
    #expect(CallFailure(code: 77, message: "", statusDetails: []).status == .unknown)
  }

  @Test("each reason has a status, and only what time alone may change is worth a retry")
  func reasons() {
    for reason in ErrorReason.known where reason != .unspecified { #expect(reason.status != .unknown, "\(reason)") }
    let retried = ErrorReason.known.filter(\.isWorthRetrying)
    #expect(retried == [.backlogFull, .diskFull, .noLeader, .shuttingDown, .deadline, .externalNumberPending])
  }
}
