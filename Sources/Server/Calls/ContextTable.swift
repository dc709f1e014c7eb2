internal import Basics

/// Requests that wait for a read to be confirmed, each under a small number until it is taken out again. Owned by the
/// Store's thread.
struct ContextTable {
  private var requests: [[UInt8]?] = []
  private var free: [UInt32] = []

  var isFull: Bool { free.isEmpty && requests.count >= Int(PendingCall.noContext) }

  mutating func insert(_ request: [UInt8]) -> UInt32 {
    if let index = free.popLast() {
      requests[Int(index)] = request
      return index
    }
    invariant(!isFull, "the table of contexts is full")
    requests.append(request)
    return UInt32(requests.count - 1)
  }

  /// Each request is taken out once, by the answer to its read or when the read was refused.
  mutating func take(_ index: UInt32) -> [UInt8] {
    guard Int(index) < requests.count, let request = requests[Int(index)] else {
      invariantViolated("a read was answered twice")
    }
    requests[Int(index)] = nil
    free.append(index)
    return request
  }
}
