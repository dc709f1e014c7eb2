/// Why state could not be read: the disk failed, or what it holds is damaged. The replica must stop serving.
public struct StateReadError: Error, Sendable {
  public var message: String
  public init(message: String) { self.message = message }
}

/// The keyed state that a replica's partition holds, as of the last batch written to it. A port: RocksDB on a real
/// node, a sorted map in a simulated one. For cold records only: what decisions need every time lives in memory.
public protocol StateReader: AnyObject {
  /// Copies the value of `key` into `value` (replacing what is there); answers `false` when there is none.
  func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool

  /// Calls `body` for each pair with `start <= key < end` in key order (backwards when `descending`), until it answers
  /// `false`. The spans are valid only during the call.
  func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError)

  /// About how many bytes the pairs from `start` up to `end` take, as far as it is known without reading them.
  func approximateByteCount(from start: borrowing RawSpan, to end: borrowing RawSpan) -> UInt64
}

extension StateReader {
  public func approximateByteCount(from start: borrowing RawSpan, to end: borrowing RawSpan) -> UInt64 { 0 }
}
