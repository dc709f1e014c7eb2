// What a worker process tells its supervisor, one line a run, fields parted by tabs:
//
//   end  seed digest events milliseconds checker text faults coverage happened counts network
//
// Lists are numbers parted by commas; an empty checker means that nothing was found.

extension RunResult {
  /// The run as one line.
  package var line: String {
    var fields = ["end", String(seed), String(digest, radix: 16), String(events), String(simulatedMilliseconds)]
    fields += [violation?.checker.rawValue ?? "", violation.map { Self.clean($0.text) } ?? ""]
    fields.append(faults.map(String.init).joined(separator: ","))
    fields.append(coverage.counts.map { String($0) }.joined(separator: ","))
    fields.append(violation == nil ? "" : happened.map(String.init).joined(separator: ","))
    fields.append(counts.list.map { String($0) }.joined(separator: ","))
    fields.append(network.list.map { String($0) }.joined(separator: ","))
    return fields.joined(separator: "\t")
  }

  private static func clean(_ text: String) -> String {
    String(text.map { $0 == "\t" || $0 == "\n" ? " " : $0 })
  }

  /// Reads a line back; `nil` for any other text.
  package init?(line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard fields.count == 12, fields[0] == "end", let seed = UInt64(fields[1]) else { return nil }
    self.init(seed: seed)
    guard let digest = UInt64(fields[2], radix: 16), let events = Int(fields[3]),
      let milliseconds = UInt64(fields[4])
    else { return nil }
    self.digest = digest
    self.events = events
    simulatedMilliseconds = milliseconds
    if let checker = Violation.Checker(rawValue: String(fields[5])) {
      violation = Violation(checker, String(fields[6]))
    }
    faults = Self.numbers(fields[7])
    coverage = Coverage(Self.numbers(fields[8]))
    happened = Self.numbers(fields[9])
    counts = WorldCounts(list: Self.numbers(fields[10]))
    network = NetworkCounts(list: Self.numbers(fields[11]))
  }

  private static func numbers<Number: FixedWidthInteger>(_ text: Substring) -> [Number] {
    text.split(separator: ",").compactMap { Number($0) }
  }
}

extension WorldCounts {
  var list: [UInt64] { [frames, frameBytes, turns, entriesCommitted, operations, answers, reads] }

  init(list: [UInt64]) {
    guard list.count == 7 else { return }
    (frames, frameBytes, turns, entriesCommitted) = (list[0], list[1], list[2], list[3])
    (operations, answers, reads) = (list[4], list[5], list[6])
  }
}

extension NetworkCounts {
  var list: [UInt64] { [sent, blocked, lost, duplicated, reordered, corrupted] }

  init(list: [UInt64]) {
    guard list.count == 6 else { return }
    (sent, blocked, lost) = (list[0], list[1], list[2])
    (duplicated, reordered, corrupted) = (list[3], list[4], list[5])
  }
}
