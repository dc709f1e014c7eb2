internal import API
internal import Basics
internal import Client
import Foundation

/// The tool from the command line to the exit code.
package enum Tool {
  package static func run(_ words: [String], environment: [String: String]) async -> ExitCode {
    // Also a command line that cannot be read may have asked for JSON.
    let output = Output(isJSON: words.contains("--json"))
    do throws(ToolError) {
      return try await perform(words, environment, output)
    } catch {
      return tell(error, output)
    }
  }

  private static func perform(
    _ words: [String], _ environment: [String: String], _ output: Output
  ) async throws(ToolError) -> ExitCode {
    if words == ["--version"] {
      output.line("holdfast \(holdfastVersion)")
      return .success
    }
    let request: ArgumentParser.Request
    do throws(UsageError) {
      request = try ArgumentParser.parse(words, root: .root)
    } catch {
      throw .usage(error)
    }
    switch request {
    case .help(let text):
      output.line(text)
      return .success
    case .runOffline(let action, let arguments): return try action(arguments, output)
    case .run(let action, let arguments):
      let configuration = try configuration(arguments, environment)
      let client: HoldfastClient
      do throws(HoldfastError) {
        client = try HoldfastClient(configuration)
      } catch {
        throw .call(error)
      }
      defer { client.close() }
      return try await action(Session(client: client, arguments: arguments, output: output))
    }
  }

  /// A person waits: a node that is not there is reported after a second, not after the whole time-out.
  private static func configuration(
    _ arguments: Arguments, _ environment: [String: String]
  ) throws(ToolError) -> HoldfastClient.Configuration {
    let timeout: Duration?
    do throws(UsageError) {
      timeout = try arguments.duration("timeout")
    } catch {
      throw .usage(error)
    }
    return HoldfastClient.Configuration(
      addresses: (arguments.text("address") ?? environment["HOLDFAST_ADDRESS"] ?? "127.0.0.1:7400").split(
        separator: ","
      ).map(String.init),
      tenant: arguments.text("tenant") ?? "",
      actor: arguments.text("actor") ?? environment["USER"] ?? ProcessInfo.processInfo.userName,
      timeout: timeout ?? .seconds(5), retries: RetryPolicy(attemptsMax: 5, firstDelay: .milliseconds(50)))
  }

  private static func tell(_ error: ToolError, _ output: Output) -> ExitCode {
    switch error {
    case .usage(let error):
      if output.isJSON {
        output.note(JSON(usage: error.message, see: "\(error.command) --help").line)
      } else {
        output.note("holdfast: \(error.message)")
        output.note("  see: \(error.command) --help")
      }
      return .wrongUsage
    case .input(let message):
      output.note(output.isJSON ? JSON(usage: message).line : "holdfast: \(message)")
      return .wrongUsage
    case .call(let error):
      if output.isJSON {
        output.note(JSON(error).line)
      } else {
        let lines = ErrorText.lines(error)
        output.note("holdfast: " + lines.joined(separator: "\n  "))
      }
      return ErrorText.exitCode(error)
    }
  }
}
