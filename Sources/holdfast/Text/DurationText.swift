/// Durations as people write them: `500ms`, `90s`, `15m`, `1h30m`, `2d`.
package enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
  ]

  /// Numbers with units, largest or smallest first, each unit at most once; `nil` for anything else, a bare number too.
  package static func parse(_ text: String) -> Duration? {
    var rest = Substring(text)
    var total: Int64 = 0
    var used: Set<String> = []
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let number = Int64(digits), let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return nil }
      rest = rest.dropFirst(unit.name.count)
      guard used.insert(unit.name).inserted else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
      let (sum, carry) = total.addingReportingOverflow(product)
      if overflow || carry { return nil }
      total = sum
    }
    return used.isEmpty ? nil : .milliseconds(total)
  }

  /// The two largest units that say something: `2d 3h`, `15m`, `12s`, `0s`.
  package static func show(milliseconds: Int64) -> String {
    if milliseconds < 1_000 { return milliseconds <= 0 ? "0s" : "\(milliseconds)ms" }
    var rest = milliseconds
    var parts: [String] = []
    for (name, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, Int64)] {
      let count = rest / size
      rest %= size
      if count > 0 { parts.append("\(count)\(name)") }
    }
    return parts.prefix(2).joined(separator: " ")
  }
}
