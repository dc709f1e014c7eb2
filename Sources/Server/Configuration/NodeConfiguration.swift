/// Everything that an operator can set about one node. A value that is complete and valid once it was made by
/// ``ConfigurationReader``.
package struct NodeConfiguration: Equatable, Sendable {
  /// The folder that holds the node's identity, its Raft log and its state.
  package var dataDirectory = ""
  package var listen = ListenAddress(host: "127.0.0.1", port: 7400)
  /// Where other nodes connect; `nil` is the host of ``listen`` with the next port, or with one that the system picks where
  /// that is 0.
  package var peerListen: ListenAddress?
  /// How clients reach the node, and how other nodes do: a host, with a port unless it is the one that is listened on.
  package var advertise: String?
  package var peerAdvertise: String?
  /// The failure domain: no two replicas of a shard are in one zone where there are enough of them.
  package var zone = ""
  /// A file with the cluster's secret, in place of the data directory's own.
  package var secretFile: String?
  /// Nodes of the cluster to join, by their addresses for clients.
  package var cluster = ""
  /// Where nodes take connections of other nodes now, as far as the cluster's table does not say so.
  package var peers: [PeerPlace] = []
  /// The highest feature level that this node admits to knowing.
  package var featureLevelMax = Int(FeatureLevel.known)
  /// The highest version of the peers' protocol that this node admits to speaking.
  package var peerVersionMax = Int(PeerProtocol.versionMax)
  /// Confirms that the operator knows: there is no encryption and no authentication on the port.
  package var allowsUnprotected = false
  /// A file that gets the bound address as `host:port` once the node serves; for scripts that let the system pick.
  package var portFile: String?
  /// Event loops, each with its share of the shards; 0 means one less than the processors, at least one.
  package var storeCount = 0
  /// Shards that a new data directory is divided into. An existing one keeps the number it was made with.
  package var shardCount = 8
  package var logLevel = LogLevel.info
  package var logFormat = LogFormat.json
  /// The size of one segment of the Raft log, in bytes.
  package var logSegmentBytes = 64 << 20
  /// How many bytes of the Raft log may be ahead of the flushed state: what a restart replays at the most.
  package var replayBytesMax = 32 << 20
  /// How many payload bytes of the Raft log stay for followers that are behind.
  package var logRetainedBytesMax = 256 << 20
  /// Free bytes on the data directory's disk below which writes are refused.
  package var diskReserveBytes = 512 << 20
  package var blockCacheBytes = 256 << 20
  /// How fast all of the state is read once a day for its checksums; 0: never.
  package var scrubBytesPerSecond = 8 << 20
  /// Microseconds that a Store stays awake for the next event when events usually follow each other closely.
  package var spinMicrosecondsMax = 150
  package var connectionsMax = 10_000
  package var connectionsPerAddressMax = 10_000
  package var streamsPerConnectionMax = 1_000
  package var messageBytesMax = 4 << 20
  /// Seconds after which a connection without calls is closed.
  package var idleSecondsMax = 300
  /// Seconds that calls under way have to finish after SIGTERM.
  package var drainSecondsMax = 10

  package init() {}

  /// Where other nodes connect, when nothing else is said.
  package var peerListenAddress: ListenAddress {
    if let peerListen { return peerListen }
    return ListenAddress(host: listen.host, port: listen.port == 0 ? 0 : listen.port &+ 1)
  }
}

/// Where another node takes connections of nodes: `N=HOST:PORT`.
package struct PeerPlace: Equatable, Sendable, CustomStringConvertible {
  package var node: UInt32
  package var address: String

  /// Reads a list with commas between.
  static func list(_ text: String) -> [PeerPlace]? {
    var places: [PeerPlace] = []
    for item in text.split(separator: ",") {
      let parts = item.split(separator: "=", omittingEmptySubsequences: false)
      // The port must be said: only then the text is the whole address.
      guard parts.count == 2, let node = UInt32(parts[0]), node > 0,
        AdvertisedAddress(String(parts[1]), boundPort: 1)?.text == String(parts[1])
      else { return nil }
      places.append(PeerPlace(node: node, address: String(parts[1])))
    }
    return places
  }

  package var description: String { "\(node)=\(address)" }
}

/// Where to listen: a numeric IPv4 or IPv6 address and a port, 0 for one that the system picks.
package struct ListenAddress: Equatable, Sendable {
  package var host: String
  package var port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`, `[v6]:port`, `:port` (loopback) or a bare port.
  package init?(text: String) {
    if let port = UInt16(text) {
      self.init(host: "127.0.0.1", port: port)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("[") && host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    switch host {
    case "", "localhost": self.init(host: "127.0.0.1", port: port)
    case "*": self.init(host: "0.0.0.0", port: port)
    default: self.init(host: host, port: port)
    }
  }

  package var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }
  /// Stands for every address of the machine, so nobody can connect to it.
  package var isWildcard: Bool { host == "0.0.0.0" || host == "::" }
}

extension ListenAddress: CustomStringConvertible {
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

package enum LogLevel: String, CaseIterable, Comparable, Sendable {
  case debug, info, warning, error

  package static func < (left: LogLevel, right: LogLevel) -> Bool {
    allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
  }
}

package enum LogFormat: String, CaseIterable, Sendable {
  /// One JSON object a line, for machines.
  case json
  /// One line of text, for people.
  case text
}
