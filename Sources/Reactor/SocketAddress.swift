internal import Basics
internal import CLinux

/// An IPv4 or IPv6 address with a port. A plain value, for any thread.
package struct SocketAddress: Hashable, Sendable {
  /// The sixteen bytes of the address in network order, as two numbers; IPv4 uses the first four bytes.
  private var high: UInt64
  private var low: UInt64
  private var scope: UInt32
  package var port: UInt16
  package let isIPv6: Bool

  /// A numeric address such as `127.0.0.1` or `::1`.
  package init(_ host: String, port: UInt16) throws(ReactorError) {
    var raw = clinux_address()
    guard unsafe clinux_address_parse(host, &raw) == 0 else { throw .notAnAddress(host) }
    self.init(raw)
    self.port = port
  }

  init(_ raw: clinux_address) {
    (high, low) = unsafe withUnsafeBytes(of: raw.bytes) { bytes in
      unsafe (
        bytes.loadUnaligned(as: UInt64.self).bigEndian,
        bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
      )
    }
    scope = raw.scope
    port = UInt16(bigEndian: raw.port_network_order)
    isIPv6 = raw.is_ipv6 != 0
  }

  var raw: clinux_address {
    var raw = clinux_address()
    unsafe withUnsafeMutableBytes(of: &raw.bytes) { bytes in
      unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
      unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    raw.scope = scope
    raw.port_network_order = port.bigEndian
    raw.is_ipv6 = isIPv6 ? 1 : 0
    return raw
  }

  /// Whether only this machine can reach the address.
  package var isLoopback: Bool {
    isIPv6 ? high == 0 && low == 1 : high >> 56 == 127
  }

  /// The same address with port 0: the key under which connections of one peer are counted.
  package var withoutPort: SocketAddress {
    var address = self
    address.port = 0
    return address
  }

  /// Asks the system's resolver for a name's addresses, in its order. It may block for seconds: never on a loop.
  package static func resolve(host: String, port: UInt16) throws(ReactorError) -> [SocketAddress] {
    var found = [clinux_address](repeating: clinux_address(), count: 16)
    let count = unsafe clinux_address_resolve(host, &found, 16)
    guard count > 0 else { throw .unknownHost(host) }
    return found.prefix(Int(count)).map { raw in
      var address = SocketAddress(raw)
      address.port = port
      return address
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// The numeric host alone, without brackets.
  package var host: String {
    var raw = raw
    let capacity = 64
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      let printed = unsafe base.withMemoryRebound(to: CChar.self, capacity: capacity) { text in
        unsafe clinux_address_print(&raw, text, capacity)
      }
      invariant(printed == 0, "an address could not be printed")
      unsafe count = buffer.prefix { $0 != 0 }.count
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
