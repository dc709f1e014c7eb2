import Basics
import Testing

@testable import HTTP2

@Suite("Calls between a client and a server session")
struct CallTests {
  @Test("a unary call is answered", arguments: [Int.max, 1, 7])
  func unary(chunk: Int) {
    let pair = SessionPair()
    pair.chunk = chunk
    pair.start(SessionPair.unary, [1, 2, 3], timeoutMilliseconds: 5_000)
    pair.settle()
    #expect(pair.serverDelegate.events == [.called(1, [1, 2, 3])])
    #expect(pair.serverDelegate.calls[1]?.deadline == pair.now.advanced(byMilliseconds: 5_000))
    #expect(pair.outcome() == .init(messages: [[1, 2, 3]], status: .ok, certainty: .answered))
    #expect(pair.server.streamCount == 0 && pair.client.callCount == 0)
  }
}
