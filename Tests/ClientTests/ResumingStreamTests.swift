import API
import Basics
import Client
import Testing

@Suite("Streams that go on when nodes go", .timeLimit(.minutes(1)))
struct ResumingStreamTests {
  private let leaving = CallFailure(.shuttingDown, "the node is going down", retryDelayMilliseconds: 1)

  private func response(_ token: String, caughtUp: Bool = false) -> [UInt8] {
    StreamChangesResponse(token: token, caughtUp: caughtUp).encoded()
  }

  private func starts(_ node: RunningNode) throws -> [StreamChangesRequest.Start?] {
    try node.log.now.calls.map { try StreamChangesRequest(decoding: $0.message).start }
  }

  @Test("a feed that breaks goes on behind the last response, and only the first call names shards")
  func resumes() async throws {
    let node = try RunningNode([
      .answersThenFails([response("a"), response("b")], leaving), .drop, .fail(leaving),
      .answersThenFails([response("c")], leaving), .answers([response("d", caughtUp: true)]),
    ])
    var tokens: [String] = []
    for try await response in try node.client().changes(from: .beginning, shards: [3]) {
      tokens.append(response.token)
      if response.caughtUp { break }
    }
    #expect(tokens == ["a", "b", "c", "d"])
    let made = try starts(node)
    #expect(made.first == .beginning(true) && made.last == .token("c"))
    #expect(made.dropFirst().dropLast().allSatisfy { $0 == .token("b") })
    let shards = try node.log.now.calls.map { try StreamChangesRequest(decoding: $0.message).shards }
    #expect(shards.first == [3] && shards.dropFirst().allSatisfy(\.isEmpty))
  }

  @Test("what asking again would not change is thrown at once")
  func refusal() async throws {
    let node = try RunningNode([.fail(CallFailure(.feedGap, "the journal was cut"))])
    var messages = try node.client().changes(from: .token("old")).makeAsyncIterator()
    let error = await #expect(throws: HoldfastError.self) { _ = try await messages.next(isolation: nil) }
    guard case .refused(.other(.feedGap), _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(node.log.now.calls.count == 1)
  }

  @Test("a watch ends where the node ends it")
  func ends() async throws {
    let hold = Hold(holdID: "h", state: .released)
    let node = try RunningNode([.answers([WatchHoldResponse(hold: hold, revision: 4).encoded()])])
    var states: [HoldState] = []
    for try await response in try node.client().watchHold("h") { states.append(response.hold?.state ?? .unspecified) }
    #expect(states == [.released] && node.log.now.calls.count == 1)
  }

  @Test("with a patience it gives up when no node was reached for so long")
  func patience() async throws {
    let node = try RunningNode([.fail(leaving)])
    var messages = try node.client().changes(from: .now, patience: .milliseconds(200)).makeAsyncIterator()
    await #expect(throws: HoldfastError.self) { _ = try await messages.next(isolation: nil) }
  }
}
