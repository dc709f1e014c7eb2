internal import Basics

/// Harm that is to be done to a cluster while it is under load. A plain value.
struct ChaosEvent: Equatable, Sendable, CustomStringConvertible {
  /// Named as the commands of the script that does it.
  enum Action: String, CaseIterable, Sendable {
    case kill
    case stop
    case start
    case pause
    case resume

    static var names: String { allCases.map(\.rawValue).joined(separator: "|") }
  }

  /// From the start of the load.
  var seconds: Double
  var action: Action
  var node: Int

  /// `SECONDS:ACTION:NODE`.
  init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard
      parts.count == 3, let seconds = Double(parts[0]), (0...86_400).contains(seconds),
      let action = Action(rawValue: String(parts[1])), let node = Int(parts[2]), (1...100_000).contains(node)
    else { return nil }
    self.seconds = seconds
    self.action = action
    self.node = node
  }

  var description: String { "\(seconds):\(action.rawValue):\(node)" }
}
