internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication
internal import Storage

/// Reads that take too long for the Store's thread.
extension StoreServer {
  /// Has a read done by a reader thread, over the shard's state as it is after the last turn. What was confirmed before
  /// this is called is in that state, so the answer is as linearizable as one from memory.
  func readFrozen(
    _ shard: ShardID, _ origin: CallOrigin,
    _ body: @escaping @Sendable (inout FrozenShard) throws(FrozenReadFailure) -> [UInt8]
  ) throws(CallFailure) {
    guard let prefix = store.statePrefix(of: shard) else { throw CallFailure(StoreRefusal.notHere) }
    let (node, place, locations) = (node, index, locations)
    let isTaken = state.readers.run { reader in
      var frozen = FrozenShard(shard, LedgerReader(prefix: prefix, reader: reader), locations)
      let answer: StoreAnswer
      do throws(FrozenReadFailure) {
        answer = .message(try body(&frozen))
      } catch {
        switch error {
        case .refused(let failure): answer = .failure(failure)
        case .state(let error):
          // The disk's failure, not the caller's: the Store stops.
          node.tell(.storeFailed(place, error.message))
          answer = .failure(
            CallFailure(status: .dataLoss, message: "the state of shard \(shard) cannot be read: \(error.message)"))
        }
      }
      // A Store that takes no messages any more is stopping, and its callers are told so.
      _ = node.post([.answeredByReader(origin, answer)], toStore: place)
    }
    if !isTaken { throw .readersBusy }
  }
}

/// Why a long read has no answer.
enum FrozenReadFailure: Error {
  case state(StateReadError)
  case refused(CallFailure)
}

/// Lets what reads state and what refuses stand side by side.
func fromState<Result>(_ body: () throws(StateReadError) -> Result) throws(FrozenReadFailure) -> Result {
  do throws(StateReadError) { return try body() } catch { throw .state(error) }
}

extension CallFailure {
  static let readersBusy = CallFailure(
    .backlogFull, "too many long reads are waiting; retry later", retryDelayMilliseconds: 1_000)
}
