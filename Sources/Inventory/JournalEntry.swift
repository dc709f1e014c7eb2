internal import Basics

/// The movements of one entry, or a run of them, as read from the journal; the grammar is in JournalRecord.swift.
package struct JournalEntry: Equatable, Sendable {
  package var movements: [Movement]

  init(firstSequence: UInt64, value: RawSpan) throws(DecodeError) {
    try self.init(firstSequence: firstSequence, value: value, from: 0, through: .max, limit: .max)
  }

  /// At most `limit` of the movements from one sequence through another one. What is before them is read but not kept;
  /// what is behind them is not looked at.
  init(
    firstSequence: UInt64, value: RawSpan, from start: UInt64, through end: UInt64, limit: Int
  ) throws(DecodeError) {
    var reader = ByteReader(value)
    try reader.recordVersion()
    let revision = try reader.varint()
    let stamp = try reader.stamp()
    let count = try reader.varint()
    guard count <= UInt64(reader.remaining) else { throw .truncated }
    movements = []
    if limit == .max, end == .max { movements.reserveCapacity(Int(count)) }
    var before: Movement?
    for offset in 0..<count {
      let (sequence, overflow) = firstSequence.addingReportingOverflow(offset)
      guard !overflow else { throw .invalid("sequence") }
      guard sequence <= end, movements.count < limit else { return }
      let movement = try Movement(sequence: sequence, stamp: stamp, revision: revision, before: before, from: &reader)
      if sequence >= start { movements.append(movement) }
      before = movement
    }
    try reader.finish()
  }
}

extension Movement {
  @_lifetime(reader: copy reader)
  fileprivate init(
    sequence: UInt64, stamp: Stamp, revision: UInt64, before: Movement?, from reader: inout ByteReader
  ) throws(DecodeError) {
    let accounts = try reader.uint8()
    let kind = try reader.uint8()
    let flags = try reader.uint8()
    guard let from = Account(rawValue: accounts >> 4), let to = Account(rawValue: accounts & 15),
      let cause = Cause(rawValue: kind)
    else { throw .unknownTag(UInt64(accounts) << 8 | UInt64(kind)) }
    self.sequence = sequence
    self.stamp = stamp
    self.revision = revision
    self.from = from
    self.to = to
    self.cause = cause
    stock = try reader.stockKey()
    quantity = try reader.quantity()
    let back = try reader.varint()
    guard back < sequence else { throw .invalid("previous sequence") }
    previousSequence = back == 0 ? 0 : sequence - back
    available = try reader.quantity()
    held = try reader.quantity()
    func isWritten(_ account: Account) -> Bool { account != .available && account != .held }
    fromBalance = isWritten(from) ? try reader.zigzag() : from == .available ? available : held
    toBalance = isWritten(to) ? try reader.zigzag() : to == .available ? available : held
    (requestID, home, actor, reason) = (nil, nil, "", "")
    switch flags & 3 {
    case 0: break
    case 1:
      (requestID, home) = (before?.requestID, before?.home)
      (actor, reason) = (before?.actor ?? "", before?.reason ?? "")
    case 2: requestID = try reader.uniqueID()
    default: throw .unknownTag(UInt64(flags))
    }
    if flags & 0x04 != 0 { home = SlotNumber(try reader.uint16()) }
    if flags & 0x80 != 0 {
      actor = try reader.prefixedText(limit: Rules.actorBytesMax)
      reason = try reader.prefixedText(limit: Rules.reasonBytesMax)
    }
    causeID = flags & 0x40 != 0 ? try reader.uniqueID() : requestID
  }
}
