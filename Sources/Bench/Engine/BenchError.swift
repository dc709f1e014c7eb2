internal import API
internal import Basics

/// Why a run could not be made or finished.
enum BenchError: Error, CustomStringConvertible {
  case cannotConnect(server: String, reason: String)
  case connectionLost(server: String)
  /// The server refused or failed a call that a run needs.
  case call(name: String, CallFailure)
  case unreadableAnswer(call: String, DecodeError)
  case record(RecordError)
  case system(String)
  case cannotWrite(path: String, reason: String)
  case unreadableResult(path: String, reason: String)

  var description: String {
    switch self {
    case .cannotConnect(let server, let reason): "cannot connect to \(server): \(reason)"
    case .connectionLost(let server): "the connection to \(server) was lost"
    case .call(let name, let failure): "\(name) failed: \(failure.status.name): \(failure.message)"
    case .unreadableAnswer(let call, let error): "the answer to \(call) cannot be read: \(error)"
    case .record(let error): "\(error)"
    case .system(let text): text
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .unreadableResult(let path, let reason): "\(path) is no result of a run: \(reason)"
    }
  }

  /// What the program ends with.
  var exitCode: Int32 {
    switch self {
    case .cannotConnect, .connectionLost: ExitCode.serverGone
    case .call, .unreadableAnswer, .record, .system, .cannotWrite, .unreadableResult: ExitCode.failed
    }
  }
}

/// What the program's exit codes mean; told in the help. Never renumber.
enum ExitCode {
  static let fine: Int32 = 0
  static let failed: Int32 = 1
  static let usage: Int32 = 2
  static let serverGone: Int32 = 3
  static let interrupted: Int32 = 130
}
