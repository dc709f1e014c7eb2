import API
import Basics
import Foundation
import Testing

@testable import Bench

/// Whole runs against a node that is made for the test.
@Suite struct RunTests {
  private func run(_ line: String, _ server: FakeServer) throws -> RunResult {
    let arguments =
      line.split(separator: " ").map(String.init)
      + (line.contains("--server") ? [] : ["--server", "127.0.0.1:\(server.port)"])
      + ["--quiet", "--connections", "3", "--in-flight", "2"]
    guard case .perform(let configuration) = try CommandLineReader.read(arguments) else {
      throw UsageError(message: "not a command")
    }
    let run = try BenchRun(configuration)
    try run.run()
    return run.result
  }

  @Test func `a counted run sends exactly so many reservations and verifies all of them`() throws {
    let result = try run("run --count 500 --skus 7 --threads 2", FakeServer())
    #expect(result.problems == [])
    #expect(result.reservations == ["done": 500])
    #expect(result.operations.map(\.operation) == ["reserve"])
    #expect(result.verification?.holdsChecked == 500)
    #expect(result.verification?.skusChecked == 7)
    #expect(result.verification?.unitsAcknowledged == 500)
    #expect(result.verification?.unitsHeldOrAllocated == 500)
    #expect(result.serverVersion == "fake")
  }

  @Test func `a timed run measures, and ends`() throws {
    let result = try run("run --seconds 0.2 --warmup 0.05 --skus 10 --choice zipf:0.99", FakeServer())
    #expect(result.problems == [])
    #expect((0.1...2).contains(result.seconds))
    #expect(result.reservations["done"] ?? 0 > 10)
    // What was held during the warm-up is verified too.
    #expect(result.verification?.holdsChecked ?? 0 > result.reservations["done"] ?? 0)
  }

  @Test func `batches count their reservations one by one`() throws {
    let result = try run("run --count 300 --batch 10 --skus 3 --units 50", FakeServer())
    #expect(result.problems == [])
    #expect(result.reservations == ["done": 150, "out_of_stock": 150])
    #expect(result.operations.map(\.operation) == ["batch-reserve"])
    #expect(result.operations.first?.latency.count == 30)
    #expect(result.verification?.holdsChecked == 150)
  }

  @Test func `in a flash sale exactly as many buyers win as there are units`() throws {
    let result = try run("flash-sale --buyers 400 --stock 37", FakeServer())
    #expect(result.problems == [])
    #expect(result.reservations == ["done": 37, "out_of_stock": 363])
    let few = try run("flash-sale --buyers 20 --stock 37", FakeServer())
    #expect(few.problems == [])
    #expect(few.reservations == ["done": 20])
  }

  @Test func `a mix confirms and releases its shares, and knows what must be left`() throws {
    let result = try run("run --workload mix --count 400 --skus 5 --quantity 3", FakeServer())
    #expect(result.problems == [])
    let confirmed = result.operations.first { $0.operation == "confirm" }?.latency.count ?? 0
    let released = result.operations.first { $0.operation == "release" }?.latency.count ?? 0
    #expect((150...250).contains(confirmed))
    #expect((60...140).contains(released))
    #expect(result.verification?.unitsAcknowledged == Int64(400 - released) * 3)
    #expect(result.verification?.unitsHeldOrAllocated == Int64(400 - released) * 3)
  }

  @Test func `with reserve-confirm every hold becomes an order`() throws {
    let result = try run("run --workload reserve-confirm --count 200 --skus 5", FakeServer())
    #expect(result.problems == [])
    #expect(result.operations.map(\.operation) == ["reserve", "confirm"])
    #expect(result.operations.map(\.latency.count) == [200, 200])
    #expect(result.verification?.unitsHeldOrAllocated == 200)
  }

