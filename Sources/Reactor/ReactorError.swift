/// What the system refused the reactor. `code` is Linux's `errno`.
package enum ReactorError: Error, Equatable, Sendable {
  case system(call: String, code: Int32)
  case notAnAddress(String)
  case unknownHost(String)
}

extension ReactorError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let code): "\(call) failed with errno \(code)"
    case .notAnAddress(let text): "\"\(text)\" is not an IPv4 or IPv6 address"
    case .unknownHost(let host): "the host \"\(host)\" is unknown"
    }
  }
}

/// Turns a wrapper's `-errno` into a thrown failure, and hands anything else through.
func checked(_ call: String, _ result: Int32) throws(ReactorError) -> Int32 {
  if result < 0 { throw .system(call: call, code: -result) }
  return result
}

/// Linux's error numbers that the reactor tells apart.
enum SystemError {
  static let again: Int32 = 11
  static let tooManyFilesInSystem: Int32 = 23
  static let tooManyFiles: Int32 = 24
  static let connectionAborted: Int32 = 103
  static let noBuffers: Int32 = 105
  static let connectionRefused: Int32 = 111
  static let noMemory: Int32 = 12
}
