internal import Basics
internal import Storage

extension ClusterSecret {
  /// The code of a message that only who has the secret can make.
  func code(of message: [UInt8]) -> [UInt8] { HMAC.sha256(key: bytes.rawSpan, message: message.rawSpan) }
}
