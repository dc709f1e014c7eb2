internal import Basics

/// Why a connection of a peer is closed from this side.
enum PeerFault: Error, Equatable, Sendable {
  /// An envelope's checksum does not match.
  case damaged
  /// A body is longer than it may be.
  case tooLong(Int)
  /// Bytes that are not what they should be.
  case unreadable(DecodeError)
  /// An envelope that has no place here.
  case unexpected(kind: UInt8)
  /// The peer is none, or not this one.
  case refused(PeerRefusal)
  /// The peer says so.
  case refusedThere(PeerRefusal)
  /// It took too long to prove who it is.
  case handshakeTimedOut
  /// Nothing was heard of it for too long.
  case silent
  /// A newer connection has taken its place, or the peer is no member any more.
  case replaced

  static func reading<Value>(_ read: () throws(DecodeError) -> Value) throws(PeerFault) -> Value {
    do throws(DecodeError) { return try read() } catch { throw .unreadable(error) }
  }
}

extension PeerFault: CustomStringConvertible {
  var description: String {
    switch self {
    case .damaged: "bytes were damaged on the way"
    case .tooLong(let count): "it announced \(count) bytes at once"
    case .unreadable(let error): "what it sent cannot be read: \(error)"
    case .unexpected(let kind): "it sent something out of place (kind \(kind))"
    case .refused(let reason): reason.description
    case .refusedThere(let reason): "the other node refuses this one: \(reason)"
    case .handshakeTimedOut: "it did not prove in time who it is"
    case .silent: "nothing was heard of it for too long"
    case .replaced: "it has a newer connection, or is no member any more"
    }
  }
}
