internal import API
internal import Basics
internal import HTTP2
internal import Reactor

/// What the engine learns of the cluster: from the shard map, and from calls that fail.
extension CallEngine {
  private static let mapMilliseconds: UInt64 = 2_000
  /// Calls are numbered from 1.
  private static let mapCallID: UInt64 = 0

  /// Asks a node for the shard map, if it is time to.
  func refreshMap() {
    guard refresh.begins(at: loop.now) else { return }
    let answer = MapAnswer { [unowned self] in mapAsked($0) }
    start(
      CallOrder(
        id: Self.mapCallID, method: ClusterService.getShardMap.method, target: .anyNode, message: [],
        deadline: loop.now.advanced(byMilliseconds: Self.mapMilliseconds), sink: answer))
  }

  /// A map that cannot be had or read changes nothing: the nodes that are known go on being called.
  private func mapAsked(_ ending: CallEnding) {
    if case .answered(let bytes) = ending {
      do throws(DecodeError) {
        if router.learn(try GetShardMapResponse(decoding: bytes), at: loop.now) { nodesChanged() }
      } catch {
        refresh.want()
      }
    }
    refresh.ended(isSettled: router.isSettled, at: loop.now)
  }

  /// A failure that tells something of who leads the call's shard.
  func learn(from kind: CallAttempts.Failure, _ failure: CallFailure, of call: ActiveCall) {
    guard let place = call.node, call.order.id != Self.mapCallID else { return }
    switch kind {
    case .answered(.unavailable, _), .answered(.deadlineExceeded, _), .notDelivered, .lost, .timedOut: break
    case .answered: return
    }
    router.doubt(place, for: call.order.target, at: loop.now)
    if let text = failure.metadata["leader_node_id"], let leader = UInt64(text) {
      router.learn(leader: leader, of: call.order.target)
    }
    refresh.want()
  }
}

/// Hands the answer to the engine's own question back to it, on its loop.
private final class MapAnswer: CallSink {
  private nonisolated(unsafe) let told: (CallEnding) -> Void

  init(_ told: @escaping (CallEnding) -> Void) { unsafe self.told = told }

  func received(_ message: [UInt8]) -> Bool { true }
  func ended(_ ending: CallEnding) { unsafe told(ending) }
}
