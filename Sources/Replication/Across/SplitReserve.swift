internal import Basics
package import Inventory

/// A reservation over several shards, split by whose its lines are: those of the home's shard have numbers, the others are
/// asked for by their texts.
package struct SplitReserve {
  package let tenant: [UInt8]
  /// All lines, in the order of the request; SKU number 0 stands for the next one of another shard.
  package private(set) var lines: [ReserveLine] = []
  /// What other slots are asked for.
  package private(set) var parts: [AcrossPart] = []
  /// Of each line of another shard its part, and its place there.
  private var places: [(part: Int, line: Int)] = []
  package private(set) var namesAllLocations = true

  package init(tenant: [UInt8]) { self.tenant = tenant }

  /// The SKUs of the home's shard.
  package var skus: [SKUNumber] { lines.map(\.sku).filter { $0.rawValue != 0 } }

  /// Adds a line of the home's shard.
  package mutating func add(_ line: AcrossLine, as sku: SKUNumber) {
    if line.location == nil { namesAllLocations = false }
    lines.append(ReserveLine(sku: sku, location: line.location, quantity: line.quantity, minimum: line.minimum))
  }

  /// Adds a line of another shard.
  package mutating func add(_ line: AcrossLine, in slot: SlotNumber) {
    add(line, as: SKUNumber(0))
    let part = parts.place(of: slot)
    places.append((part, parts[part].lines.count))
    parts[part].lines.append(line)
  }

  /// The request that has all of it reserved. `reserve` has ``lines`` and what else the caller asked for.
  package func request(_ header: RequestHeader, _ reserve: Reserve, home: SlotNumber) -> AcrossRequest {
    var request = AcrossRequest(
      claim: header.id, header, home: home, tenant: tenant, parts: parts
    ) { version, grants in
      .decideHold(header, decision(version, reserve, home: home, grants))
    }
    request.mode = reserve.mode
    request.sourcing = reserve.sourcing
    return request
  }

  /// What decides, with what the others granted; without grants for what was decided before.
  private func decision(
    _ version: UInt64, _ reserve: Reserve, home: SlotNumber, _ grants: [AcrossGrant]
  ) -> DecideHold {
    DecideHold(
      version: version, home: home, reserve: reserve, remote: decidedLines(grants),
      parts: grants.claimParts)
  }

  /// The lines of other shards, in order, with what was granted for each; without grants as if nothing had been.
  package func decidedLines(_ grants: [AcrossGrant]) -> [DecidedLine] {
    let text = String(decoding: tenant, as: UTF8.self)
    return places.map { place in
      let part = parts[place.part]
      let item = RemoteItem(
        slot: part.slot, tenant: text, sku: String(decoding: part.lines[place.line].sku, as: UTF8.self))
      let granted = place.part < grants.count ? grants[place.part].lines : []
      return DecidedLine(
        item: item,
        grants: granted.compactMap { line in
          guard line.line == place.line, line.granted > 0, let location = line.location else { return nil }
          return LocationGrant(location: location, granted: line.granted)
        })
    }
  }
}
