internal import API
package import Reactor

/// A node that may be called.
package struct NodeEndpoint: Equatable, Sendable {
  package var address: SocketAddress
  /// The host and port that the node is known by.
  package var authority: String

  package init(address: SocketAddress, authority: String) {
    self.address = address
    self.authority = authority
  }
}

/// Answers which node an attempt of a call goes to: any node takes any call, so attempts take the known ones in turn.
/// A value without clock or randomness. The place for calls to learn of their shard's leader.
package struct Router: Equatable, Sendable {
  /// Invariant: not empty.
  package let nodes: [NodeEndpoint]

  /// Reads `host:port` texts and asks the system for the hosts' addresses, which may block for seconds.
  package init(_ texts: [String]) throws(HoldfastError) {
    var nodes: [NodeEndpoint] = []
    for text in texts { nodes += try Self.endpoints(text) }
    guard !nodes.isEmpty else { throw .wrongConfiguration("no node is named; give at least one HOST:PORT") }
    self.nodes = nodes
  }

  package init(nodes: [NodeEndpoint]) { self.nodes = nodes }

  /// The place in ``nodes`` for an attempt, the first being 0.
  package func node(attempt: Int) -> Int { attempt % nodes.count }

  private static func endpoints(_ text: String) throws(HoldfastError) -> [NodeEndpoint] {
    guard let (host, port) = split(text) else {
      throw .wrongConfiguration("'\(text)' is no node address; write HOST:PORT, such as 127.0.0.1:7400 or [::1]:7400")
    }
    let authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    do throws(ReactorError) {
      // As the server reads it: it listens on the IPv4 address.
      if host == "localhost" {
        return [NodeEndpoint(address: try SocketAddress("127.0.0.1", port: port), authority: authority)]
      }
      return try SocketAddress.resolve(host: host, port: port).map { NodeEndpoint(address: $0, authority: authority) }
    } catch {
      throw .unavailable(.init(status: .unavailable, message: "\(error)"))
    }
  }

  /// `host:port`, `[v6]:port`, or a host alone for port 7400.
  static func split(_ text: String) -> (host: String, port: UInt16)? {
    let standard: UInt16 = 7400
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      if host.isEmpty { return nil }
      if rest.isEmpty { return (host, standard) }
      guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
      return (host, port)
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return text.isEmpty ? nil : (text, standard)
    case 2:
      guard !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 else { return nil }
      return (String(parts[0]), port)
    default: return nil
    }
  }
}

extension HoldfastError {
  static func wrongConfiguration(_ message: String) -> HoldfastError {
    .invalidRequest(.init(status: .invalidArgument, message: message))
  }
}
