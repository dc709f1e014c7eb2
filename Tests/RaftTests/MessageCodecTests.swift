import Basics
import Raft
import Testing

@Suite struct MessageCodecTests {
  private static let configuration = Configuration(
    voters: [MemberID(1), MemberID(300)], votersOutgoing: [MemberID(1), MemberID(2)], learners: [MemberID(9)])

  /// At least one of each kind, with small and with large numbers.
  static let messages: [Message] = {
    let change = ConfigurationChange(
      [.addVoter(MemberID(4)), .addLearner(MemberID(5)), .remove(MemberID(6)), .update(MemberID(7))],
      transition: .jointExplicit, context: [1, 2, 3])
    let entries = [
      entry(3, 8, [1, 2, 3]), entry(3, 9, []), entry(7, 10, [UInt8](repeating: 5, count: 300)),
      Entry(term: Term(7), index: LogIndex(11), kind: .configuration, payload: change.encoded()),
      Entry(term: Term(7), index: LogIndex(12), kind: .configuration, payload: []),
    ]
    let bodies: [Message.Body] = [
      requestVote(position(3, 7)), requestVote(position(3, 7), isPreVote: true),
      requestVote(position(1 << 62 - 1, 1 << 62 - 1), isTransfer: true),
      .voteResponse(VoteResponse(isPreVote: false, isGranted: true, last: position(3, 7))),
      .voteResponse(VoteResponse(isPreVote: true, isGranted: false, last: position(0, 0))),
      append(position(3, 7), commit: 6), append(position(3, 7), commit: 6, entries),
      .appendResponse(.accepted(through: LogIndex(12))),
      .appendResponse(.rejected(index: LogIndex(12), hint: position(2, 9))),
      .heartbeat(Heartbeat(commit: LogIndex(4), round: 77)),
      .heartbeat(Heartbeat(commit: LogIndex(4), round: 1 << 62 - 1, sleepsAt: LogIndex(4))),
      .heartbeatResponse(HeartbeatResponse(round: 77)),
      .snapshot(Snapshot(position: position(3, 7), configuration: configuration)), .timeoutNow, .staleTerm,
    ]
    return bodies.map { Message(from: MemberID(1), to: MemberID(2), term: Term(9), body: $0) }
  }()

  private func encoded(_ message: Message) -> [UInt8] {
    var writer = ByteWriter()
    message.encode(into: &writer)
    return writer.bytes
  }

  private func decoded(_ bytes: [UInt8], _ limits: MessageLimits = MessageLimits()) throws(DecodeError) -> Message {
    try Message(decoding: bytes.rawSpan, limits: limits)
  }

  @Test(arguments: messages) func `what is written is read`(_ message: Message) throws {
    #expect(try decoded(encoded(message)) == message)
  }

  @Test func `messages are read one after another`() throws {
    var writer = ByteWriter()
    for message in Self.messages { message.encode(into: &writer) }
    var reader = ByteReader(writer.bytes.rawSpan)
    for message in Self.messages { #expect(try Message(from: &reader) == message) }
    try reader.finish()
  }

  @Test(arguments: messages) func `no truncated message is read`(_ message: Message) {
    let bytes = encoded(message)
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try decoded(Array(bytes[..<count])) }
    }
    #expect(throws: DecodeError.trailingBytes(1)) { try decoded(bytes + [0]) }
  }

  @Test func `the bytes are these, for good`() {
    let message = Message(
      from: MemberID(1), to: MemberID(2), term: Term(9), body: append(position(3, 7), commit: 6, [entry(4, 8, [0xAB])]))
    #expect(encoded(message) == [1, 3, 1, 2, 9, 7, 3, 6, 1, 0, 1, 1, 0xAB])
    let heartbeat = Message(
      from: MemberID(1), to: MemberID(200), term: Term(9), body: .heartbeat(Heartbeat(commit: LogIndex(5), round: 2)))
    #expect(encoded(heartbeat) == [1, 6, 1, 0xC8, 1, 9, 5, 2])
  }

  @Test func `random bytes, and messages with bytes changed, give a message or an error`() {
    var generator = SeededGenerator(seed: 9)
    var read = 0
    for round in 0..<40_000 {
      var bytes: [UInt8]
      if round % 2 == 0 {
        bytes = encoded(Self.messages[generator.below(Self.messages.count)])
        for _ in 0...generator.below(3) { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
      } else {
        bytes = (0..<generator.below(40)).map { _ in UInt8(generator.below(256)) }
        if bytes.count > 2 {
          bytes[0] = 1
          bytes[1] = UInt8(generator.below(13))
        }
      }
      do {
        let message = try decoded(bytes)
        read += 1
        #expect(try decoded(encoded(message)) == message)
      } catch {
        continue
      }
    }
    #expect(read > 1_000, "some are still messages")
  }

  @Test func `limits hold, and a claimed count allocates nothing`() {
    var limits = MessageLimits()
    limits.entriesMax = 2
    limits.payloadBytesMax = 4
    func message(_ entries: [Entry]) -> [UInt8] {
      let body = append(position(1, 1), commit: 1, entries)
      return encoded(Message(from: MemberID(1), to: MemberID(2), term: Term(9), body: body))
    }
    #expect(throws: DecodeError.tooManyElements(field: "entries", limit: 2)) {
      try decoded(message([entry(1, 2), entry(1, 3), entry(1, 4)]), limits)
    }
    #expect(throws: DecodeError.tooLong(length: 5, limit: 4)) {
      try decoded(message([entry(1, 2, [1, 2, 3, 4, 5])]), limits)
    }
    // 4,096 entries are claimed, and none is there.
    #expect(throws: DecodeError.truncated) { try decoded([1, 3, 1, 2, 9, 7, 3, 6, 0x80, 0x20]) }
  }

  @Test func `what no member says is refused`() {
    let wrong: [[UInt8]] = [
      // A term so high that the next ones could not be counted.
      [1, 11, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      // Another version; another kind; from nobody; to itself; unknown flags.
      [2, 11, 1, 2, 9], [1, 12, 1, 2, 9], [1, 11, 0, 2, 9], [1, 11, 2, 2, 9], [1, 1, 1, 2, 9, 4, 7, 3],
      // An entry of a later term than its message; an entry kind that is none; a change that cannot be read.
      [1, 3, 1, 2, 9, 7, 3, 6, 1, 0, 7, 0], [1, 3, 1, 2, 9, 7, 3, 6, 1, 2, 1, 0],
      [1, 3, 1, 2, 9, 7, 3, 6, 1, 1, 1, 1, 9],
      // A snapshot of nothing; one of a later term; one whose learner votes.
      [1, 9, 1, 2, 9, 0, 0, 1, 0, 1, 1, 0, 0, 0], [1, 9, 1, 2, 9, 5, 10, 1, 0, 1, 1, 0, 0, 0],
      [1, 9, 1, 2, 9, 5, 3, 1, 0, 1, 1, 0, 1, 1, 0],
    ]
    for bytes in wrong { #expect(throws: DecodeError.self) { try decoded(bytes) } }
  }

  @Test func `changes are read as they were written, and leaving takes no bytes`() throws {
    #expect(ConfigurationChange.leaveJoint.encoded() == [])
    let change = ConfigurationChange([.addVoter(MemberID(4))], transition: .jointImplicit, context: [9])
    #expect(change.encoded() == [1, 1, 1, 1, 4, 1, 9])
    #expect(try ConfigurationChange(decoding: change.encoded()) == change)
    for count in 1..<change.encoded().count {
      #expect(throws: DecodeError.self) { try ConfigurationChange(decoding: Array(change.encoded()[..<count])) }
    }
  }
}
