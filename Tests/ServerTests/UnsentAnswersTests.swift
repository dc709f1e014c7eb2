import Basics
import Testing

@testable import Server

@Suite struct UnsentAnswersTests {
  private func at(_ milliseconds: UInt64) -> Instant { Instant(nanoseconds: (10_000 + milliseconds) * 1_000_000) }
  private func answer(_ id: UInt64) -> RemoteAnswer { RemoteAnswer(id: id, outcome: .message([])) }

  private func offered(_ answers: inout UnsentAnswers, at milliseconds: UInt64, taken: Set<UInt32> = []) -> [UInt64] {
    var offered: [UInt64] = []
    answers.offer(now: at(milliseconds)) { answer, peer in
      offered.append(answer.id)
      return taken.contains(peer.rawValue)
    }
    return offered
  }

  @Test func `an answer is offered again after a pause, in its order, until the link takes it`() {
    var answers = UnsentAnswers()
    #expect(answers.nextLook == .distantFuture)
    answers.append(answer(1), to: NodeID(2), now: at(0))
    answers.append(answer(2), to: NodeID(3), now: at(10))
    #expect(answers.nextLook == at(25))
    let (early, first) = (offered(&answers, at: 24), offered(&answers, at: 25, taken: [3]))
    #expect(early == [] && first == [1, 2] && answers.nextLook == at(50))
    let second = offered(&answers, at: 50, taken: [2])
    #expect(second == [1] && answers.count == 0 && answers.nextLook == .distantFuture)
  }

  @Test func `what nobody takes is lost in the end`() {
    var answers = UnsentAnswers()
    answers.append(answer(1), to: NodeID(2), now: at(0))
    let late = offered(&answers, at: UnsentAnswers.waitMillisecondsMax)
    #expect(late == [] && answers.count == 0)
  }

  @Test func `a node that is lost waits for nothing, and what waits is bounded`() {
    var answers = UnsentAnswers()
    for id in 0..<UInt64(UnsentAnswers.countMax + 5) { answers.append(answer(id), to: NodeID(2), now: at(0)) }
    #expect(answers.count == UnsentAnswers.countMax)
    answers.drop(for: NodeID(2))
    #expect(answers.count == 0)
  }
}
