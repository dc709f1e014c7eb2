/// A command of the tool: either a group with commands in it, or something to run. The tree of commands is the only
/// place that knows them, so parsing, help and suggestions cannot disagree.
package struct Command: Sendable {
  package typealias Action = @Sendable (Session) async throws(ToolError) -> ExitCode
  /// Asks no node: works on files.
  package typealias OfflineAction = @Sendable (Arguments, Output) throws(ToolError) -> ExitCode

  /// A line that can be typed as it stands, and what it does.
  package struct Example: Sendable {
    var line: String
    var text: String

    init(_ line: String, _ text: String) {
      self.line = line
      self.text = text
    }
  }

  package var name: String
  /// One line for the list of commands; starts with a capital and ends with a full stop.
  package var summary: String
  /// More, for the command's own help.
  package var details = ""
  package var operands: [Operand] = []
  package var flags: [Flag] = []
  package var examples: [Example] = []
  package var commands: [Command] = []
  package var action: Action?
  package var offline: OfflineAction?

  /// Whether it is something to run, and not a group.
  var isRunnable: Bool { action != nil || offline != nil }

  package static func group(_ name: String, _ summary: String, _ commands: [Command]) -> Command {
    Command(name: name, summary: summary, commands: commands)
  }
}
