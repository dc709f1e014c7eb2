/// What one group wants done after it was stepped: the decision, apart from its effect (thesis §3; the owner carries it
/// out). Filled by ``RaftGroup/ready(into:)`` and reused from turn to turn.
///
/// The contract, in order:
///
/// 1. `hardState` and the entries of `append` go to the log writer in one batch. Once they are durable the owner calls
///    ``RaftGroup/persisted(term:through:)`` with the last entry and the term of that hard state.
/// 2. `commit` may be applied at once: these entries are durable on a majority, this member's own disk included only
///    if it was counted. Applying does not wait for step 1 of the same `Ready`.
/// 3. What must not leave before the batch is durable (the vote a candidate gives itself, the leader's count of its own
///    log) is not in here at all: the group does it when `persisted` is called. Messages between members will follow
///    the same line: some at once, and some only after the token.
package struct Ready {
  /// Changed since the last `Ready`; `nil` if there is nothing new to persist.
  package var hardState: HardState?
  /// Indices of new entries to persist; read them with ``RaftGroup/entry(at:)``.
  package var append: Range<LogIndex> = LogIndex.zero..<LogIndex.zero
  /// Indices of entries that became committed and are to be applied, in order.
  package var commit: Range<LogIndex> = LogIndex.zero..<LogIndex.zero

  package init() {}

  package var isEmpty: Bool { hardState == nil && append.isEmpty && commit.isEmpty }
}
