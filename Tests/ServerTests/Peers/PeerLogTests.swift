import Basics
import Testing

@testable import Server

/// What the links say, and how often.
@Suite struct PeerLogTests {
  private func key(_ fault: PeerFault) -> String { PeerLog.key("a connection was ended", fault.description) }

  @Test func `a stranger that changes its numbers makes no new lines`() {
    #expect(key(.tooLong(2_000)) == key(.tooLong(2_001)))
    #expect(key(.unexpected(kind: 7)) == key(.unexpected(kind: 200)))
    #expect(key(.unreadable(.unknownTag(1))) == key(.unreadable(.unknownTag(99))))
  }

  @Test func `reasons are told apart`() {
    #expect(key(.refused(.wrongSecret)) != key(.refused(.otherCluster)))
    #expect(key(.silent) != key(.damaged))
  }
}
