import API
import Basics
import Testing

@testable import Client

/// What a caller is told of a call's last failure.
@Suite struct HoldfastErrorTests {
  private let id = UniqueID(high: 1, low: 2)
  private let shortage = CallFailure(.outOfStock, "there is none")

  private func error(_ failure: CallFailure, inDoubt: Bool, write: Bool = true) -> HoldfastError {
    HoldfastError(failure, mayHaveTakenEffect: inDoubt, requestID: write ? id : nil)
  }

  @Test func `a refusal of the only attempt is certain`() {
    guard case .refused = error(shortage, inDoubt: false) else {
      Issue.record("a refusal was not told as one")
      return
    }
  }

  @Test func `a refusal behind an attempt of which nothing was heard leaves the outcome open`() {
    for failure in [shortage, CallFailure(status: .notFound, message: ""), CallFailure(status: .aborted, message: "")] {
      guard case .outcomeUnknown(_, let told) = error(failure, inDoubt: true) else {
        Issue.record("\(failure) was told as certain, though an earlier copy may still be applied")
        continue
      }
      #expect(told == id)
    }
  }

  @Test func `what every copy is refused for alike is certain, and so is what is told of a read`() {
    guard case .invalidRequest = error(CallFailure(status: .invalidArgument, message: ""), inDoubt: true),
      case .refused = error(CallFailure(.requestIDReused, ""), inDoubt: true),
      case .notFound = error(CallFailure(status: .notFound, message: ""), inDoubt: true, write: false)
    else {
      Issue.record("a certain failure was told as unknown")
      return
    }
  }
}
