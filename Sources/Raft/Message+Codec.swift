package import Basics

// The bytes of a message. Sent between nodes of different versions; never renumber.
//
//   message   := version:u8 = 1, kind:u8, from:varint, to:varint, term:varint, body
//   position  := index:varint, term:varint
//   body      := 1 requestVote:       flags:u8 (1 pre-vote, 2 transfer), last:position
//              | 2 voteResponse:      flags:u8 (1 pre-vote, 2 granted), last:position
//              | 3 append:            previous:position, commit:varint, count:varint, entry × count
//              | 4 accepted:          through:varint
//              | 5 rejected:          index:varint, hint:position
//              | 6 heartbeat:         commit:varint, round:varint
//              | 7 heartbeat, asleep: commit:varint, round:varint, sleepsAt:varint
//              | 8 heartbeatResponse: round:varint
//              | 9 snapshot:          position, configuration
//              | 10 timeoutNow        | 11 staleTerm
//   entry     := kind:u8, term − previous term:varint, payload:(length:varint, bytes)
//
// Entries follow each other in the log, so their indices are not written. Terms, indices and rounds are below 2⁶²: no group
// gets there, and nothing that is added to them overflows.

/// How large a message may be that comes from outside.
package struct MessageLimits: Sendable {
  package var entriesMax: Int
  package var payloadBytesMax: Int

  package init(_ options: RaftOptions = RaftOptions()) {
    entriesMax = options.messageEntriesMax
    payloadBytesMax = options.payloadBytesMax
  }
}

extension Message {
  private static let version: UInt8 = 1

  package func encode(into writer: inout ByteWriter) {
    writer.uint8(Self.version)
    writer.uint8(kind)
    writer.varint(from.rawValue)
    writer.varint(to.rawValue)
    writer.varint(term.rawValue)
    switch body {
    case .requestVote(let request):
      writer.uint8((request.isPreVote ? 1 : 0) | (request.isTransfer ? 2 : 0))
      writer.position(request.last)
    case .voteResponse(let response):
      writer.uint8((response.isPreVote ? 1 : 0) | (response.isGranted ? 2 : 0))
      writer.position(response.last)
    case .append(let request): writer.append(request)
    case .appendResponse(.accepted(let index)): writer.varint(index.rawValue)
    case .appendResponse(.rejected(let index, let hint)):
      writer.varint(index.rawValue)
      writer.position(hint)
    case .heartbeat(let heartbeat):
      writer.varint(heartbeat.commit.rawValue)
      writer.varint(heartbeat.round)
      if let last = heartbeat.sleepsAt { writer.varint(last.rawValue) }
    case .heartbeatResponse(let response): writer.varint(response.round)
    case .snapshot(let snapshot):
      writer.position(snapshot.position)
      snapshot.configuration.encode(into: &writer)
    case .timeoutNow, .staleTerm: break
    }
  }

  private var kind: UInt8 {
    switch body {
    case .requestVote: 1
    case .voteResponse: 2
    case .append: 3
    case .appendResponse(.accepted): 4
    case .appendResponse(.rejected): 5
    case .heartbeat(let heartbeat): heartbeat.sleepsAt == nil ? 6 : 7
    case .heartbeatResponse: 8
    case .snapshot: 9
    case .timeoutNow: 10
    case .staleTerm: 11
    }
  }

  /// Reads a whole message and checks what every message keeps to: entries in order and within the limits, terms that do
  /// not go back, changes of the configuration that can be read.
  package init(decoding bytes: RawSpan, limits: MessageLimits = MessageLimits()) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader, limits: limits)
    try reader.finish()
  }

  /// Reads one of several messages that follow each other; each ends where its last field does.
  @_lifetime(reader: copy reader)
  package init(from reader: inout ByteReader, limits: MessageLimits = MessageLimits()) throws(DecodeError) {
    let version = try reader.uint8()
    guard version == Self.version else { throw .unknownTag(UInt64(version)) }
    let kind = try reader.uint8()
    from = MemberID(try reader.varint())
    to = MemberID(try reader.varint())
    term = Term(try reader.counted())
    guard from != .none, to != .none, from != to else { throw .invalid("a message from \(from) to \(to)") }
    body = try Body(kind: kind, term: term, from: &reader, limits: limits)
  }
}

