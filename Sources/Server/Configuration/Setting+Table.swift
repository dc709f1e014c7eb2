extension Setting {
  /// Every setting, in the order of the help.
  static let table: [Setting] = [
    .text(
      "data-dir", "DIR", "The folder for the node's identity, log and state. Made by init or join. Required.",
      \.dataDirectory),
    listen,
    peerListen,
    advertise(
      "advertise",
      "How clients reach the node. Default: the address of --listen, or the machine's name if that is"
        + " every address of it.", \.advertise),
    advertise(
      "peer-advertise", "How other nodes reach the node. Default: as --advertise, with the port of --peer-listen.",
      \.peerAdvertise),
    .text(
      "zone", "NAME",
      "The failure domain, such as a rack. The replicas of a shard are in different zones while there are enough.",
      \.zone),
    optionalText(
      "secret-file", "FILE",
      "The cluster's secret: 64 hexadecimal digits. join requires it (a copy of SECRET in the data directory of any"
        + " node); init makes one without it.", \.secretFile),
    peers,
    .text(
      "cluster", "HOST:PORT[,...]", "For join: nodes of the cluster, by the addresses that clients use.", \.cluster),
    allowUnprotected,
    portFile,
    .number(
      "stores", "N",
      "Event loops, each with its share of the shards. 0: one less than the processors, at least 1."
        + " For init: all nodes of the cluster have this number, for good.", in: 0...64, \.storeCount),
    .number(
      "shards", "N", "For init: how many shards the SKUs are divided among.", in: 1...1024, \.shardCount),
    .choice("log-level", "The least severe message that is written.", \.logLevel),
    .choice("log-format", "How messages are written to standard error.", \.logFormat),
    .bytes("log-segment-bytes", "The size of one segment of the Raft log.", in: 1 << 20...1 << 30, \.logSegmentBytes),
    .bytes(
      "replay-bytes-max", "How much of the Raft log a restart may have to replay before the state is flushed.",
      in: 1 << 20...1 << 32, \.replayBytesMax),
    .bytes(
      "log-retained-bytes-max",
      "How much of the Raft log stays for followers that were away, whatever the state covers. One that is further behind"
        + " gets a snapshot.", in: 1 << 20...1 << 36, \.logRetainedBytesMax),
    .bytes(
      "disk-reserve-bytes", "Free space below which writes are refused with RESOURCE_EXHAUSTED.",
      in: 0...1 << 40, \.diskReserveBytes),
    .bytes("block-cache-bytes", "Memory for blocks of cold state.", in: 1 << 20...1 << 40, \.blockCacheBytes),
    .bytes(
      "scrub-bytes-per-second",
      "How fast all of the state is read after a start, and then once a day, to find what has rotted on the disk while"
        + " nobody asked for it. 0: never.", in: 0...1 << 40, \.scrubBytesPerSecond),
    .number(
      "spin-us-max", "N",
      "Microseconds for which an event loop stays awake for the next event, while events follow each other so closely."
        + " A lone caller is answered sooner; 0 saves the processor time. A node of several is awake for 60 at most while no"
        + " caller of its own waits or was just answered.",
      in: 0...1_000, \.spinMicrosecondsMax),
    .number("connections-max", "N", "Connections at once.", in: 1...1_000_000, \.connectionsMax),
    .number(
      "connections-per-address-max", "N", "Connections at once from one address, to each Store.", in: 1...1_000_000,
      \.connectionsPerAddressMax),
    .number(
      "streams-per-connection-max", "N", "Calls at once on one connection.", in: 1...100_000, \.streamsPerConnectionMax),
    .bytes("message-bytes-max", "The largest request message.", in: 1 << 10...64 << 20, \.messageBytesMax),
    .number(
      "idle-seconds-max", "SECONDS", "A connection without calls is closed after this long.", in: 1...86_400,
      \.idleSecondsMax),
    .number(
      "drain-seconds-max", "SECONDS", "How long calls under way have to finish after SIGTERM.", in: 0...3_600,
      \.drainSecondsMax),
    .number(
      "feature-level-max", "N",
      "Admit to no higher feature level: while a node does not know a level, the cluster does not use it.",
      in: 1...Int(FeatureLevel.known), \.featureLevelMax),
    .number(
      "peer-version-max", "N", "Speak no higher version of the protocol between nodes, as an earlier program would.",
      in: Int(PeerProtocol.versionMin)...Int(PeerProtocol.versionMax), \.peerVersionMax),
  ]

  private static let listen = Setting(
    name: "listen", placeholder: "HOST:PORT",
    help: "The address to serve on; port 0 lets the system pick one. Beyond loopback only with --allow-unprotected.",
    apply: { configuration, value throws(SettingError) in
      guard let address = ListenAddress(text: value) else {
        throw SettingError(expected: "HOST:PORT with a numeric address, such as 127.0.0.1:7400 or [::1]:7400")
      }
      configuration.listen = address
    },
    show: { $0.listen.description })

  private static let peers = Setting(
    name: "peers", placeholder: "N=HOST:PORT[,...]",
    help: "Where nodes take connections of other nodes now (their --peer-listen), when addresses changed while no node"
      + " ran. Every node is told where all others are; the cluster then remembers the new addresses.",
    apply: { configuration, value throws(SettingError) in
      guard let places = PeerPlace.list(value) else {
        throw SettingError(expected: "N=HOST:PORT with a node's number, such as 2=10.0.0.7:7401, with commas between")
      }
      configuration.peers = places
    },
    show: { $0.peers.map(\.description).joined(separator: ",") })

  private static let allowUnprotected = Setting(
    name: "allow-unprotected", placeholder: "",
    help: "Serve beyond loopback although the port has no encryption and no authentication.",
    apply: { configuration, value throws(SettingError) in
      switch value {
      case "true", "1": configuration.allowsUnprotected = true
      case "false", "0": configuration.allowsUnprotected = false
      default: throw SettingError(expected: "true or false")
      }
    },
    show: { String($0.allowsUnprotected) })

  private static let peerListen = Setting(
    name: "peer-listen", placeholder: "HOST:PORT",
    help: "The address for other nodes. Default: that of --listen with the next port. Beyond loopback only with"
      + " --allow-unprotected.",
    apply: { configuration, value throws(SettingError) in
      guard let address = ListenAddress(text: value) else {
        throw SettingError(expected: "HOST:PORT with a numeric address, such as 127.0.0.1:7401 or [::1]:7401")
      }
      configuration.peerListen = address
    },
    show: { $0.peerListen?.description ?? "" })

  private static func advertise(
    _ name: String, _ help: String, _ path: any WritableKeyPath<NodeConfiguration, String?> & Sendable
  ) -> Setting {
    Setting(
      name: name, placeholder: "HOST[:PORT]", help: help,
      apply: { configuration, value throws(SettingError) in
        guard AdvertisedAddress(value, boundPort: 1) != nil else {
          throw SettingError(expected: "HOST or HOST:PORT, such as node-1.example or 10.0.0.7:7400")
        }
        configuration[keyPath: path] = value
      },
      show: { $0[keyPath: path] ?? "" })
  }

  private static func optionalText(
    _ name: String, _ placeholder: String, _ help: String,
    _ path: any WritableKeyPath<NodeConfiguration, String?> & Sendable
  ) -> Setting {
    Setting(
      name: name, placeholder: placeholder, help: help,
      apply: { configuration, value throws(SettingError) in
        guard !value.isEmpty else { throw SettingError(expected: "a value that is not empty") }
        configuration[keyPath: path] = value
      },
      show: { $0[keyPath: path] ?? "" })
  }

  private static let portFile = optionalText(
    "port-file", "FILE", "Write the bound address as HOST:PORT to this file once the node serves.", \.portFile)
}
