import Basics
import Testing

@testable import Placement

@Suite struct ClusterStateTests {
  private func payload(_ commands: [ClusterCommand], stamp: Int64) -> [UInt8] {
    var builder = ClusterEntryBuilder()
    for command in commands { builder.append(command) }
    return builder.take(stamp: Stamp(milliseconds: stamp))
  }

  @Test func `what was applied is there again after a load`() throws {
    let state = MemoryState()
    var cluster = ClusterState(prefix: [0, 0, 0, 0, 0, 0])
    var changes = StateChanges()
    var outcomes: [ClusterOutcome] = []
    let berlin = Location(tenant: "t", id: "berlin", name: "Berlin", zone: "eu", priority: 3, state: .draining)
    let first = payload([.putLocation(berlin), .putLocation(Location(tenant: "t", id: "paris"))], stamp: 77)
    cluster.apply(index: 1, payload: first.rawSpan, changes: &changes, outcomes: &outcomes)
    cluster.apply(index: 2, payload: [UInt8]().rawSpan, changes: &changes, outcomes: &outcomes)
    #expect(outcomes.count == 2)
    state.apply(changes)
    var loaded = ClusterState(prefix: [0, 0, 0, 0, 0, 0])
    try loaded.load(from: state)
    #expect(loaded.locations.locations == cluster.locations.locations)
    var stored = berlin
    stored.revision = 1
    #expect(loaded.locations.locations.first == stored)
    #expect(loaded.appliedIndex == 2 && loaded.stamp == Stamp(milliseconds: 77))
  }
}
