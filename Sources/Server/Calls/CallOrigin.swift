internal import API
internal import HTTP2
internal import Replication

/// Where the answer to a call goes. A plain value: it travels with the command through the log and to other Stores'
/// threads, and an answer to something that is gone meanwhile goes nowhere.
struct CallOrigin: Equatable, Sendable {
  enum Kind: UInt8, Sendable {
    /// A stream of a connection: `tag` is the connection's, `item` the stream.
    case stream = 0
    /// A part of something larger: `tag` is that of a gathering, `item` the part's place in it.
    case part = 1
    /// Another node: `tag` is that of its call in this Store's table of them.
    case peer = 2
    /// A call that is held here while it is carried out: `tag` is the held call's.
    case held = 3
  }

  var kind: Kind
  /// The Store whose thread has the connection or the gathering.
  var store: UInt16
  /// A slot and its generation, 48 bits; see ``SlotTable``.
  var tag: UInt64
  /// Of another node's call and of a held one: 1 for a row of a batch, else 0.
  var item: UInt32

  static func stream(_ stream: StreamID, of session: ServerSession, store: UInt16) -> CallOrigin {
    CallOrigin(kind: .stream, store: store, tag: session.tag, item: UInt32(bitPattern: stream.rawValue))
  }

  static func part(_ item: Int, of gathering: UInt64, store: UInt16) -> CallOrigin {
    CallOrigin(kind: .part, store: store, tag: gathering, item: UInt32(item))
  }

  static func peer(_ tag: UInt64, isRow: Bool, store: UInt16) -> CallOrigin {
    CallOrigin(kind: .peer, store: store, tag: tag, item: isRow ? 1 : 0)
  }

  static func held(_ tag: UInt64, isRow: Bool, store: UInt16) -> CallOrigin {
    CallOrigin(kind: .held, store: store, tag: tag, item: isRow ? 1 : 0)
  }

  /// Whether the answer stands in a batch's, without an envelope of its own.
  var isRow: Bool {
    switch kind {
    case .stream: false
    case .part: true
    case .peer, .held: item == 1
    }
  }

  var stream: StreamID { StreamID(rawValue: Int32(bitPattern: item)) }
}

/// A call that waits in the core, packed into the two words that the core carries for it.
///
///     origin := kind:4 store:12 tag:48        call := item:32 method:8 context:24
struct PendingCall {
  static let noContext: UInt32 = 0xFF_FFFF

  var origin: CallOrigin
  var method: Method
  /// What else is needed to answer: for a read the place of its request in the Store's table of contexts, or nothing when
  /// only its confirmation is asked for; for a command on a hold the home slot that its id carried.
  var context: UInt32 = noContext

  var waiter: Waiter {
    Waiter(
      origin: UInt64(origin.kind.rawValue) << 60 | UInt64(origin.store) << 48 | origin.tag,
      call: UInt64(origin.item) << 32 | UInt64(method.rawValue) << 24 | UInt64(context))
  }

  init(origin: CallOrigin, method: Method, context: UInt32 = noContext) {
    self.origin = origin
    self.method = method
    self.context = context
  }

  /// `nil` for a waiter that this type did not make.
  init?(_ waiter: Waiter) {
    guard let kind = CallOrigin.Kind(rawValue: UInt8(waiter.origin >> 60)),
      let method = Method(rawValue: UInt8(truncatingIfNeeded: waiter.call >> 24))
    else { return nil }
    origin = CallOrigin(
      kind: kind, store: UInt16(waiter.origin >> 48 & 0xFFF), tag: waiter.origin & 0xFFFF_FFFF_FFFF,
      item: UInt32(waiter.call >> 32))
    self.method = method
    context = UInt32(waiter.call & 0xFF_FFFF)
  }
}
