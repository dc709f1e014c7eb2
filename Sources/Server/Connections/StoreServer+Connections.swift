internal import API
internal import Basics
internal import HTTP2
internal import Reactor

extension StoreServer: ListenerHandler, ServedConnectionOwner {
  func listener(_ listener: Listener, accepted connection: Connection) {
    let session = ServerSession(
      methods: Self.methods, limits: node.sessionLimits, delegate: self, now: loop.now)
    session.tag = connections.nextTag
    let served = ServedConnection(connection, session: session, owner: self)
    let tag = connections.insert(served)
    invariant(tag == session.tag, "a connection got another tag than it was told")
    served.outputChanged()
  }

  func connectionClosed(_ connection: ServedConnection) {
    connections.remove(connection.session.tag)
    finishDrainIfDone()
  }

  /// The place of a method in this table is its raw value.
  static let methods = MethodTable(
    Method.allCases.map { MethodTable.Method($0.descriptor.path, MethodKind($0.descriptor.kind)) })

  /// Takes no more connections and no more commands; calls under way are answered.
  func drain() {
    guard !isDraining else { return }
    isDraining = true
    listener?.close()
    for connection in connections.all { connection.shutDown() }
    finishDrainIfDone()
  }

  private func finishDrainIfDone() {
    if isDraining && connections.count == 0 { node.storeIsIdle(index) }
  }
}

extension MethodKind {
  init(_ kind: CallKind) {
    switch kind {
    case .unary: self = .unary
    case .clientStream: self = .clientStream
    case .serverStream: self = .serverStream
    case .bidirectional: self = .bidirectional
    }
  }
}
