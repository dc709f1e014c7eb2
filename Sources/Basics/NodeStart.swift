// How nodes tell the processes apart that were started on one data directory, or on copies of it. Never renumber.
//
//   start  := number:u32 id:16
//   starts := start earlierCount:u8 id:16*        newest first

/// One start of a node's program: counted by its data directory, with an id drawn at random. Two processes on copies of a
/// directory have the same number and different ids.
package struct NodeStart: Hashable, Sendable {
  /// Before the first start, or of a node that has not told.
  package static let none = NodeStart(number: 0, id: .zero)

  package var number: UInt32
  package var id: UniqueID

  package init(number: UInt32, id: UniqueID) {
    self.number = number
    self.id = id
  }

  package func encode(into writer: inout ByteWriter) {
    writer.uint32(number)
    writer.uniqueID(id)
  }

  @_lifetime(reader: copy reader)
  package init(_ reader: inout ByteReader) throws(DecodeError) {
    number = try reader.uint32()
    id = try reader.uniqueID()
  }
}

/// What a data directory remembers of the starts on it.
package struct NodeStarts: Equatable, Sendable {
  package static let earlierCountMax = 15
  package static let none = NodeStarts(latest: .none, earlier: [])

  package private(set) var latest: NodeStart
  /// The ids of the starts before, the newest first. Invariant: at most ``earlierCountMax``, and fewer than `latest.number`.
  package private(set) var earlier: [UniqueID]

  private init(latest: NodeStart, earlier: [UniqueID]) {
    self.latest = latest
    self.earlier = earlier
  }

  /// - Returns: `nil` for more earlier starts than there were, or than are remembered.
  package init?(number: UInt32, id: UniqueID, earlier: [UniqueID]) {
    guard earlier.count <= Self.earlierCountMax, earlier.count < max(1, Int(number)) else { return nil }
    self.init(latest: NodeStart(number: number, id: id), earlier: earlier)
  }

  /// With one start more.
  package func next(_ id: UniqueID) -> NodeStarts {
    let before = latest == .none ? [] : [latest.id] + earlier
    return NodeStarts(
      latest: NodeStart(number: latest.number + 1, id: id), earlier: Array(before.prefix(Self.earlierCountMax)))
  }

  /// Whether the start that a cluster knows happened on this directory, as far as it remembers. If not, the cluster has
  /// taken a process for the node that ran on a copy of it; one of the two does not know what the other promised.
  package func include(_ registered: NodeStart) -> Bool {
    if registered == .none { return true }
    guard registered.number <= latest.number else { return false }
    let age = Int(latest.number - registered.number)
    if age == 0 { return registered == latest }
    return age > earlier.count || earlier[age - 1] == registered.id
  }

  package func encode(into writer: inout ByteWriter) {
    latest.encode(into: &writer)
    writer.uint8(UInt8(earlier.count))
    for id in earlier { writer.uniqueID(id) }
  }

  @_lifetime(reader: copy reader)
  package init(_ reader: inout ByteReader) throws(DecodeError) {
    let latest = try NodeStart(&reader)
    let count = Int(try reader.uint8())
    guard count <= Self.earlierCountMax else {
      throw .tooManyElements(field: "earlier starts", limit: Self.earlierCountMax)
    }
    var earlier: [UniqueID] = []
    for _ in 0..<count { earlier.append(try reader.uniqueID()) }
    guard let starts = NodeStarts(number: latest.number, id: latest.id, earlier: earlier) else {
      throw .invalid("more earlier starts than there were")
    }
    self = starts
  }
}
