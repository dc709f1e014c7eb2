internal import Basics
internal import Reactor
internal import Replication

// Connections from here: what their links need, and what becomes of them.

extension PeerLinks: OutgoingLinkOwner {
  func record(of node: NodeID) -> PeerRecord? { book.record(of: node) }

  func findAddresses(for link: OutgoingLink, _ peerAddress: String) {
    guard let address = ListenAddress(text: peerAddress) else { return link.found([]) }
    do throws(ReactorError) {
      link.found([try SocketAddress(address.host, port: address.port)])
    } catch {
      guard let found else { return link.found([]) }
      let (node, lane) = (link.node, link.lane)
      resolver.resolve(host: address.host, port: address.port) { addresses in
        // A Store that takes no messages any more dials nobody either.
        _ = found.post(Found(node: node, lane: lane, addresses: addresses))
      }
    }
  }

  func take(_ batch: [Found]) {
    for item in batch {
      guard let remote = remote(item.node) else { continue }
      (item.lane == .urgent ? remote.urgent : remote.bulk).found(item.addresses)
    }
  }

  func linkOpened(_ link: OutgoingLink) {
    guard let remote = remote(link.node) else { return }
    tell(remote)
    sendNote(to: remote)
  }

  func linkRefused(_ link: OutgoingLink) {
    if remote(link.node) != nil { delegate.peerGone(link.node) }
  }

  func linkClosed(_ link: OutgoingLink, wasOpen: Bool, _ fault: PeerFault?) {
    if let fault {
      let address = book.record(of: link.node)?.peerAddress ?? ""
      log.log(
        .warning, "a connection to a node was given up", reason: fault.description, node: link.node, address: address,
        now: loop.now)
    }
    if let remote = remote(link.node) { tell(remote) }
    if case .refusedThere(let reason) = fault { delegate.peer(link.node, refused: reason) }
  }
}
