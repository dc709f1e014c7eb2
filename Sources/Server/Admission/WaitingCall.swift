internal import API
internal import Basics
internal import Replication

/// A call that was taken in and is not begun yet, with all that beginning it needs.
struct WaitingCall {
  /// What is to be done: what a caller asks for, or what another node passes on or asks for by itself.
  enum Work {
    case method(Method)
    case routed(RoutedMethod)

    var priority: CallPriority {
      switch self {
      case .method(let method): CallPriority(method)
      case .routed(let method): CallPriority(method)
      }
    }
  }

  /// Who has calls waiting, and is given an equal part of the room.
  enum Caller: Hashable {
    case connection(UInt64)
    case node(NodeID)
    case store(UInt16)
  }

  let work: Work
  let message: [UInt8]
  let origin: CallOrigin
  let caller: Caller
  let arrived: Instant
}

/// Calls of one priority that wait, first come first served. The room is divided by a dynamic threshold (Choudhury and Hahne,
/// 1998): nobody may have more waiting than a quarter of the room that is left. So whoever asks for much leaves room for
/// whoever asks for little, without anybody having to know how many they are, and one caller alone may have a fifth.
struct WaitingQueue {
  private static let thresholdDivisor = 4

  let weightMax: Int
  private(set) var weight = 0
  private var calls = RingBuffer<(call: WaitingCall, weight: Int)>()
  private var weights: [WaitingCall.Caller: Int] = [:]

  init(weightMax: Int) { self.weightMax = weightMax }

  var isEmpty: Bool { calls.isEmpty }
  /// When the one came that is next.
  var firstArrival: Instant? { calls.first?.call.arrived }

  /// Whether there is room. A call that is larger than its caller's part waits if it is the only one: else it never would.
  func takes(_ weight: Int, of caller: WaitingCall.Caller) -> Bool {
    let own = weights[caller] ?? 0
    let room = weightMax - self.weight
    return own == 0 ? room > 0 : own + weight <= room / Self.thresholdDivisor
  }

  mutating func append(_ call: WaitingCall, weight: Int) {
    calls.append((call, weight))
    weights[call.caller, default: 0] += weight
    self.weight += weight
  }

  mutating func popFirst() -> (call: WaitingCall, weight: Int)? {
    guard let first = calls.popFirst() else { return nil }
    weight -= first.weight
    let left = (weights[first.call.caller] ?? 0) - first.weight
    weights[first.call.caller] = left > 0 ? left : nil
    return first
  }
}
