internal import Basics

/// A place that stock can be in.
package struct Location: Equatable, Sendable {
  /// Stored; never renumber.
  package enum State: UInt8, Sendable, CaseIterable {
    /// Takes and gives stock.
    case active = 0
    /// Gives what it promised, takes no new holds.
    case draining = 1
    /// Takes part in nothing.
    case closed = 2
  }

  /// Whose it is: 1 to 64 bytes of UTF-8.
  package var tenant: String
  /// What callers name it by: 1 to 64 bytes of UTF-8, unique for the tenant.
  package var id: String
  package var name: String
  package var zone: String
  /// Where a choice is free, the location with the lowest priority that has the stock gives it.
  package var priority: UInt32
  package var state: State
  /// The meta shard's log index of the last put; 0 in a command.
  package var revision: UInt64 = 0

  package init(
    tenant: String, id: String, name: String = "", zone: String = "", priority: UInt32 = 0, state: State = .active
  ) {
    self.tenant = tenant
    self.id = id
    self.name = name
    self.zone = zone
    self.priority = priority
    self.state = state
  }
}

extension Location {
  package static let idBytesMax = 64
  package static let textBytesMax = 256

  func encode(into writer: inout ByteWriter) {
    writer.prefixed(tenant)
    writer.prefixed(id)
    writer.prefixed(name)
    writer.prefixed(zone)
    writer.uint32(priority)
    writer.uint8(state.rawValue)
  }

  @_lifetime(reader: copy reader)
  static func decode(_ reader: inout ByteReader) throws(DecodeError) -> Location {
    let tenant = try reader.prefixedText(limit: idBytesMax)
    let id = try reader.prefixedText(limit: idBytesMax)
    let name = try reader.prefixedText(limit: textBytesMax)
    let zone = try reader.prefixedText(limit: textBytesMax)
    let priority = try reader.uint32()
    let code = try reader.uint8()
    guard let state = State(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    return Location(tenant: tenant, id: id, name: name, zone: zone, priority: priority, state: state)
  }
}
