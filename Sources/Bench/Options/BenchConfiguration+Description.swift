internal import Basics
internal import Client

extension BenchConfiguration {
  /// What was asked for, by the options' names, for the result. Only what the command knows.
  var described: [String: String] {
    var described: [String: String] = [:]
    let known = Set(BenchOption.table.filter { $0.commands.contains(command) }.map(\.name))
    func tell(_ name: String, _ value: String?) {
      invariant(BenchOption.table.contains { $0.name == name }, "the result tells of an option that there is not")
      if known.contains(name) { described[name] = value }
    }
    tell("server", servers.map(\.description).joined(separator: ","))
    tell("connections", "\(connections)")
    tell("in-flight", "\(inFlight)")
    tell("threads", "\(threads)")
    tell("deadline-ms", "\(deadlineMilliseconds)")
    tell("workload", workload.rawValue)
    tell("confirm-share", workload == .mix ? "\(confirmShare)" : nil)
    tell("release-share", workload == .mix || workload == .cartChurn ? "\(releaseShare)" : nil)
    tell("extend-share", workload == .cartChurn ? "\(extendShare)" : nil)
    tell("lines", workload == .orders ? "\(lineCounts.lowerBound)-\(lineCounts.upperBound)" : nil)
    tell("across-share", workload == .orders ? acrossShare.map { "\($0)" } : nil)
    tell("write-share", workload == .reads ? "\(writeShare)" : nil)
    tell("read-batch", workload == .reads ? "\(readBatch)" : nil)
    tell("staleness-ms", workload == .reads ? stalenessMilliseconds.map { "\($0)" } : nil)
    tell("followers", workload == .feed ? "\(followers)" : nil)
    tell("duplicate-share", "\(duplicateShare)")
    tell("batch", "\(batch)")
    tell("quantity", "\(quantity)")
    tell("ttl", "\(timeToLiveSeconds)")
    tell("tenant", tenant)
    tell("skus", "\(skuCount)")
    tell("choice", "\(choice)")
    tell("units", "\(unitsPerSKU)")
    tell("buyers", "\(buyers)")
    tell("stock", "\(stock)")
    tell("location", location)
    tell("prefix", prefix)
    tell("no-setup", "\(!setsUp)")
    switch length {
    case .seconds(let seconds):
      tell("seconds", "\(seconds)")
      tell("warmup", "\(warmupSeconds)")
    case .count(let count): tell("count", "\(count)")
    }
    tell("rate", ratePerSecond.map { "\($0)" })
    tell("arrivals", ratePerSecond == nil ? nil : arrivals.rawValue)
    switch rateShape {
    case .level: break
    case .steps(let rates): tell("steps", rates.map { "\($0)" }.joined(separator: ","))
    case .ramp(let rate): tell("ramp-to", "\(rate)")
    case .search(let limit): tell("search-p99", "\(limit)")
    }
    tell("start-at", startSeconds.map { "\($0)" })
    tell("chaos", chaos.isEmpty ? nil : chaos.map(\.description).joined(separator: ","))
    tell("queue", ratePerSecond == nil ? nil : "\(queueMax)")
    tell("late-ms", ratePerSecond == nil ? nil : "\(lateMillisecondsMax)")
    tell("retry", "\(retries)")
    tell("attempts", attemptsMax == .max ? nil : "\(attemptsMax)")
    tell("continue-on-disconnect", "\(endsOnDisconnect)")
    tell("record", recordPath)
    tell("no-verify", "\(!verifies)")
    tell("verify-sample", verifySample.map { "\($0)" })
    return described
  }
}
