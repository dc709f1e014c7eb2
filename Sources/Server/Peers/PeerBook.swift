internal import Basics

/// Who the other nodes are and where they are, from the cluster table, from the seeds of a node that joins, and from what
/// the nodes say when they prove who they are. Owned by its Store's thread.
struct PeerBook {
  private struct Entry {
    /// By the table, or a seed.
    var record: PeerRecord
    /// What the node itself said last, since the table last changed its mind.
    var toldAddress: String?
  }

  private let own: NodeID
  /// Ascending by node.
  private var entries: [Entry] = []

  /// - Parameter moved: where nodes are by what the operator says: as good as their own word, until they give theirs.
  init(own: NodeID, seeds: [PeerRecord], moved: [(node: NodeID, peerAddress: String)] = []) {
    self.own = own
    for seed in seeds where seed.node != own && seed.node != .none { put(seed) }
    for (node, address) in moved where node != own && node != .none {
      // What a seed remembers is not heard of any more, so that the table does not seem to change its mind.
      put(PeerRecord(node: node, directory: nil, peerAddress: ""))
      for place in entries.indices where entries[place].record.node == node { entries[place].toldAddress = address }
    }
  }

  /// The nodes that are to be dialled, ascending.
  var members: [NodeID] { entries.compactMap { $0.record.isRemoved ? nil : $0.record.node } }

  /// A node as it is known now, with the address that is the newest; `nil` for one that is no member.
  func record(of node: NodeID) -> PeerRecord? {
    guard let entry = entries.first(where: { $0.record.node == node }), !entry.record.isRemoved else { return nil }
    var record = entry.record
    if let toldAddress = entry.toldAddress { record.peerAddress = toldAddress }
    return record
  }

  /// Takes the nodes of the cluster table. Those that it does not have stay: it may be older than they are.
  mutating func follow(_ records: [PeerRecord]) {
    for record in records where record.node != own && record.node != .none { put(record) }
  }

  /// A node has proved to know the secret: throws when it is not who it says.
  mutating func admit(_ hello: PeerHello) throws(PeerRefusal) {
    let identity = hello.identity
    guard identity.node != own, identity.node != .none else { throw .ownNumber }
    guard let place = entries.firstIndex(where: { $0.record.node == identity.node }) else {
      // The table here does not have it yet.
      return put(
        PeerRecord(node: identity.node, directory: identity.directory, peerAddress: identity.facts.peerAddress))
    }
    guard !entries[place].record.isRemoved else { throw .removed }
    if let directory = entries[place].record.directory, directory != identity.directory { throw .otherDirectory }
    guard identity.starts.include(entries[place].record.start) else { throw .superseded }
    if !identity.facts.peerAddress.isEmpty { entries[place].toldAddress = identity.facts.peerAddress }
  }

  /// Whether a node may keep its connections, by what is known now.
  func isMember(_ identity: PeerIdentity) -> Bool {
    guard let record = record(of: identity.node) else { return false }
    return (record.directory == nil || record.directory == identity.directory)
      && identity.starts.include(record.start)
  }

  private mutating func put(_ record: PeerRecord) {
    guard let place = entries.firstIndex(where: { $0.record.node >= record.node }) else {
      return entries.append(Entry(record: record))
    }
    guard entries[place].record.node == record.node else { return entries.insert(Entry(record: record), at: place) }
    // A table that repeats what it said, or that is read for the first time, does not outdo what the node said since.
    let known = entries[place].record.peerAddress
    if !known.isEmpty, known != record.peerAddress { entries[place].toldAddress = nil }
    entries[place].record = record
  }
}
