import Foundation
import RaftTranscripts
import Testing

@Suite struct RandomWalkTests {
  /// More, for a long run: the seeds from `HOLDFAST_RAFT_SEEDS_FROM` on, `HOLDFAST_RAFT_SEEDS` of them.
  private static func setting(_ name: String, _ usual: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? usual
  }

  @Test func `whatever happens, safety holds, and after it the group gets work done`() {
    let first = Self.setting("HOLDFAST_RAFT_SEEDS_FROM", 1)
    let count = Self.setting("HOLDFAST_RAFT_SEEDS", 60)
    var total = RandomWalk.Reached()
    for seed in first..<first + count {
      var walk = RandomWalk(seed: seed, steps: 2_000)
      walk.run()
      #expect(walk.world.violations.isEmpty, "seed \(seed)")
      let isHealed = walk.heal()
      let states = walk.world.states.joined(separator: "\n")
      #expect(isHealed, "seed \(seed) does not heal: \(walk.world.violations)\n\(states)")
      total.leaders += walk.reached.leaders
      total.applied += walk.reached.applied
      total.changes += walk.reached.changes
      total.joint += walk.reached.joint
      total.snapshots += walk.reached.snapshots
      total.reads += walk.reached.reads
      total.crashes += walk.reached.crashes
    }
    print("reached in \(count) walks: \(total)")
    #expect(total.leaders > Int(count) && total.changes > Int(count) && total.snapshots > 0 && total.joint > 0)
  }
}
