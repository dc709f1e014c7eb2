internal import API
internal import Basics
internal import HTTP2
internal import Reactor

extension StoreServer: ListenerHandler, ServedConnectionOwner {
  func listener(_ listener: Listener, accepted connection: Connection) {
    let session = ServerSession(
      methods: Self.methods, limits: node.sessionLimits, budget: sessionBudget, delegate: self, now: loop.now)
    session.tag = connections.nextTag
    let served = ServedConnection(connection, session: session, owner: self)
    let tag = connections.insert(served)
    invariant(tag == session.tag, "a connection got another tag than it was told")
    served.outputChanged()
  }

  func connectionClosed(_ connection: ServedConnection) {
    connections.remove(connection.session.tag)
  }

  /// The place of a method in this table is its raw value.
  static let methods = MethodTable(
    Method.allCases.map { MethodTable.Method($0.descriptor.path, MethodKind($0.descriptor.kind)) })
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
