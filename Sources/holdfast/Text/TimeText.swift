internal import API
package import Basics
internal import Foundation

/// Points in time in UTC, as RFC 3339 has them: `2026-01-01T00:00:00.000Z`.
package enum TimeText {
  package static func show(milliseconds: Int64) -> String {
    let day = floorDivide(milliseconds, 86_400_000)
    let rest = milliseconds - day * 86_400_000
    let date = civil(day)
    let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(time).\(padded(rest % 1_000, 3))Z"
  }

  static func show(_ time: WellKnown.Timestamp?) -> String? { time?.stamp.map { show(milliseconds: $0.milliseconds) } }

  /// How a point in time is typed.
  package static let forms = "a date (2026-01-01), a time (2026-01-01T08:30:00Z), or how long ago (90m, 2d)"

  /// - Parameters:
  ///   - isAhead: a duration means from now on, and not ago.
  ///   - now: by the machine's clock if it is not given.
  package static func parse(_ text: String, isAhead: Bool = false, now: Stamp? = nil) -> Stamp? {
    if let duration = DurationText.parse(text) {
      let now = now ?? Stamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
      let span = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
      return Stamp(milliseconds: max(0, now.milliseconds + (isAhead ? span : -span)))
    }
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let date = numbers(parts[0], "-", [4, 2, 2])
    guard let date, (1...12).contains(date[1]), (1...31).contains(date[2]) else { return nil }
    let days = day(date[0], date[1], date[2])
    guard civil(days) == (date[0], date[1], date[2]) else { return nil }
    var milliseconds = days * 86_400_000
    if parts.count == 2 {
      guard let time = timeOfDay(parts[1]) else { return nil }
      milliseconds += time
    }
    return milliseconds < 0 ? nil : Stamp(milliseconds: milliseconds)
  }

  /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`, with or without a `Z`: UTC always.
  private static func timeOfDay(_ text: Substring) -> Int64? {
    let text = text.hasSuffix("Z") ? text.dropLast() : text
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let clock = numbers(parts[0], ":", [2, 2, 2]) ?? numbers(parts[0], ":", [2, 2]) else { return nil }
    let seconds = clock.count > 2 ? clock[2] : 0
    guard clock[0] < 24, clock[1] < 60, seconds < 60 else { return nil }
    var milliseconds = (clock[0] * 3_600 + clock[1] * 60 + seconds) * 1_000
    if parts.count == 2 {
      guard clock.count > 2, let fraction = numbers(parts[1], ".", [3]) else { return nil }
      milliseconds += fraction[0]
    }
    return milliseconds
  }

  /// Decimal numbers of these lengths with a separator between them.
  private static func numbers(_ text: Substring, _ separator: Character, _ lengths: [Int]) -> [Int64]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.count) == lengths else { return nil }
    let values = parts.compactMap { part in
      part.allSatisfy({ $0.isASCII && $0.isNumber }) ? Int64(part) : nil
    }
    return values.count == parts.count ? values : nil
  }

  /// The day counted from 1970-01-01 of a date.
  private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = floorDivide(year, 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func padded(_ number: Int64, _ length: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, length - digits.count)) + digits
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  /// The date of a day counted from 1970-01-01, in the Gregorian calendar, with years that begin in March so that the
  /// leap day is a year's last.
  private static func civil(_ dayFrom1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = dayFrom1970 + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
