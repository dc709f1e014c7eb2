/// What a checker found broken. The first one ends the run.
package struct Violation: Error, Equatable, Sendable {
  /// The checkers, by the names that tables and reports show.
  package enum Checker: String, CaseIterable, Sendable {
    case oneLeaderATerm = "one leader a term"
    case committedPrefix = "equal committed prefixes"
    case committedOverwritten = "committed entries stay"
    case majority = "committed on a majority"
    case ownTerm = "a leader counts its own term"
    case promise = "persisted before acknowledged"
    case stateEquality = "equal state at equal index"
    case outcome = "outcomes as specified"
    case answer = "answers reach their request"
    case stamps = "stamps never go back"
    case expiry = "no hold expires early"
    case read = "linearizable reads"
    case ledger = "ledger invariants"
    case history = "history"
    case ownership = "one owner a slot"
    case atomicity = "whole or not at all"
    case doubt = "nothing in doubt"
    case liveness = "convergence after healing"
    case log = "log contract"
    case fault = "no member is out of service"
    case stop = "an invariant of the program"
  }

  package var checker: Checker
  package var text: String

  package init(_ checker: Checker, _ text: String) {
    self.checker = checker
    self.text = text
  }
}

extension Violation: CustomStringConvertible {
  package var description: String { "\(checker.rawValue): \(text)" }
}
