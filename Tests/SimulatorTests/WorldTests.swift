import Basics
import Testing

@testable import Simulator

@Suite struct WorldTests {
  private func settings(_ seed: UInt64, _ faults: [FaultKind] = FaultKind.survivable) -> WorldSettings {
    var settings = WorldSettings(seed: seed)
    settings.faults = faults
    settings.eventsMax = 3_000
    return settings
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `one seed gives one run`(seed: UInt64) {
    let first = Simulation.run(settings(seed))
    let second = Simulation.run(settings(seed))
    #expect(first == second && first.violation == nil && first.events >= 3_000)
    #expect(first.digest != Simulation.run(settings(seed + 100)).digest)
  }

  @Test func `a trace that is shown changes nothing`() {
    var lines = 0
    let shown = Simulation.run(settings(5)) { _ in lines += 1 }
    #expect(shown == Simulation.run(settings(5)) && lines > 100)
  }

  @Test func `clusters live through the faults, and come to rest`() {
    var summary = Summary()
    for seed in 10..<26 {
      let result = Simulation.run(settings(UInt64(seed)))
      #expect(result.violation == nil, "seed \(seed)")
      summary.add(result)
    }
    #expect(summary.coverage[.leaderElected] > 30 && summary.counts.answers > 300)
    #expect(summary.faults.reduce(0, +) > 20)
  }

  @Test(arguments: [31, 32] as [UInt64])
  func `holds that move between locations do what the specification says`(seed: UInt64) {
    var settings = settings(seed)
    settings.usesMoves = true
    settings.usesAcross = seed % 2 == 0
    #expect(Simulation.run(settings).violation == nil)
  }

  /// Seed 1 amends an order that was shipped, whose slots have forgotten it; seed 4 confirms a hold with an external number
  /// at a leader that does not know the hold yet.
  @Test(arguments: [1, 2, 4] as [UInt64])
  func `orders over several shards are whole or not there, whatever fails`(seed: UInt64) {
    var settings = WorldSettings(seed: seed)
    settings.usesAcross = true
    settings.eventsMax = seed == 1 || seed == 4 ? 20_000 : 6_000
    let result = Simulation.run(settings)
    #expect(result.violation == nil && result.coverage[.orderDecidedAcross] > 3)
  }

  @Test func `where nothing fails no units are hidden for long by what comes to nothing`() {
    var refused: UInt64 = 0
    for seed in 1...4 as ClosedRange<UInt64> {
      var settings = settings(seed, [])
      settings.usesAcross = true
      let result = Simulation.run(settings)
      #expect(result.violation == nil)
      refused += result.coverage[.partRefused]
    }
    #expect(refused > 0)
  }

  @Test func `steps that so many runs have not reached are named`() throws {
    var summary = Summary()
    summary.runs = 1_000
    let options = try RunOptions(["--across"])
    #expect(options.missedSteps(summary).contains(.crashAtAmended))
    #expect(try RunOptions([]).missedSteps(summary).isEmpty)
    #expect(try RunOptions(["--across", "--faults", "none"]).missedSteps(summary).isEmpty)
    summary.runs = 999
    #expect(options.missedSteps(summary).isEmpty)
  }

  /// A full window that was lost, a snapshot before its leader's term was opened, a commit index that two crashes made
  /// forgotten, an offer between a snapshot and its install, a term that only a snapshot brought, and a learner that
  /// restarted in a group asleep.
  @Test(arguments: [6, 7, 17, 542, 1_088, 2_054, 3_304] as [UInt64])
  func `seeds that once found something find nothing more`(seed: UInt64) {
    var settings = WorldSettings(seed: seed)
    settings.eventsMax = seed == 2_054 ? 5_000 : 20_000
    #expect(Simulation.run(settings).violation == nil)
  }

  /// It had heard of no later term, and did not count for what that one committed.
  @Test func `a learner may follow an earlier term's leader against what a later one has committed`() {
    var settings = WorldSettings(seed: 5_236)
    settings.usesAcross = true
    settings.eventsMax = 12_000
    #expect(Simulation.run(settings).violation == nil)
  }

  @Test func `a run of no faults has none, and only those that are named happen`() {
    let without = Simulation.run(settings(7, []))
    #expect(without.violation == nil && without.happened.isEmpty)
    var some = settings(7)
    some.onlyFaults = [0, 2]
    #expect(Set(Simulation.run(some).happened).isSubset(of: [0, 2]))
  }

  @Test func `clusters that grow by goals live through the faults, and end up where the goals want them`() {
    var summary = Summary()
    for seed in 30..<38 {
      var settings = settings(UInt64(seed), [.membership, .crash, .chase, .transfer, .isolate])
      settings.usesGoals = true
      settings.eventsMax = 8_000
      let result = Simulation.run(settings)
      #expect(result.violation == nil, "seed \(seed)")
      summary.add(result)
    }
    #expect(summary.coverage[.learnerAdded] > 40 && summary.coverage[.jointLeft] > 10)
    #expect(summary.coverage[.snapshotInstalled] > 40 && summary.coverage[.memberRemoved] > 3)
  }

  /// A new life for the only voter, and a goal that names a life which is over.
  @Test(arguments: [1_045, 1_057] as [UInt64])
  func `seeds that once left a goal unmet meet it`(seed: UInt64) {
    var settings = WorldSettings(seed: seed)
    settings.usesGoals = true
    settings.eventsMax = 12_000
    settings.faults = [
      .membership, .crash, .chase, .transfer, .isolate, .oneWay, .crashAll, .flush, .stall, .duplication, .slowNetwork,
    ]
    #expect(Simulation.run(settings).violation == nil)
  }

  @Test func `five voters live through the crash of any two`() {
    for seed in 1...4 as ClosedRange<UInt64> {
      var five = settings(seed, [.crash, .chase])
      five.nodeCount = 5
      #expect(Simulation.run(five).violation == nil, "seed \(seed)")
    }
  }

  @Test func `a disk that acknowledges what it has not written is found out`() {
    let found = (1...20).contains { seed in
      Simulation.run(settings(UInt64(seed), [.lyingDisk, .crash])).violation != nil
    }
    #expect(found)
  }

  @Test func `idle shards cost next to nothing`() throws {
    var idle = settings(1, [])
    idle.clientCount = 0
    idle.shardCount = 20
    idle.nodeCount = 3
    let measure = try World(idle).measureIdle(rest: .seconds(30), seconds: 30)
    #expect(measure.messages == 0 && measure.framesPerSecond < 50)
  }
}

@Suite struct ReportTests {
  @Test func `a result is read back from its line`() {
    var settings = WorldSettings(seed: 3)
    settings.eventsMax = 1_000
    var result = Simulation.run(settings)
    result.violation = Violation(.read, "a\tlie\nand more")
    var expected = result
    expected.violation = Violation(.read, "a lie and more")
    #expect(RunResult(line: result.line) == expected)
    #expect(RunResult(line: "end\t1\t2") == nil && RunResult(line: "begin\t1") == nil)
  }

  @Test func `a call is understood, or refused with what is wrong`() throws {
    let options = try RunOptions(["--seed", "9", "--faults", "crash,one-way", "--only", "3,1", "--nodes", "5"])
    #expect(options.seed == 9 && options.faults == [.crash, .oneWay] && options.onlyFaults == [3, 1])
    #expect(try RunOptions(options.arguments(seed: 9, seeds: 1, only: [3, 1], showsTrace: false)) == options)
    #expect(try RunOptions(["--faults", "none", "--only", "none"]).onlyFaults == [])
    for wrong in [["--seed"], ["--seed", "x"], ["--nodes", "10"], ["--faults", "flood"], ["--what", "1"]] {
      #expect(throws: RunOptions.Mistake.self) { try RunOptions(wrong) }
    }
  }

  @Test func `every fault has a name that is read back`() {
    for kind in FaultKind.allCases { #expect(FaultKind(name: kind.name) == kind) }
    #expect(!FaultKind.survivable.contains(.lyingDisk))
  }
}
