import Foundation
import Server

do {
  let request = try ConfigurationReader.read(
    arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
  switch request {
  case .print(let text): print(text)
  case .serve(let configuration): exit(try Node(configuration: configuration).run().rawValue)
  }
} catch {
  try FileHandle.standardError.write(contentsOf: Data("holdfastd: \(error)\n".utf8))
  exit(2)
}
