internal import Basics

// What a request said, as a number by which its repetition is known. The texts of the SKUs are in it and not their numbers,
// which are a shard's own: a repetition is the same request wherever the slots are by then, and however many shards have
// them.
extension Ledger {
  /// The fingerprint of a command of which the content is hashed as it is, but for the SKU number in front of it.
  ///
  /// - Parameter item: of a SKU that is another slot's, and has the number 0.
  func fingerprint(_ tag: CommandTag, content: RawSpan, of item: RemoteItem? = nil) -> UInt64 {
    var hash = StableHash(seed: UInt64(tag.rawValue))
    guard tag.beginsWithSKU else {
      hash.combine(content)
      return hash.value
    }
    var reader = ByteReader(content)
    do throws(DecodeError) {
      let sku = try reader.skuNumber()
      hash.combine(item.map { SKUTable.textHash($0) } ?? textHash(of: sku))
    } catch { return 0 }
    hash.combine(unsafe reader.bytes.extracting(unchecked: reader.offset..<reader.bytes.byteCount))
    return hash.value
  }

  /// The fingerprint of the reservation in `request`.
  ///
  /// - Parameter remote: what the lines with SKU number 0 are of, in order.
  func reserveFingerprint(remote: [DecidedLine] = []) -> UInt64 {
    var hash = StableHash(seed: UInt64(CommandTag.reserve.rawValue))
    hash.combine(UInt64(request.mode.rawValue | request.sourcing.rawValue << 2))
    // Otherwise the gate ranked them, which may be another one when the request is repeated.
    if request.sourcing.strategy == .ranked {
      hash.combine(UInt64(request.ranked.count))
      for index in request.ranked.indices { hash.combine(UInt64(request.ranked[index].rawValue)) }
    }
    hash.combine(UInt64(bitPattern: request.timeToLiveMilliseconds))
    hash.combine(request.reference.rawSpan)
    var next = 0
    for index in request.lines.indices {
      let line = request.lines[index]
      if line.sku.rawValue == 0, next < remote.count {
        hash.combine(SKUTable.textHash(remote[next].item))
        next += 1
      } else {
        hash.combine(textHash(of: line.sku))
      }
      hash.combine(line.location.map { UInt64($0.rawValue) + 1 } ?? 0)
      hash.combine(UInt64(bitPattern: line.quantity))
      if request.mode == .upTo { hash.combine(UInt64(bitPattern: line.minimum)) }
    }
    return hash.value
  }

  /// 0 for a number that is not there: such a request is refused, and not remembered.
  func textHash(of sku: SKUNumber) -> UInt64 { skus.isKnown(sku) ? skus[sku].textHash : 0 }
}

extension CommandTag {
  /// Whether the content begins with the number of a SKU, and has no other in it.
  fileprivate var beginsWithSKU: Bool {
    switch self {
    case .receive, .adjust, .move, .setCount, .moveAllocation: true
    case .putSKU, .reserve, .extendHold, .releaseHold, .confirmHold, .tick, .sweepRequests, .prepareClaim, .settleClaim,
      .decideHold, .decideConfirm, .burnClaim, .ackOutbox, .createOrder, .payOrder, .holdOrder, .resumeOrder,
      .cancelOrder, .amendOrder, .shipOrder, .completeOrder, .decideOrder, .decideAmend, .decideMove, .setLocations,
      .slots:
      false
    }
  }
}
