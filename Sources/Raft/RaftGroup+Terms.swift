extension RaftGroup {
  /// The term of an entry in memory, or of the position before the first one; `nil` for any other index.
  package func term(at index: LogIndex) -> Term? { log.term(at: index) }
}
