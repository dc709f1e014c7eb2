import Foundation
import Server

do {
  let request = try ConfigurationReader.read(
    arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
  switch request {
  case .print(let text): print(text)
  case .found(let configuration): print(try DirectoryMaking.found(configuration))
  case .join(let configuration): joinCluster(configuration)
  case .serve(let configuration): exit(try Node(configuration: configuration).run().rawValue)
  }
} catch {
  complain("\(error)")
  exit(error is ConfigurationError ? 2 : Node.End.dataDirectory.rawValue)
}
