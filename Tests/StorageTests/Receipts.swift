import Basics
import Raft
import Replication

@testable import Storage

/// Collects what the log writer reports, and waits for it.
final class Receipts: Sendable {
  struct State {
    var token = PersistToken.zero
    var calls = 0
    var errors: [StorageError] = []
  }

  let state = Monitor(State())

  func persisted(_ token: PersistToken) {
    state.broadcast { state in
      state.token = token
      state.calls += 1
    }
  }

  func failed(_ error: StorageError) { state.broadcast { $0.errors.append(error) } }

  /// Waits until a token is durable; `false` if the log failed instead, or nothing came for ten seconds.
  func wait(for token: UInt64) -> Bool {
    state.wait(timeoutMilliseconds: 10_000) { state -> Bool? in
      if state.token >= PersistToken(token) { return true }
      return state.errors.isEmpty ? nil : false
    } ?? false
  }

  func waitForFailure() -> StorageError? {
    state.wait(timeoutMilliseconds: 10_000) { $0.errors.first }
  }
}

func entry(_ index: UInt64, term: UInt64 = 1, _ payload: [UInt8] = [1, 2, 3]) -> Entry {
  Entry(term: Term(term), index: LogIndex(index), kind: .normal, payload: payload)
}

func batch(_ token: UInt64, _ body: (inout LogBatch) -> Void) -> LogBatch {
  var batch = LogBatch(token: PersistToken(token))
  body(&batch)
  return batch
}