  @Test func `carts are extended, released and left, and what is left is known by its new time`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID())").path
    defer { removeFile(path) }
    let server = try FakeServer()
    let result = try run(
      "run --workload cart-churn --release-share 0.4 --count 400 --skus 5 --ttl 600 --record \(path)", server)
    #expect(result.problems == [])
    #expect(result.operations.map(\.operation) == ["reserve", "release", "extend"])
    let released = result.operations[1].latency.count
    #expect((110...210).contains(released))
    #expect((150...250).contains(result.operations[2].latency.count))
    #expect(result.verification?.unitsAcknowledged == Int64(400 - released))
    let verified = try run("verify --record \(path)", server)
    #expect(verified.problems == [])
    #expect(verified.verification?.holdsChecked == 400)
  }

  @Test func `carts that are left expire while the load goes on`() throws {
    let result = try run("run --workload cart-churn --ttl 1 --seconds 1.5 --warmup 0 --skus 3", FakeServer())
    #expect(result.problems == [])
    #expect(result.verification?.holdsExpired ?? 0 > 0)
  }

  @Test func `orders are made, repeated, looked up again, and explain the stock`() throws {
    let result = try run(
      "run --workload orders --count 300 --skus 50 --lines 2-6 --quantity 3 --duplicate-share 0.5", FakeServer())
    #expect(result.problems == [])
    // All SKUs of the fake are in one shard.
    #expect(result.operations.map(\.operation) == ["create-order", "repeat-order"])
    #expect(result.verification?.ordersChecked == 300)
    let units = try #require(result.verification?.unitsAcknowledged)
    #expect((300 * 2 * 3...300 * 6 * 3).contains(Int(units)))
    #expect(result.verification?.unitsHeldOrAllocated == units)
  }

  @Test func `orders across shards are told apart from those in one`() throws {
    let server = try FakeServer(nodes: 3)
    let result = try run("run --workload orders --across-share 0.5 --count 200 --skus 50 --lines 2-6", server)
    #expect(result.problems == [])
    #expect(result.operations.map(\.operation) == ["create-order", "create-order-across"])
    for operation in result.operations { #expect((60...140).contains(operation.latency.count)) }
    #expect(throws: BenchError.self) { try run("run --workload orders --across-share 0.5", FakeServer()) }
  }

  @Test func `an order that was acknowledged and is not there is found out`() throws {
    let result = try run("run --workload orders --count 50 --skus 50", FakeServer(.losesOrders))
    #expect(result.verification?.findings.contains { $0.contains("was acknowledged and is not there") } == true)
  }

  @Test func `reads are told apart, and judged`() throws {
    let result = try run("run --workload reads --count 600 --skus 30 --write-share 0.3 --read-batch 4", FakeServer())
    #expect(result.problems == [])
    #expect(result.operations.map(\.operation) == ["reserve", "get-stock", "batch-get-stock", "get-hold"])
    #expect(result.operations.map(\.latency.count).reduce(0, +) == 600)
    #expect(result.reservations["done"] ?? 0 == Int(result.operations[0].latency.count))
    let stale = try run("run --workload reads --count 200 --skus 30 --staleness-ms 100", FakeServer())
    #expect(stale.problems == [])
    #expect(!stale.operations.contains { $0.operation == "get-hold" })
    let wrong = try run("run --workload reads --count 200 --skus 30", FakeServer(.misreads))
    #expect(wrong.problems.contains { $0.contains("calls failed") })
  }

  @Test func `every follower of the change feed is told of every hold once`() throws {
    let result = try run("run --workload feed --followers 3 --count 200 --skus 4 --quantity 2", FakeServer())
    #expect(result.problems == [])
    let feed = try #require(result.feed)
    #expect((feed.followers, feed.delivered, feed.gaps, feed.resumed) == (3, 600, 0, 0))
    #expect(feed.latency.count == 600)
    let forgets = try run("run --workload feed --followers 1 --count 35 --skus 4", FakeServer(.feedForgets))
    #expect(
      forgets.problems == [
        "follower 0 of the change feed was told of 32 units, 35 were acknowledged",
        "follower 0 found 3 gaps in the change feed",
      ])
  }

  @Test func `a search tells the best trial and all of them`() throws {
    let result = try run(
      "run --search-p99 60000 --rate 100 --seconds 0.2 --warmup 0 --skus 3 --late-ms 60000 --queue 300 --deadline-ms 400",
      FakeServer())
    let search = try #require(result.search)
    #expect(search.trials.count > 1)
    let best = try #require(search.ratePerSecond)
    #expect(search.trials.contains { $0.rate == best && $0.isWithin })
    #expect(!search.trials.contains { $0.rate > best && $0.isWithin })
    #expect(result.verification?.isFine == true)
  }

  @Test func `a search without any rate within the limit fails`() throws {
    let result = try run(
      "run --search-p99 0.01 --rate 50 --seconds 0.1 --warmup 0 --skus 3 --late-ms 60000", FakeServer())
    #expect(result.search?.ratePerSecond == nil)
    #expect(result.problems.contains { $0.contains("within the limit") })
  }

  @Test func `steps of a rate add up to their requests`() throws {
    let result = try run("run --steps 200,600 --seconds 1 --warmup 0 --skus 3 --late-ms 60000", FakeServer())
    #expect(result.problems == [])
    #expect((390...400).contains(result.reservations["done"] ?? 0))
  }

  @Test func `holds over shards are measured beside holds in one`() throws {
    let server = try FakeServer(nodes: 3)
    let across = try #require(
      try run("across --shards 2 --seconds 0.2 --warmup 0", server).across)
    #expect(across.shardCount == 2)
    #expect(across.single.count > 0 && across.across.count > 0)
    #expect(across.ratio == across.across.p50Microseconds / across.single.p50Microseconds)
    #expect(
      try run("across --shards 5 --seconds 0.2 --warmup 0", server).problems == ["the cluster has fewer than 5 shards"])
  }

  @Test func `harm is done on its schedule and told`() throws {
    let script = temporaryPath("harm")
    try writeFile(Array("#!/bin/sh\necho \"$@\" >> \(script).log\n[ $2 != 9 ]\n".utf8), to: script)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    defer {
      removeFile(script)
      removeFile(script + ".log")
    }
    let line = "run --seconds 0.5 --warmup 0 --skus 3 --cluster d --cluster-script \(script) --chaos"
    let result = try run("\(line) 0.1:pause:2,0.2:resume:2", FakeServer())
    #expect(result.problems == [])
    #expect(result.chaos.map(\.action) == ["pause", "resume"])
    let log = String(decoding: try #require(FileManager.default.contents(atPath: script + ".log")), as: UTF8.self)
    #expect(log.split(separator: "\n").sorted() == ["pause 2 --dir d", "resume 2 --dir d"])
    #expect(try run("\(line) 0.1:kill:9", FakeServer()).problems == ["kill of node 9 ended with 1"])
  }

  @Test func `repeated requests get the same answer`() throws {
    let result = try run("run --count 200 --duplicate-share 0.5 --skus 5", FakeServer())
    #expect(result.problems == [])
    #expect((60...140).contains(result.operations.first { $0.operation == "repeat" }?.latency.count ?? 0))
    #expect(result.verification?.unitsHeldOrAllocated == 200)
  }

  @Test func `holds whose time is over must be expired`() throws {
    let result = try run("run --seconds 1.2 --warmup 0 --ttl 1 --rate 200 --late-ms 60000 --skus 3", FakeServer())
    #expect(result.problems == [])
    #expect(result.verification?.holdsExpired ?? 0 > 0)
  }

  @Test func `an open loop keeps its rate and counts from the intended time`() throws {
    let result = try run("run --seconds 1 --warmup 0 --rate 500 --skus 3 --late-ms 500", FakeServer())
    #expect(result.problems == [])
    #expect((450...500).contains(result.reservations["done"] ?? 0))
    #expect(result.openLoop?.isKept == true)
    let operation = try #require(result.operations.first)
    #expect(operation.service?.count == operation.latency.count)
    #expect(operation.latency.maxMicroseconds >= operation.service?.p50Microseconds ?? 0)
  }

  @Test func `an open loop without places drops what the queue cannot hold, and fails`() throws {
    let result = try run(
      "run --seconds 0.3 --warmup 0 --rate 5000 --queue 10 --skus 3 --deadline-ms 300 --no-verify",
      FakeServer(.isSilent))
    #expect(result.openLoop?.isKept == false)
    #expect(result.openLoop?.dropped ?? 0 > 1_000)
    #expect(result.problems.contains { $0.contains("dropped") })
    #expect(result.reservations["deadline_exceeded"] ?? 0 > 0)
  }

  @Test func `what is refused for the moment is repeated with the same id`() throws {
    let result = try run("run --count 50 --retry --skus 3", FakeServer(.unavailableFirst))
    #expect(result.problems == [])
    #expect(result.retried == 50)
    #expect(result.reservations == ["done": 50])
    let refused = try run("run --count 50 --skus 3", FakeServer(.unavailableFirst))
    #expect(refused.reservations == ["unavailable": 50])
    #expect(refused.problems == ["50 calls failed"])
    #expect(refused.failures == ["UNAVAILABLE: wait a moment"])
  }

  @Test(arguments: [
    (FakeServer.Fault.oversells, "available is -"),
    (.loses, "was acknowledged and is not there"),
    (.holdsTwice, "at most"),
    (.releases, "it is RELEASED, expected is ACTIVE"),
    (.unsoundLedger, "a gap"),
  ])
  func `a server that breaks its word is found out`(fault: FakeServer.Fault, finding: String) throws {
    let result = try run("run --count 100 --skus 2 --units 30", FakeServer(fault))
    #expect(result.verification?.isFine == false)
    #expect(result.verification?.findings.contains { $0.contains(finding) } == true)
    #expect(result.problems.contains { $0.contains("faults") })
  }

  @Test(arguments: [
    (FakeServer.Fault.mixesUp, "run --count 100 --skus 2"),
    (.forgetsRequests, "run --count 100 --duplicate-share 1 --skus 2"),
  ])
  func `an answer that contradicts its request is an error at once`(fault: FakeServer.Fault, line: String) throws {
    let result = try run(line, FakeServer(fault))
    #expect(result.problems.contains { $0.contains("calls failed") })
    #expect(result.operations.contains { $0.outcomes["wrong_answer"] != nil })
  }

  @Test func `when the server goes away the record holds what was acknowledged, and verify finds it`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID())").path
    defer { removeFile(path) }
    let server = try FakeServer(.closesAfter(200))
    let result = try run("run --seconds 30 --warmup 0 --skus 4 --record \(path) --continue-on-disconnect", server)
    #expect(result.isDisconnected)
    #expect(result.problems == [])
    #expect(result.reservations["connection_lost"] ?? 0 >= 1)
    let contents = try RecordContents.read(path)
    let unknown = (0..<contents.book.count).filter { contents.book[$0].knowledge == .reserveUnknown }.count
    // Of those that were under way, some had been decided and some not.
    #expect((1...6).contains(unknown))
    #expect((199...205).contains(contents.book.count))
    let verified = try run("verify --record \(path)", server)
    #expect(verified.problems == [])
    #expect(verified.verification?.holdsChecked == contents.book.count - unknown)
    #expect(verified.verification?.holdsUnknown == unknown)
    // Another node knows nothing of them.
    let other = try FakeServer()
    #expect(throws: BenchError.self) { try run("verify --record \(path)", other) }
  }

  @Test func `runs over the same SKUs add to one record`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID())").path
    defer { removeFile(path) }
    let server = try FakeServer()
    #expect(try run("run --count 50 --skus 4 --prefix p --record \(path)", server).problems == [])
    #expect(try run("run --count 60 --skus 4 --prefix p --no-setup --record \(path)", server).problems == [])
    let verified = try run("verify --record \(path)", server)
    #expect(verified.problems == [])
    #expect(verified.verification?.holdsChecked == 110)
    #expect(verified.verification?.unitsHeldOrAllocated == 110)
    #expect(try run("verify --record \(path) --verify-sample 7", server).verification?.holdsChecked == 7)
  }

  @Test(arguments: [FakeServer.Fault.leaderDies(after: 500), .leaderStops(after: 500)], ["", "--workload mix"])
  func `the loss of a leader costs no call, has one effect a request, and is told`(
    fault: FakeServer.Fault, workload: String
  ) throws {
    let server = try FakeServer(fault, nodes: 3)
    let result = try run("run --count 2000 --skus 20 \(workload) --deadline-ms 20000", server)
    #expect(result.problems == [])
    #expect(result.nodeCount == 3)
    #expect(result.reservations == ["done": 2_000])
    #expect(result.failedCalls == 0)
    #expect(result.failures == [])
    #expect(result.retried >= result.callsRetried && result.callsRetried > 0)
    #expect(result.retriedAfter.values.reduce(0, +) == result.retried)
    #expect(result.retriedAfter["connection_lost"] ?? 0 + (result.retriedAfter["deadline_exceeded"] ?? 0) > 0)
    #expect(result.verification?.holdsUnknown == 0)
    let loss = try #require(result.nodeLosses.first)
    #expect(result.nodeLosses.count == 1)
    #expect(loss.node == 1)
    #expect(loss.shardCount == 2)
    // The fake confirms without a leader too.
    if workload.isEmpty { #expect(try #require(loss.gapMilliseconds) >= 100) }
    #expect(try #require(loss.allBackMilliseconds) >= loss.gapMilliseconds ?? 0)
    if workload.isEmpty { #expect(result.timeline.longestGapMilliseconds >= 100) }
    #expect(result.timeline.successes.reduce(0, +) == result.operations.reduce(0) { $0 + UInt32($1.latency.count) })
  }

  @Test func `a batch of which parts failed is made again, and its parts count once`() throws {
    let server = try FakeServer(.leaderDies(after: 255), nodes: 3)
    let result = try run("run --count 1000 --batch 10 --skus 20", server)
    #expect(result.problems == [])
    #expect(result.reservations == ["done": 1_000])
    #expect(result.verification?.unitsHeldOrAllocated == 1_000)
  }

  @Test func `a call that is refused because there is too much to do is made again, or not if it shall not be`() throws
  {
    let line = "run --count 50 --skus 3"
    let result = try run(line, FakeServer(.crowdedFirst, nodes: 3))
    #expect(result.problems == [])
    #expect(result.retriedAfter == ["resource_exhausted": 50])
    #expect(result.reservations == ["done": 50])
    let refused = try run(line + " --attempts 1", FakeServer(.crowdedFirst, nodes: 3))
    #expect(refused.reservations == ["resource_exhausted": 50])
    #expect(refused.retried == 0)
  }

  @Test func `a call that nodes repeat among themselves is no fault, one that a single node repeats is`() throws {
    let line = "run --count 200 --skus 3"
    let result = try run(line, FakeServer(.repeatsWithin, nodes: 3))
    #expect(result.problems == [])
    #expect(result.reservations == ["done": 200])
    #expect(result.repeatedByNodes == 20)
    let single = try run(line, FakeServer(.repeatsWithin))
    #expect(single.problems == ["20 calls failed"])
    #expect(single.repeatedByNodes == 0)
  }

  @Test func `an open loop goes on over the loss of a leader`() throws {
    let server = try FakeServer(.leaderDies(after: 300), nodes: 3)
    let result = try run("run --seconds 1.5 --warmup 0 --rate 500 --skus 20 --late-ms 60000", server)
    #expect(result.problems == [])
    #expect(result.failedCalls == 0)
    #expect(result.reservations["done"] ?? 0 > 700)
  }

  @Test func `a cluster is found through any server that answers, and verified through those that are left`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID())").path
    defer { removeFile(path) }
    let gone = try FakeServer().port
    let server = try FakeServer(.leaderDies(after: 100), nodes: 3)
    let servers = "--server 127.0.0.1:\(gone),127.0.0.1:\(server.ports[2])"
    let result = try run("run --count 200 --skus 4 --record \(path) \(servers)", server)
    #expect(result.problems == [])
    #expect(try run("verify --record \(path) \(servers)", server).verification?.holdsChecked == 200)
  }

  @Test func `a server that is not there is told as such`() throws {
    let gone = try FakeServer().port
    guard
      case .perform(let configuration) = try CommandLineReader.read(["run", "--server", "127.0.0.1:\(gone)", "--quiet"])
    else { return }
    let run = try BenchRun(configuration)
    do {
      try run.run()
      Issue.record("the run should have failed")
    } catch { #expect(error.exitCode == ExitCode.serverGone) }
  }

  @Test func `the result is JSON with names that scripts rely on`() throws {
    let result = try run("run --count 20 --skus 2 --seed 5", FakeServer())
    let json = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(result)) as? [String: Any])
    #expect(json["command"] as? String == "run")
    #expect(json["seed"] as? Int == 5)
    #expect((json["configuration"] as? [String: String])?["connections"] == "3")
    #expect((json["machine"] as? [String: Any])?["cores"] as? Int ?? 0 > 0)
    let operation = try #require((json["operations"] as? [[String: Any]])?.first)
    let latency = try #require(operation["latency"] as? [String: Any])
    for name in ["count", "p50Microseconds", "p90Microseconds", "p99Microseconds", "p999Microseconds"] {
      #expect(latency[name] != nil, "\(name)")
    }
    #expect((json["verification"] as? [String: Any])?["isFine"] as? Bool == true)
    #expect((json["client"] as? [String: Any])?["processorMicrosecondsPerCall"] as? Double ?? 0 > 0)
  }
}
