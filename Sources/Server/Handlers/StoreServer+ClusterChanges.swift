internal import API
internal import Basics
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// Changes of the cluster by ops. Each is carried out by whoever leads the meta shard, as one command: those who ask get
/// the same again when they repeat it.
extension StoreServer {
  func addNode(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(AddNodeRequest.self, message)
    guard let directory = UniqueID(text: request.directoryID) else {
      throw .invalidField("directory_id", found: "not a UUID", allowed: "the id of the node's data directory")
    }
    _ = try RequestFields.name(request.clientAddress, "client_address", 0...NodeDescription.addressBytesMax)
    _ = try RequestFields.name(request.peerAddress, "peer_address", 0...NodeDescription.addressBytesMax)
    _ = try RequestFields.name(request.zone, "zone", 0...NodeDescription.zoneBytesMax)
    _ = try RequestFields.name(request.version, "version", 0...NodeDescription.zoneBytesMax)
    guard AddNodeProof.isValid(request, node.identity.secret) else {
      node.logger.log(
        .warning, "a node that does not know the cluster's secret wants to join", ["address": request.clientAddress])
      throw CallFailure(
        .wrongSecret, "the cluster has another secret: copy SECRET from the data directory of one of its nodes")
    }
    if passOn(.clusterAddNode, message, origin, toOwnerOf: .meta) { return }
    let description = NodeDescription(
      directory: directory, clientAddress: request.clientAddress, peerAddress: request.peerAddress,
      zone: request.zone, featureLevel: request.featureLevel)
    let line = AuditLine(
      what: "let the node at \(request.peerAddress) join", actor: request.actor, reason: request.reason)
    try propose(.addNode(description), .clusterAddNode, origin, line)
  }

  func drainNode(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(DrainNodeRequest.self, message)
    let number = try Self.node(request.nodeID, "node_id")
    if passOn(.clusterDrainNode, message, origin, toOwnerOf: .meta) { return }
    let line = AuditLine(
      what: "drain node \(number)\(Self.force(request.force))", actor: request.actor, reason: request.reason)
    try propose(.setNodeState(number, .draining, isForced: request.force), .clusterDrainNode, origin, line)
  }

  func activateNode(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ActivateNodeRequest.self, message)
    let number = try Self.node(request.nodeID, "node_id")
    if passOn(.clusterActivateNode, message, origin, toOwnerOf: .meta) { return }
    let line = AuditLine(what: "activate node \(number)", actor: request.actor, reason: request.reason)
    try propose(.setNodeState(number, .active, isForced: false), .clusterActivateNode, origin, line)
  }

  func decommissionNode(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(DecommissionNodeRequest.self, message)
    let number = try Self.node(request.nodeID, "node_id")
    if passOn(.clusterDecommissionNode, message, origin, toOwnerOf: .meta) { return }
    // A live node gives its replicas away first; only one that is gone loses them. Whoever leads only just now has heard
    // of nobody yet, and takes no one for gone.
    let isGone = duties.health.map { !$0.isLive(number, now: loop.now) } ?? false
    if request.force, !isGone, cluster.replicaCount(on: number) > 0 {
      throw CallFailure(
        .nodeHasReplicas, "node \(number) is not known to be dead: drain it, so that its replicas are copied first",
        metadata: ["node": "\(number)", "replicas": "\(cluster.replicaCount(on: number))"])
    }
    let line = AuditLine(
      what: "remove node \(number)\(Self.force(request.force))", actor: request.actor, reason: request.reason)
    try propose(
      .setNodeState(number, .removed, isForced: request.force, losesData: request.force && request.loseData),
      .clusterDecommissionNode, origin, line)
  }

  func updateSettings(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(UpdateSettingsRequest.self, message)
    if let factor = request.replicationFactor {
      guard factor % 2 == 1, factor <= Placement.ClusterSettings.replicationFactorMax else {
        throw .invalidField("replication_factor", found: "\(factor)", allowed: "1, 3, 5 or 7")
      }
    }
    if let bytes = request.snapshotBytesPerSecond {
      try RequestFields.number(bytes, "snapshot_bytes_per_second", 0...1 << 40)
    }
    let seconds = try Self.replaceDeadAfterSeconds(request.replaceDeadAfter)
    let journalAge = try Self.journalAgeSeconds(request.journalAgeMax)
    if let bytes = request.journalBytesMax, bytes != 0 {
      try RequestFields.number(bytes, "journal_bytes_max", 1 << 20...1 << 50)
    }
    if passOn(.clusterUpdateSettings, message, origin, toOwnerOf: .meta) { return }
    var settings = cluster.settings
    if let factor = request.replicationFactor { settings.replicationFactor = factor }
    if let bytes = request.snapshotBytesPerSecond { settings.snapshotBytesPerSecond = UInt64(bytes) }
    if let seconds { settings.replaceDeadAfterSeconds = seconds }
    if let journalAge { settings.journalAgeSeconds = journalAge }
    if let bytes = request.journalBytesMax { settings.journalBytesMax = UInt64(bytes) }
    let line = AuditLine(what: "change the settings", actor: request.actor, reason: request.reason)
    try propose(.putSettings(settings), .clusterUpdateSettings, origin, line)
  }

  private static func force(_ isForced: Bool) -> String { isForced ? " by force" : "" }

  private static func replaceDeadAfterSeconds(_ span: WellKnown.Duration?) throws(CallFailure) -> UInt32? {
    guard let span else { return nil }
    guard let milliseconds = span.milliseconds, milliseconds == 0 || (10_000...2_592_000_000).contains(milliseconds)
    else { throw .invalidField("replace_dead_after", found: "out of range", allowed: "10 s to 30 days, or 0") }
    return UInt32(milliseconds / 1_000)
  }

  private static func journalAgeSeconds(_ span: WellKnown.Duration?) throws(CallFailure) -> UInt32? {
    guard let span else { return nil }
    guard let milliseconds = span.milliseconds, milliseconds == 0 || (60_000...3_155_760_000_000).contains(milliseconds)
    else { throw .invalidField("journal_age_max", found: "out of range", allowed: "1 minute to 100 years, or 0") }
    return UInt32(milliseconds / 1_000)
  }

  // MARK: What they have in common

  /// Puts a command into the meta shard's next entry; its outcome answers the call.
  func propose(_ command: ClusterCommand, _ method: Method, _ origin: CallOrigin) throws(CallFailure) {
    do throws(StoreRefusal) {
      try store.proposeCluster(PendingCall(origin: origin, method: method).waiter, command)
    } catch {
      throw CallFailure(error)
    }
  }

  static func node(_ number: UInt64, _ field: String) throws(CallFailure) -> NodeID {
    guard let number = UInt32(exactly: number), number > 0 else {
      throw .invalidField(field, found: "\(number)", allowed: "the number of a node")
    }
    return NodeID(number)
  }
}
