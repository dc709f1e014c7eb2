internal import Basics
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
    case .perform(let configuration):
      return configuration.command == .merge ? merge(configuration) : perform(configuration)
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

  private static func merge(_ configuration: BenchConfiguration) -> Int32 {
    do {
      let merge = ResultMerge(try configuration.inputPaths.map(ResultFiles.read))
      let result = try merge.result()
      try show(result, configuration, hasResult: true)
      return result.problems.isEmpty ? ExitCode.fine : ExitCode.failed
    } catch {
      complain("\(error)")
      return ExitCode.failed
    }
  }

  private static func show(_ result: RunResult, _ configuration: BenchConfiguration, hasResult: Bool) throws {
    try ResultFiles.write(result, configuration)
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
