/// What one group wants on disk: the decision, apart from its effect. Filled by ``RaftGroup/ready(into:)``, which is
/// asked whenever the log writer has room, and reused from turn to turn.
///
/// The contract between a group and its owner:
///
/// 1. The hard state and the new entries go to the log writer in one batch, in this order. Once it is durable the owner
///    calls ``RaftGroup/persisted(term:through:)``.
/// 2. What must not happen before the batch is durable (the vote that a candidate gives itself, a leader's count of its
///    own log) is not in here: the group does it when `persisted` is called. Messages between members keep to the same
///    line: those that promise durability leave with the token, the others at once.
/// 3. Committed entries are taken apart from this, by ``RaftGroup/takeCommitted()``, in every turn: they are durable on a
///    majority already, so applying them waits for no batch.
/// 4. The owner reports ``RaftGroup/applied(through:)`` when the state machine's storage has the effects.
package struct Ready {
  /// The term of the hard state that is durable once this batch is: the new one, or the one before if it did not change.
  package var term = Term.zero
  /// Changed since the last `Ready`; `nil` if there is nothing new to persist.
  package var hardState: HardState?
  /// Indices of new entries; read them with ``RaftGroup/entry(at:)``.
  package var append: Range<LogIndex> = LogIndex.zero..<LogIndex.zero

  package init() {}

  package var isEmpty: Bool { hardState == nil && append.isEmpty }
}
