import Basics
import Inventory

@testable import Simulator

/// One operation of a small history, as its client saw it.
struct Observed: Sendable {
  enum Saw: Equatable, Sendable {
    case answer(Answer)
    /// Of the one row there is.
    case available(Int64)
    /// Nothing: it may have had its effect, or not, or not yet.
    case nothing
  }

  /// `nil` for a read.
  var command: Command?
  var invoked: Int
  var answered: Int
  var saw: Saw
}

/// The obviously correct judge of small histories: tries every order that keeps to real time (Wing and Gong, 1993), with
/// the effects of unanswered operations anywhere after their invocation, or nowhere.
enum LinearizabilityTwin {
  static func isLinearizable(_ history: [Observed], from start: StockModel) -> Bool {
    search(history, Array(repeating: false, count: history.count), start)
  }

  private static func search(_ history: [Observed], _ done: [Bool], _ model: StockModel) -> Bool {
    let open = history.indices.filter { !done[$0] }
    if open.allSatisfy({ history[$0].saw == .nothing }) { return true }
    // Nothing may come before an operation that was answered before it was invoked.
    let firstAnswer = open.filter { history[$0].saw != .nothing }.map { history[$0].answered }.min() ?? .max
    for index in open where history[index].invoked < firstAnswer {
      var next = model
      guard step(history[index], &next) else { continue }
      var nextDone = done
      nextDone[index] = true
      if search(history, nextDone, next) { return true }
    }
    return false
  }

  private static func step(_ observed: Observed, _ model: inout StockModel) -> Bool {
    guard let command = observed.command else { return observed.saw == .available(model.rows[0].available) }
    let expected = model.run(command).answer
    switch observed.saw {
    case .nothing: return true
    case .answer(let answer): return answer == expected
    case .available: return false
    }
  }
}
