import Foundation
import Server

/// Serves, and ends the process; after a failure of the disk at once, and with the database still open: closing it, or an
/// exit in good order, would wait for the compactions that are under way, and they would write on.
func serve(_ configuration: NodeConfiguration) throws -> Never {
  let node = try Node(configuration: configuration)
  let end = node.run()
  withExtendedLifetime(node) { if end == .storageFailed { _exit(end.rawValue) } }
  exit(end.rawValue)
}

do {
  let request = try ConfigurationReader.read(
    arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
  switch request {
  case .print(let text): print(text)
  case .found(let configuration): print(try DirectoryMaking.found(configuration))
  case .join(let configuration): joinCluster(configuration)
  case .serve(let configuration): try serve(configuration)
  }
} catch {
  complain("\(error)")
  exit(error is ConfigurationError ? 2 : Node.End.dataDirectory.rawValue)
}
