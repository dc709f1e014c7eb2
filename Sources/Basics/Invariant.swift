/// Stops the process when a condition that the program itself guarantees does not hold.
///
/// An invariant is about our own bugs, never about input: what a peer, a client or a disk says is checked where it
/// comes in and answered with an error. Unlike `precondition`, it is on in every build and prints its message.
@inlinable
public func invariant(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { invariantViolated(message(), file: file, line: line) }
}

/// Ends the process with a message; for branches that a proven invariant makes unreachable.
@inline(never)
public func invariantViolated(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError("invariant violated: \(message)", file: file, line: line)
}