extension Message.Body {
  @_lifetime(reader: copy reader)
  fileprivate init(
    kind: UInt8, term: Term, from reader: inout ByteReader, limits: MessageLimits
  ) throws(DecodeError) {
    switch kind {
    case 1:
      let flags = try reader.flags()
      self = .requestVote(
        VoteRequest(isPreVote: flags & 1 != 0, isTransfer: flags & 2 != 0, last: try reader.position()))
    case 2:
      let flags = try reader.flags()
      self = .voteResponse(
        VoteResponse(isPreVote: flags & 1 != 0, isGranted: flags & 2 != 0, last: try reader.position()))
    case 3: self = .append(try AppendRequest(from: &reader, term: term, limits: limits))
    case 4: self = .appendResponse(.accepted(through: LogIndex(try reader.counted())))
    case 5:
      let index = LogIndex(try reader.counted())
      self = .appendResponse(.rejected(index: index, hint: try reader.position()))
    case 6, 7:
      let commit = LogIndex(try reader.counted())
      let round = try reader.counted()
      let sleepsAt = kind == 7 ? LogIndex(try reader.counted()) : nil
      self = .heartbeat(Heartbeat(commit: commit, round: round, sleepsAt: sleepsAt))
    case 8: self = .heartbeatResponse(HeartbeatResponse(round: try reader.counted()))
    case 9:
      let position = try reader.position()
      guard position.index > .zero, position.term <= term else { throw .invalid("a snapshot at \(position.index)") }
      self = .snapshot(Snapshot(position: position, configuration: try Configuration(from: &reader)))
    case 10: self = .timeoutNow
    case 11: self = .staleTerm
    default: throw .unknownTag(UInt64(kind))
    }
  }
}

extension AppendRequest {
  @_lifetime(reader: copy reader)
  fileprivate init(from reader: inout ByteReader, term: Term, limits: MessageLimits) throws(DecodeError) {
    previous = try reader.position()
    commit = LogIndex(try reader.counted())
    let count = try reader.varint()
    guard count <= UInt64(limits.entriesMax) else { throw .tooManyElements(field: "entries", limit: limits.entriesMax) }
    entries = []
    // An entry takes three bytes at least: the claimed count alone allocates nothing.
    entries.reserveCapacity(min(Int(count), reader.remaining / 3))
    var last = previous
    for _ in 0..<count {
      let entry = try Entry(from: &reader, after: last, limits: limits)
      guard entry.term <= term else { throw .invalid("entry \(entry.index) is from a later term than its message") }
      entries.append(entry)
      last = LogPosition(index: entry.index, term: entry.term)
    }
  }
}

extension Entry {
  @_lifetime(reader: copy reader)
  fileprivate init(
    from reader: inout ByteReader, after previous: LogPosition, limits: MessageLimits
  ) throws(DecodeError) {
    let number = try reader.uint8()
    guard let kind = Kind(rawValue: number) else { throw .unknownTag(UInt64(number)) }
    let term = previous.term.rawValue + (try reader.counted())
    let payload = try reader.prefixedSpan(limit: limits.payloadBytesMax).copied()
    // What is let into the log as a change can be read as one, wherever the log is read again.
    if kind == .configuration { _ = try ConfigurationChange(decoding: payload) }
    self.init(term: Term(term), index: previous.index.next, kind: kind, payload: payload)
  }
}

extension ByteWriter {
  mutating func position(_ position: LogPosition) {
    varint(position.index.rawValue)
    varint(position.term.rawValue)
  }

  fileprivate mutating func append(_ request: AppendRequest) {
    position(request.previous)
    varint(request.commit.rawValue)
    varint(UInt64(request.entries.count))
    var term = request.previous.term
    for entry in request.entries {
      uint8(entry.kind.rawValue)
      varint(entry.term.rawValue - term.rawValue)
      prefixed(entry.payload)
      term = entry.term
    }
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func position() throws(DecodeError) -> LogPosition {
    let index = LogIndex(try counted())
    return LogPosition(index: index, term: Term(try counted()))
  }

  /// A number that somebody counted up to.
  @_lifetime(self: copy self)
  fileprivate mutating func counted() throws(DecodeError) -> UInt64 {
    let number = try varint()
    guard number < 1 << 62 else { throw .invalid("nobody counted up to \(number)") }
    return number
  }

  /// Two flags; others are not known and must not be taken for nothing.
  @_lifetime(self: copy self)
  fileprivate mutating func flags() throws(DecodeError) -> UInt8 {
    let flags = try uint8()
    guard flags < 4 else { throw .unknownTag(UInt64(flags)) }
    return flags
  }
}
