internal import Basics
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// What the meta shard says, on its way to every Store of the node; and what a Store has to say to the meta shard.
extension StoreServer {
  /// On the Store that has the meta shard: passes on how the cluster has changed.
  func shareCluster() {
    let applied = store.appliedIndex(of: .meta)
    guard index == 0, applied != duties.tableIndex else { return }
    duties.tableIndex = applied
    // Whoever can found the cluster does so at once: nothing is served before.
    if !cluster.isFounded { duties.nextReport = loop.now }
    guard let table = store.cluster, table.revision != cluster.revision else { return }
    take(table)
    for place in outboxes.indices where place != index { outboxes[place].append(.cluster(table)) }
  }

  /// The cluster has changed, or is heard of for the first time.
  func take(_ table: ClusterTable) {
    // What was only just founded has everything to tell of.
    if !cluster.isFounded { duties.nextReport = loop.now }
    let hasNewMap = cluster.shardMap != table.shardMap
    cluster = table
    endIfReplaced()
    if hasNewMap { slotsHaveMoved() }
    if index != 0 { store.follow(table) }
    links?.follow(table.nodes.map { PeerRecord($0) })
  }

  /// A node that was removed, or for which another process has been taken, is of no use any more, and may do harm.
  private func endIfReplaced() {
    guard let own = cluster.node(node.number) else { return }
    if own.state == .removed {
      exclude(.removed)
    } else if !node.identity.format.starts.include(own.start) {
      exclude(.superseded)
    }
  }

  /// Has the node end, for a reason that the others have to keep it out.
  func exclude(_ reason: PeerRefusal) {
    guard !isExcluded else { return }
    isExcluded = true
    node.tell(.isExcluded(reason))
  }

  /// Sends what the Store's shards have to tell the meta shard.
  func sendClusterCommands() {
    let commands = store.takeClusterCommands()
    if !commands.isEmpty { send(commands) }
  }

  /// Brings commands to whoever leads the meta shard, as far as it is known. They may get lost: whoever sends them looks
  /// at the table and sends them again.
  func send(_ commands: [ClusterCommand]) {
    guard index == 0 else { return outboxes[0].append(.clusterCommands(commands)) }
    // This is behind the part of a turn that collects what is proposed.
    loop.requestTurn()
    for command in commands {
      do throws(StoreRefusal) { try store.proposeCluster(.none, command) } catch {
        guard let leader = metaLeader, leader != node.number else { return }
        var writer = ByteWriter()
        ClusterCommand.encode(commands, into: &writer)
        _ = links?.send(.clusterCommands(writer.bytes), to: leader)
        return
      }
    }
  }

  /// Takes the commands of another node. One that is not meant for here any more is dropped.
  func receivedClusterCommands(_ bytes: [UInt8], from sender: NodeID) {
    let commands: [ClusterCommand]
    do throws(DecodeError) {
      var reader = ByteReader(bytes.rawSpan)
      commands = try ClusterCommand.decodeList(&reader)
    } catch {
      return node.logger.log(.warning, "commands of a node are unreadable", ["node": "\(sender)", "error": "\(error)"])
    }
    for command in commands {
      // Not the leader, or too much is waiting: the sender repeats what is still needed.
      do throws(StoreRefusal) { try store.proposeCluster(.none, command) } catch { return }
    }
  }

  /// The node that leads the meta shard, as far as its replica here knows; or as that node itself says, where the replica
  /// takes no part any more.
  var metaLeader: NodeID? {
    guard let meta = store.status(of: .meta) else { return nil }
    let leader = meta.fault == nil ? meta.leader.node : view.metaLeader
    return leader == .none ? nil : leader
  }
}

extension PeerRecord {
  init(_ record: NodeRecord) {
    self.init(
      node: record.number, directory: record.directory, peerAddress: record.peerAddress,
      isRemoved: record.state == .removed, start: record.start)
  }
}
