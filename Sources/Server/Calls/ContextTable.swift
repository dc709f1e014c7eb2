internal import Basics

/// A request that waits for a read.
struct ReadContext {
  var request: [UInt8]
  var arrived: Instant
}

/// Requests that wait for a read to be confirmed, each under a small number until it is taken out again. Owned by the
/// Store's thread.
struct ContextTable {
  private var requests: [ReadContext?] = []
  private var free: [UInt32] = []

  var isFull: Bool { free.isEmpty && requests.count >= Int(PendingCall.noContext) }

  mutating func insert(_ request: [UInt8], at now: Instant) -> UInt32 {
    let context = ReadContext(request: request, arrived: now)
    if let index = free.popLast() {
      requests[Int(index)] = context
      return index
    }
    invariant(!isFull, "the table of contexts is full")
    requests.append(context)
    return UInt32(requests.count - 1)
  }

  /// Each request is taken out once, by the answer to its read or when the read was refused.
  mutating func take(_ index: UInt32) -> ReadContext {
    guard Int(index) < requests.count, let context = requests[Int(index)] else {
      invariantViolated("a read was answered twice")
    }
    requests[Int(index)] = nil
    free.append(index)
    return context
  }
}
