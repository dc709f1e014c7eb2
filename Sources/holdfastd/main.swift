import Foundation
import Server

/// After a failure of the disk at once: at an exit in good order RocksDB ends the compactions that are under way, and
/// would write on.
func end(_ end: Node.End) -> Never {
  if end == .storageFailed { _exit(end.rawValue) }
  exit(end.rawValue)
}

do {
  let request = try ConfigurationReader.read(
    arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
  switch request {
  case .print(let text): print(text)
  case .found(let configuration): print(try DirectoryMaking.found(configuration))
  case .join(let configuration): joinCluster(configuration)
  case .serve(let configuration): end(try Node(configuration: configuration).run())
  }
} catch {
  complain("\(error)")
  exit(error is ConfigurationError ? 2 : Node.End.dataDirectory.rawValue)
}
