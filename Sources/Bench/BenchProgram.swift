internal import Basics
internal import Foundation
internal import Glibc
internal import Reactor

/// The program `holdfast-bench`: from arguments to an exit code.
package enum BenchProgram {
  /// - Parameter arguments: without the program's name.
  package static func main(_ arguments: [String]) -> Int32 {
    let request: CommandLineRequest
    do throws(UsageError) {
      request = try CommandLineReader.read(arguments)
    } catch {
      complain(error.message + "\nTry holdfast-bench --help.")
      return ExitCode.usage
    }
    switch request {
    case .help(let command): StandardStreams.write(HelpText.text(for: command), to: STDOUT_FILENO)
    case .version: StandardStreams.write("holdfast-bench \(holdfastVersion)\n", to: STDOUT_FILENO)
    case .perform(let configuration): return perform(configuration)
    }
    return ExitCode.fine
  }

  private static func perform(_ configuration: BenchConfiguration) -> Int32 {
    do {
      try Signal.prepareProcess(for: [.interrupt, .terminate])
      let run = try BenchRun(configuration)
      let failure: BenchError?
      do throws(BenchError) {
        try run.run()
        failure = nil
      } catch { failure = error }
      var result = run.result
      if let failure { result.problems.append("\(failure)") }
      try show(result, configuration, hasResult: failure == nil)
      if let failure {
        complain("\(failure)")
        return failure.exitCode
      }
      if result.isDisconnected && !configuration.endsOnDisconnect { return ExitCode.serverGone }
      return result.problems.isEmpty ? ExitCode.fine : ExitCode.failed
    } catch {
      complain("\(error)")
      return ExitCode.failed
    }
  }

  private static func show(_ result: RunResult, _ configuration: BenchConfiguration, hasResult: Bool) throws {
    if let path = configuration.jsonPath {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      var json = try encoder.encode(result)
      json.append(UInt8(ascii: "\n"))
      if path == "-" {
        StandardStreams.write(String(decoding: json, as: UTF8.self), to: STDOUT_FILENO)
      } else {
        do { try json.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
          throw BenchError.cannotWrite(path: path, reason: "\(error.localizedDescription)")
        }
      }
    }
    // The table goes where the JSON does not, so that standard output can be read by a program.
    if !configuration.isQuiet, hasResult {
      StandardStreams.write(
        ResultTable.text(result), to: configuration.jsonPath == "-" ? STDERR_FILENO : STDOUT_FILENO)
    }
  }

  private static func complain(_ text: String) {
    StandardStreams.write("holdfast-bench: \(text)\n", to: STDERR_FILENO)
  }
}
