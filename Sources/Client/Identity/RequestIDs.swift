public import Basics
internal import Reactor
internal import Synchronization

/// Makes request ids: version 7 UUIDs in growing order within the process. Any thread may use it.
public enum RequestIDs {
  private static let sequence: Mutex<UniqueIDSequence> = {
    var system = SystemRandomNumberGenerator()
    return Mutex(UniqueIDSequence(seed: system.next()))
  }()

  /// A new request id. Keep it with what it is for (the cart, the delivery note): sending the same request again with
  /// the same id, even after a restart of your program, has one effect.
  public static func next() -> UniqueID {
    sequence.withLock { $0.next(atMilliseconds: EventLoop.wallClockMilliseconds) }
  }
}
