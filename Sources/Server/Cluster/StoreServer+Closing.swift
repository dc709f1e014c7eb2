internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Closing a location. The meta shard has the table, but what may be held where is decided in each shard, by the shard's own
/// log. So whoever closes a location, or opens one, is answered when every shard has applied an entry that says so, and the
/// node that leads it has the table in which the location stands so, if it can have it then. A shard that could not be reached then is told by its leader, who compares once a second.
extension StoreServer {
  /// A location was put. The shards need not be told of a new one that is active.
  func answerPut(_ call: PendingCall, _ location: Placement.Location, isNew: Bool) {
    var response = PutLocationResponse()
    response.revision = revision(of: .meta)
    response.location = API.Location(location)
    guard !isNew || location.state != .active, let table = store.locations else { return answer(call.origin, response) }
    let shards = inventoryShards
    let gathering = gatherings.insert(
      .locationsTold(BatchGathering(origin: call.origin, count: shards.count), response))
    for (item, shard) in shards.enumerated() {
      let bytes = Self.encode(table, for: shard)
      let part = CallOrigin.part(item, of: gathering, store: UInt16(index))
      let owner = node.storeIndex(of: shard)
      if owner == index {
        tellLocations(bytes, to: shard, part)
      } else if callsPassedOn < Self.callsPassedOnMax {
        callsPassedOn += 1
        outboxes[owner].append(.setLocations(shard, bytes, part))
      } else {
        fail(part, StoreRefusal.backlogFull)
      }
    }
  }

  func finishPut(_ shards: BatchGathering, _ response: PutLocationResponse) {
    for case .failure(let failure)? in shards.results { return fail(shards.origin, failure) }
    answer(shards.origin, response)
  }

  /// Sends a shard's leader word of the locations that take nothing new.
  func tellLocations(_ bytes: [UInt8], to shard: ShardID, _ origin: CallOrigin) {
    guard let tag = hold(.setLocations, bytes, origin, shard) else { return fail(origin, StoreRefusal.backlogFull) }
    sendOnItsWay(tag)
  }

  /// Word of the locations has come for a shard, from this node or another.
  func takeLocations(_ message: RawSpan, _ origin: CallOrigin) {
    var reader = ByteReader(message)
    do throws(DecodeError) {
      let shard = ShardID(try reader.uint32())
      let locations = try SetLocations(from: &reader)
      guard store.leads(shard) else {
        if origin.kind == .held { return sendOnItsWay(origin.tag) }
        return tellLocations(message.copied(), to: shard, origin)
      }
      // Whoever is told that the shard knows may ask for stock at once, and lines that name no location come from those that
      // this node ranks. Where its table cannot be had the shard is to know all the same.
      let isConfirmed = origin.kind == .held && held[origin.tag]?.confirmed.contains(.meta) == true
      guard isConfirmed || self.locations.revision >= locations.revision else {
        guard origin.kind == .held else { return tellLocations(message.copied(), to: shard, origin) }
        return awaitLocations(origin.tag)
      }
      // What is applied here was committed, so that every later command of the shard is decided by it.
      if store.knownLocations(in: shard).revision >= locations.revision { return answer(origin) { _ in } }
      do throws(CallFailure) {
        try propose(.catalogPutLocation, origin, to: shard) { $0.append(.setLocations(locations)) }
      } catch {
        fail(origin, error)
      }
    } catch {
      fail(origin, CallFailure(error))
    }
  }

  /// Tells the shards that are led here what they do not know yet: one that was out of reach, or is new.
  func healLocations() {
    let known = Self.setLocations(of: locations)
    for shard in inventoryShards where node.storeIndex(of: shard) == index && store.leads(shard) {
      let shards = store.knownLocations(in: shard)
      guard known.revision > shards.revision, known.closed != shards.closed else { continue }
      let nobody = CallOrigin.part(0, of: gatherings.insert(.unattended), store: UInt16(index))
      takeLocations(Self.encode(locations, for: shard).rawSpan, nobody)
    }
  }

  private static func setLocations(of table: LocationTable) -> SetLocations {
    let closed = table.closed.compactMap { number, state in
      LocationClosure(state).map { ClosedLocation(location: number, closure: $0) }
    }
    return SetLocations(revision: table.revision, closed: closed)
  }

  private static func encode(_ table: LocationTable, for shard: ShardID) -> [UInt8] {
    var writer = ByteWriter()
    writer.uint32(shard.rawValue)
    setLocations(of: table).encode(to: &writer)
    return writer.bytes
  }
}

extension LocationClosure {
  fileprivate init?(_ state: Placement.Location.State) {
    switch state {
    case .active: return nil
    case .draining: self = .draining
    case .closed: self = .closed
    }
  }
}
