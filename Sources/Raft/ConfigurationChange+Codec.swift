package import Basics

// The payload of a configuration entry. Stored and sent; never renumber.
//
//   change     := version:u8 = 1, transition:u8, count:varint, operation × count, context:(length:varint, bytes)
//   operation  := kind:u8 (1 add voter, 2 add learner, 3 remove, 4 update), member:varint
//
// No bytes at all are the change that leaves a joint configuration.

extension ConfigurationChange {
  static let operationsMax = 256
  static let contextBytesMax = 1 << 16

  package func encoded() -> [UInt8] {
    if self == .leaveJoint { return [] }
    var writer = ByteWriter(capacity: 8 + operations.count * 3 + context.count)
    writer.uint8(1)
    writer.uint8(transition.rawValue)
    writer.varint(UInt64(operations.count))
    for operation in operations {
      switch operation {
      case .addVoter(let member): writer.operation(1, member)
      case .addLearner(let member): writer.operation(2, member)
      case .remove(let member): writer.operation(3, member)
      case .update(let member): writer.operation(4, member)
      }
    }
    writer.prefixed(context)
    return writer.bytes
  }

  package init(decoding bytes: [UInt8]) throws(DecodeError) {
    if bytes.isEmpty {
      self = .leaveJoint
      return
    }
    var reader = ByteReader(bytes.rawSpan)
    let version = try reader.uint8()
    guard version == 1 else { throw .unknownTag(UInt64(version)) }
    let transitionNumber = try reader.uint8()
    guard let transition = Transition(rawValue: transitionNumber) else { throw .unknownTag(UInt64(transitionNumber)) }
    let count = try reader.varint()
    guard count <= UInt64(Self.operationsMax) else {
      throw .tooManyElements(field: "operations", limit: Self.operationsMax)
    }
    var operations: [Operation] = []
    for _ in 0..<count {
      let kind = try reader.uint8()
      let member = MemberID(try reader.varint())
      switch kind {
      case 1: operations.append(.addVoter(member))
      case 2: operations.append(.addLearner(member))
      case 3: operations.append(.remove(member))
      case 4: operations.append(.update(member))
      default: throw .unknownTag(UInt64(kind))
      }
    }
    let context = try reader.prefixedSpan(limit: Self.contextBytesMax).copied()
    try reader.finish()
    self.init(operations, transition: transition, context: context)
  }
}

extension ByteWriter {
  fileprivate mutating func operation(_ kind: UInt8, _ member: MemberID) {
    uint8(kind)
    varint(member.rawValue)
  }
}
