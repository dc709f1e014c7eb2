internal import Basics
internal import Foundation
internal import Reactor

/// Looks up host names without holding up the loop: the system may take seconds. Belongs to a loop's thread; the
/// question is put on a thread of its own, one at a time.
final class HostResolver {
  private struct Resolution: Sendable {
    var name: NodeName
    var addresses: [SocketAddress]
  }

  private static let pauseMilliseconds: UInt64 = 1_000

  /// Told of each answer on the loop; without addresses when there are none.
  var resolved: (NodeName, [SocketAddress]) -> Void = { _, _ in }
  private let loop: EventLoop
  private var box: Mailbox<Resolution>?
  private var isAsking = false
  private var waiting: [NodeName] = []
  private var notBefore = Instant.zero

  init(on loop: EventLoop) {
    self.loop = loop
    box = loop.makeMailbox(of: Resolution.self) { [unowned self] batch in for answer in batch { answered(answer) } }
  }

  /// Looks a name up, unless that is already being done or has just been done.
  func resolve(_ name: NodeName) {
    if waiting.contains(name) { return }
    if isAsking {
      waiting.append(name)
    } else if loop.now >= notBefore {
      ask(name)
    }
  }

  private func ask(_ name: NodeName) {
    guard let box else { return }
    isAsking = true
    Thread.detachNewThread {
      var addresses: [SocketAddress] = []
      do throws(ReactorError) { addresses = try name.resolve() } catch { addresses = [] }
      // A loop that has stopped takes no more.
      _ = box.post(Resolution(name: name, addresses: addresses))
    }
  }

  private func answered(_ answer: Resolution) {
    isAsking = false
    notBefore = loop.now.advanced(byMilliseconds: Self.pauseMilliseconds)
    resolved(answer.name, answer.addresses)
    if !waiting.isEmpty { ask(waiting.removeFirst()) }
  }
}
