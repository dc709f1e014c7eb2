/// Finds a small set of faults that still makes a run fail: delta debugging (Zeller and Hildebrandt, 2002), which tries
/// ever smaller parts, and what is left without each part, until no single one can be taken away.
package struct Minimiser {
  /// How many runs it may cost; the smallest set found by then is the answer.
  package var runsMax: Int

  package init(runsMax: Int) { self.runsMax = runsMax }

  /// - Parameter fails: whether a run with just these faults fails in the same way. All together do.
  package func minimise(_ all: [Int], fails: ([Int]) -> Bool) -> [Int] {
    var left = all
    var runs = 0
    func stillFails(_ candidate: [Int]) -> Bool {
      runs += 1
      return fails(candidate)
    }
    if stillFails([]) { return [] }
    var partCount = 2
    while left.count >= 2, runs < runsMax {
      let parts = Self.split(left, into: partCount)
      if let part = parts.first(where: { runs < runsMax && stillFails($0) }) {
        left = part
        partCount = 2
        continue
      }
      let complements = parts.count == 2 ? [] : parts.map { part in left.filter { !part.contains($0) } }
      if let complement = complements.first(where: { runs < runsMax && stillFails($0) }) {
        left = complement
        partCount = max(partCount - 1, 2)
      } else if partCount < left.count {
        partCount = min(partCount * 2, left.count)
      } else {
        break
      }
    }
    return left
  }

  private static func split(_ items: [Int], into count: Int) -> [[Int]] {
    let count = min(count, items.count)
    return (0..<count).map { part in Array(items[(items.count * part / count)..<(items.count * (part + 1) / count)]) }
  }
}
