internal import Glibc

/// How others reach a node: `host:port`, where the host may be a name.
package struct AdvertisedAddress: Equatable, Sendable {
  package static let bytesMax = 255

  package let text: String

  /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`; a port that is not there is the bound one.
  package init?(_ text: String, boundPort: UInt16) {
    guard !text.isEmpty, text.utf8.count <= Self.bytesMax - 6, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    let hasPort = text.hasPrefix("[") ? !text.hasSuffix("]") : text.contains(":")
    guard hasPort else {
      self.text = "\(text):\(boundPort)"
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      return nil
    }
    let host = text[..<colon]
    guard !host.isEmpty, host.hasPrefix("[") ? host.hasSuffix("]") : !host.contains(":") else { return nil }
    self.text = text
  }

  /// What is said where nothing was set: the bound address, or the machine's name where that is every address.
  package init(bound: ListenAddress) {
    text = bound.isWildcard ? "\(Self.machineName):\(bound.port)" : bound.description
  }

  /// What a node says of its two ports.
  package static func client(_ configuration: NodeConfiguration, bound: ListenAddress) -> AdvertisedAddress {
    configuration.advertise.flatMap { AdvertisedAddress($0, boundPort: bound.port) } ?? AdvertisedAddress(bound: bound)
  }

  /// Without a word about it, other nodes use the host that clients use.
  package static func peer(_ configuration: NodeConfiguration, bound: ListenAddress) -> AdvertisedAddress {
    if let text = configuration.peerAdvertise, let address = AdvertisedAddress(text, boundPort: bound.port) {
      return address
    }
    guard bound.isWildcard || bound.host == configuration.listen.host, let text = configuration.advertise,
      let client = AdvertisedAddress(text, boundPort: 1), let colon = client.text.lastIndex(of: ":")
    else { return AdvertisedAddress(bound: bound) }
    return AdvertisedAddress(String(client.text[..<colon]), boundPort: bound.port) ?? AdvertisedAddress(bound: bound)
  }

  private static var machineName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
