package import Basics

// A configuration, as a snapshot carries it and as an owner stores it. Never renumber.
//
//   configuration := version:u8 = 1, flags:u8 (1 leaves automatically), voters, votersOutgoing, learners, learnersNext
//   each list     := count:varint, member:varint × count, ascending

extension Configuration {
  static let membersMax = 1_024

  package func encode(into writer: inout ByteWriter) {
    writer.uint8(1)
    writer.uint8(leavesAutomatically ? 1 : 0)
    for list in [voters, votersOutgoing, learners, learnersNext] {
      writer.varint(UInt64(list.count))
      for member in list { writer.varint(member.rawValue) }
    }
  }

  /// Reads a configuration and checks the invariants that every one keeps to.
  @_lifetime(reader: copy reader)
  package init(from reader: inout ByteReader) throws(DecodeError) {
    self.init()
    let version = try reader.uint8()
    guard version == 1 else { throw .unknownTag(UInt64(version)) }
    let flags = try reader.uint8()
    guard flags < 2 else { throw .unknownTag(UInt64(flags)) }
    leavesAutomatically = flags == 1
    voters = try reader.members()
    votersOutgoing = try reader.members()
    learners = try reader.members()
    learnersNext = try reader.members()
    guard !learners.contains(where: { isVoter($0) }), learnersNext.allSatisfy({ votersOutgoing.containsSorted($0) }),
      !learnersNext.contains(where: { voters.containsSorted($0) }), isJoint || !leavesAutomatically,
      !voters.isEmpty || !isJoint
    else { throw .invalid("a configuration that cannot be") }
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  fileprivate mutating func members() throws(DecodeError) -> [MemberID] {
    let count = try varint()
    guard count <= UInt64(Configuration.membersMax) else {
      throw .tooManyElements(field: "members", limit: Configuration.membersMax)
    }
    var members: [MemberID] = []
    for _ in 0..<count {
      let member = MemberID(try varint())
      guard member > members.last ?? .none else { throw .invalid("members that do not ascend") }
      members.append(member)
    }
    return members
  }
}
