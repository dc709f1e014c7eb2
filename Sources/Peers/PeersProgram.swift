internal import Foundation
internal import Glibc
internal import HTTP2
internal import Reactor

/// `holdfast-peers`: makes the load that `Scripts/compare` puts on Redis and etcd, and prints what it measured.
package enum PeersProgram {
  static let help = """
    Usage: holdfast-peers redis|etcd --port PORT [OPTIONS]

    Reserves stock in a Redis or an etcd on 127.0.0.1 that Scripts/compare has prepared, in a closed loop, and prints what
    it measured as JSON. The keys, and the script of Redis, are those that Scripts/compare makes.

      --port PORT        where the primary (Redis) or the leader (etcd) listens
      --connections C    connections; default 16
      --in-flight M      callers on each; default 1
      --batch N          reservations a call (Redis); default 1
      --skus N           SKUs, chosen uniformly; default 10000
      --warmup-ms N      load before what is measured; default 1000
      --measured-ms N    what is measured; default 5000
      --seed N           decides SKUs and ids; default 1
      --script SHA1      the script that reserves (Redis)
      --copies N         replicas that each acknowledgement waits for (Redis); default 0
      --help             this text
    """

  /// The arguments after the program's name; gives the exit code.
  package static func main(_ arguments: [String]) -> Int32 {
    if arguments.contains("--help") || arguments.contains("-h") {
      print(help)
      return 0
    }
    do {
      let order = try PeersOrder(arguments)
      try print(run(order))
      return 0
    } catch let error as PeersUsageError {
      return complain("\(error.text); see holdfast-peers --help", 2)
    } catch {
      return complain("\(error)", 1)
    }
  }

  private static func run(_ order: PeersOrder) throws -> String {
    let driver = try LoadDriver(order.plan)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var result: LoadResult
    switch order.peer {
    case .redis(let digest, let copies):
      result = try driver.run { driver throws(ReactorError) in
        try RedisConnection(driver, digest: digest, copies: copies)
      }
    case .etcd:
      let stock = EtcdStock(skuCount: order.plan.skuCount)
      result = try driver.run { driver throws(ReactorError) in try EtcdConnection(driver, stock) }
      result.conflicts = stock.conflictCount
    }
    return String(decoding: try encoder.encode(result), as: UTF8.self)
  }

  private static func complain(_ text: String, _ code: Int32) -> Int32 {
    FileHandle.standardError.write(Data("holdfast-peers: error: \(text)\n".utf8))
    return code
  }
}

struct PeersUsageError: Error, Equatable {
  var text: String
}

/// A command line, read.
struct PeersOrder {
  enum Peer: Equatable {
    case redis(digest: String, copies: Int)
    case etcd
  }

  var peer: Peer
  var plan: LoadPlan

  init(_ arguments: [String]) throws(PeersUsageError) {
    var values: [String: String] = [:]
    var rest = arguments.dropFirst()
    while let flag = rest.popFirst() {
      guard flag.hasPrefix("--"), Self.flags.contains(flag), let value = rest.popFirst() else {
        throw PeersUsageError(text: "'\(flag)' is no flag with a value")
      }
      values[flag] = value
    }
    func number(_ flag: String, _ standard: Int, in range: ClosedRange<Int>) throws(PeersUsageError) -> Int {
      guard let text = values[flag] else { return standard }
      guard let value = Int(text), range.contains(value) else {
        throw PeersUsageError(text: "\(flag) is a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    guard values["--port"] != nil else { throw PeersUsageError(text: "--port is missing") }
    plan = LoadPlan(port: UInt16(try number("--port", 0, in: 1...65_535)))
    plan.connections = try number("--connections", 16, in: 1...10_000)
    plan.inFlight = try number("--in-flight", 1, in: 1...10_000)
    plan.batch = try number("--batch", 1, in: 1...10_000)
    plan.skuCount = try number("--skus", 10_000, in: 1...10_000_000)
    plan.warmupMilliseconds = UInt64(try number("--warmup-ms", 1_000, in: 0...3_600_000))
    plan.measuredMilliseconds = UInt64(try number("--measured-ms", 5_000, in: 1...3_600_000))
    plan.seed = UInt64(try number("--seed", 1, in: 0...Int.max))
    switch arguments.first {
    case "redis":
      guard let digest = values["--script"] else { throw PeersUsageError(text: "--script is missing") }
      peer = .redis(digest: digest, copies: try number("--copies", 0, in: 0...100))
    case "etcd":
      guard plan.batch == 1 else { throw PeersUsageError(text: "etcd has no --batch") }
      peer = .etcd
    default: throw PeersUsageError(text: "the first argument is redis or etcd")
    }
  }

  private static let flags = [
    "--port", "--connections", "--in-flight", "--batch", "--skus", "--warmup-ms", "--measured-ms", "--seed", "--script",
    "--copies",
  ]
}
