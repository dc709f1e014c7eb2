internal import Basics

extension Command {
  var tag: CommandTag {
    switch self {
    case .putSKU: .putSKU
    case .receive: .receive
    case .adjust: .adjust
    case .move: .move
    case .reserve: .reserve
    case .extendHold: .extendHold
    case .releaseHold: .releaseHold
    case .confirmHold: .confirmHold
    case .setCount: .setCount
    case .moveAllocation: .moveAllocation
    case .decideMove: .decideMove
    case .setLocations: .setLocations
    case .createOrder: .createOrder
    case .changeOrder(_, _, let step): step.tag
    case .amendOrder: .amendOrder
    case .decideOrder: .decideOrder
    case .decideAmend: .decideAmend
    case .tick: .tick
    case .sweepRequests: .sweepRequests
    case .prepareClaim: .prepareClaim
    case .settleClaim: .settleClaim
    case .decideHold: .decideHold
    case .decideConfirm: .decideConfirm
    case .burnClaim: .burnClaim
    case .ackOutbox: .ackOutbox
    case .slots: .slots
    }
  }

  func encodeBody(to writer: inout ByteWriter) {
    switch self {
    case .putSKU(let header, let put):
      header.encode(to: &writer)
      put.encode(to: &writer)
    case .receive(let header, let receive):
      header.encode(to: &writer)
      writer.stockKey(receive.stock)
      writer.zigzag(receive.quantity)
      writer.uint8(receive.toQualityControl ? 1 : 0)
      writer.prefixed(receive.reason)
    case .adjust(let header, let adjust):
      header.encode(to: &writer)
      writer.stockKey(adjust.stock)
      writer.uint8(adjust.account.rawValue)
      writer.zigzag(adjust.delta)
      writer.prefixed(adjust.reason)
    case .move(let header, let move):
      header.encode(to: &writer)
      writer.stockKey(move.stock)
      writer.uint8(move.from.rawValue)
      writer.uint8(move.to.rawValue)
      writer.zigzag(move.quantity)
      writer.prefixed(move.reason)
    case .reserve(let header, let reserve):
      header.encode(to: &writer, ranked: reserve.sourcing.strategy == .ranked ? [] : reserve.rankedLocations)
      reserve.encode(to: &writer)
    case .extendHold(let header, let hold, let timeToLive):
      header.encode(to: &writer)
      writer.uniqueID(hold)
      writer.zigzag(timeToLive)
    case .releaseHold(let header, let hold):
      header.encode(to: &writer)
      writer.uniqueID(hold)
    case .confirmHold(let header, let hold, let terms):
      header.encode(to: &writer)
      writer.uniqueID(hold)
      terms.encode(to: &writer)
    case .createOrder(let header, let create):
      header.encode(to: &writer, ranked: create.rankedLocations)
      create.encode(to: &writer)
    case .changeOrder(let header, let target, let step):
      header.encode(to: &writer)
      target.encode(to: &writer)
      step.encode(to: &writer)
    case .amendOrder(let header, let amend):
      header.encode(to: &writer, ranked: amend.rankedLocations)
      amend.encode(to: &writer)
    case .decideOrder(let header, let decide):
      header.encode(to: &writer, ranked: decide.create.rankedLocations)
      decide.encode(to: &writer)
    case .decideAmend(let header, let decide):
      header.encode(to: &writer, ranked: decide.amend.rankedLocations)
      decide.encode(to: &writer)
    case .setCount(let header, let count):
      header.encode(to: &writer)
      count.encode(to: &writer)
    case .moveAllocation(let header, let move):
      header.encode(to: &writer)
      move.encode(to: &writer)
    case .decideMove(let header, let decide):
      header.encode(to: &writer)
      decide.encode(to: &writer)
    case .setLocations(let locations): locations.encode(to: &writer)
    case .tick: break
    case .slots(let command): command.encode(to: &writer)
    case .sweepRequests(let limit): writer.varint(UInt64(limit))
    case .prepareClaim(let header, let prepare):
      header.encode(to: &writer, ranked: prepare.lines.rankedLocations)
      prepare.encode(to: &writer)
    case .settleClaim(let settle): settle.encode(to: &writer)
    case .decideHold(let header, let decide):
      header.encode(to: &writer, ranked: decide.reserve.rankedLocations)
      decide.encode(to: &writer)
    case .decideConfirm(let header, let decide):
      header.encode(to: &writer)
      decide.encode(to: &writer)
    case .burnClaim(let burn): burn.encode(to: &writer)
    case .ackOutbox(let acks): OutboxAck.encode(acks, to: &writer)
    }
  }
}

extension RequestHeader {
  fileprivate func encode(to writer: inout ByteWriter, ranked: [LocationNumber] = []) {
    writer.uniqueID(id)
    writer.uint8(
      (isGenerated ? HeadFlags.generated : 0) | (actor.isEmpty ? 0 : HeadFlags.actor)
        | (ranked.isEmpty ? 0 : HeadFlags.ranked))
    if !actor.isEmpty { writer.prefixed(actor) }
    if !ranked.isEmpty { writer.ranking(ranked.span) }
  }
}

extension PutSKU {
  fileprivate func encode(to writer: inout ByteWriter) {
    writer.slotNumber(slot)
    writer.prefixed(tenant)
    writer.prefixed(sku)
    writer.prefixed(name)
    writer.uint8(scale)
    writer.varint(UInt64(expectedRevision))
    writer.zigzag(lot)
    writer.zigzag(backorderLimit)
    writer.prefixed(attributes)
  }
}

extension Reserve {
  /// Writes the content; a ranking that is not the caller's is in the head.
  func encode(to writer: inout ByteWriter) {
    writer.uint8(mode.rawValue | sourcing.rawValue << 2)
    if sourcing.strategy == .ranked { writer.ranking(rankedLocations.span) }
    writer.zigzag(timeToLiveMilliseconds)
    writer.prefixed(reference)
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.line(
        sku: line.sku, location: line.location, quantity: line.quantity, minimum: mode == .upTo ? line.minimum : nil)
    }
  }
}

extension ByteWriter {
  mutating func stockKey(_ key: StockKey) {
    varint(UInt64(key.sku.rawValue))
    varint(UInt64(key.location.rawValue))
  }
}
