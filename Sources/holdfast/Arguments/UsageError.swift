package import Client

/// What is wrong with the command line, for the person who typed it.
package struct UsageError: Error, Equatable, Sendable {
  package var message: String
  /// The command whose help is worth reading, such as `holdfast stock receive`.
  package var command: String

  package init(_ message: String, command: String = "holdfast") {
    self.message = message
    self.command = command
  }
}

/// Why the tool ends without having done what was asked.
package enum ToolError: Error, Sendable {
  case usage(UsageError)
  case call(HoldfastError)
  /// A file that cannot be read, or does not hold what it should.
  case input(String)
}
