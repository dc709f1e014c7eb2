package import Reactor

/// Where a node is, as people and the shard map write it: a host, by name or address, and a port.
package struct NodeName: Hashable, Sendable {
  package let host: String
  package let port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`, `[v6]:port`, or a host alone for port 7400.
  package init?(_ text: String) {
    guard let (host, port) = Self.split(text) else { return nil }
    self.init(host: host, port: port)
  }

  private static func split(_ text: String) -> (host: String, port: UInt16)? {
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

  /// An address that a listener is bound to and nobody can call, such as 0.0.0.0.
  package var isUnspecified: Bool { host == "0.0.0.0" || host == "::" }

  /// The address, where that takes no question to the system; `nil` for a name.
  package var address: SocketAddress? {
    do throws(ReactorError) {
      // As the server reads it: it listens on the IPv4 address.
      return try SocketAddress(host == "localhost" ? "127.0.0.1" : host, port: port)
    } catch {
      return nil
    }
  }

  /// Every address of the host. Asks the system about a name, which may block for seconds.
  package func resolve() throws(ReactorError) -> [SocketAddress] {
    if let address { return [address] }
    return try SocketAddress.resolve(host: host, port: port)
  }
}

extension NodeName: CustomStringConvertible {
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
