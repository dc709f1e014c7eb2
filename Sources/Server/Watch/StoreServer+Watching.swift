internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Reactor
internal import Replication

/// Watches of stock, holds and orders.
extension StoreServer {
  /// Of one Store, and what they watch together: more would be looked at less often than they ask for, and fill memory.
  private static let watchersMax = 4_096
  private static let watchedMax = 1 << 16

  func watchAvailability(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(WatchAvailabilityRequest.self, message)
    let tenant = String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self)
    guard !request.skus.isEmpty else {
      throw .invalidField("skus", found: "empty", allowed: "1 to \(Limits.batchGetStockCountMax)")
    }
    var seen: Set<String> = []
    for (place, sku) in request.skus.enumerated() {
      _ = try RequestFields.text(sku, "skus[\(place)]", 1...Limits.skuBytesMax)
      guard seen.insert(sku).inserted else {
        throw .invalidField("skus[\(place)]", found: "\(sku) once more", allowed: "each SKU once")
      }
    }
    _ = try RequestFields.text(request.location, "location", 0...Limits.locationBytesMax)
    let pause = try Self.pause(request.interval, "interval", default: 1_000)
    try watch(.stock(skus: request.skus, location: request.location), tenant, pause, origin)
  }

  func watchHold(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(WatchHoldRequest.self, message)
    let tenant = String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self)
    let id = try RequestFields.resourceID(request.holdID, "hold_id").id
    try watch(.hold(id), tenant, try Self.pause(request.interval, "interval", default: 200), origin)
  }

  func watchOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(WatchOrderRequest.self, message)
    let tenant = String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self)
    let id = try RequestFields.resourceID(request.orderID, "order_id").id
    try watch(.order(id), tenant, try Self.pause(request.interval, "interval", default: 200), origin)
  }

  private func watch(
    _ subject: Watcher.Subject, _ tenant: String, _ pause: UInt64, _ origin: CallOrigin
  ) throws(CallFailure) {
    let key = StreamKey(connection: origin.tag, stream: origin.stream)
    let watcher = Watcher(key: key, subject: subject, tenant: tenant, intervalMilliseconds: pause)
    guard watchers.count < Self.watchersMax, watchedCount + watcher.known.count <= Self.watchedMax else {
      throw CallFailure(.backlogFull, "too much is watched here; try another node", retryDelayMilliseconds: 1_000)
    }
    watchedCount += watcher.known.count
    watcher.divide(Array(watcher.known.indices)) { shard(of: $0) }
    watchers[key] = gatherings.insert(.watcher(watcher))
    watchesDue.append(key)
  }

  // MARK: Answers

  func deliver(_ answer: StoreAnswer, of part: Int, to watcher: Watcher) {
    switch answer {
    case .message(let bytes):
      do throws(DecodeError) { try take(try Sight(decoding: bytes.rawSpan), of: part, watcher) } catch {
        watcher.failure = CallFailure(status: .internal, message: "a sight is unreadable: \(error)")
      }
    case .failure(let failure):
      guard let patience = patience(failure, watcher, part),
        watcher.failed(part, now: loop.now, { shard(of: $0) }) < patience
      else {
        watcher.failure = describe(failure, watcher)
        break
      }
    }
    watchesDue.append(watcher.key)
  }

  private func take(_ sight: Sight, of part: Int, _ watcher: Watcher) throws(DecodeError) {
    watcher.take(sight, of: part, now: loop.now)
    guard !sight.changes.isEmpty else { return }
    switch watcher.subject {
    case .stock: break
    case .hold: watcher.isOver = try WatchHoldResponse(decoding: sight.response).hold?.state != .active
    case .order: watcher.isOver = try WatchOrderResponse(decoding: sight.response).order?.status.isFinal ?? false
    }
  }

  /// For how many milliseconds a failure is borne; `nil` for one that ends the watch.
  private func patience(_ failure: CallFailure, _ watcher: Watcher, _ part: Int) -> UInt64? {
    if failure.reason == .unknownLocation { return Watcher.unknownMillisecondsMax }
    // What was there a moment ago may be on its way to another shard.
    let isAway = failure.status == .notFound && watcher.wasTold(part)
    return isAway || failure.reason.isWorthRetrying ? Watcher.failingMillisecondsMax : nil
  }

  /// Whoever looked knows no more of an id than its number.
  private func describe(_ failure: CallFailure, _ watcher: Watcher) -> CallFailure {
    guard failure.status == .notFound else { return failure }
    switch watcher.subject {
    case .stock: return failure
    case .hold(let id): return .unknownHold(id.description)
    case .order(let id): return .unknownOrder(id.description)
    }
  }

  // MARK: The turn

  /// - Returns: when to look again although nothing happens.
  func serveWatchers() -> Instant {
    if watchers.isEmpty { return .distantFuture }
    if nextWatchLook <= loop.now {
      nextWatchLook = .distantFuture
      watchesDue += watchers.keys
    }
    let due = watchesDue
    watchesDue.removeAll(keepingCapacity: true)
    for key in due { serve(key) }
    if !watchesDue.isEmpty { loop.requestTurn() }
    return nextWatchLook
  }

  private func serve(_ key: StreamKey) {
    guard let tag = watchers[key], case .watcher(let watcher) = gatherings[tag] else { return }
    guard let connection = connections[key.connection] else { return endWatcher(key) }
    for response in watcher.held {
      let queued = connection.session.send(key.stream, bytes: response) ?? 0
      watcher.isCongested = queued > connection.session.limits.streamQueuedBytesHigh
    }
    if !watcher.held.isEmpty { connection.outputChanged() }
    watcher.held = []
    if let failure = watcher.failure {
      connection.session.fail(key.stream, failure)
    } else if watcher.isOver {
      connection.session.finish(key.stream)
    } else {
      return ask(watcher, tag)
    }
    connection.outputChanged()
    endWatcher(key)
  }

  private func ask(_ watcher: Watcher, _ tag: UInt64) {
    let questions = watcher.takeQuestions(now: loop.now)
    nextWatchLook = min(nextWatchLook, watcher.nextQuestion)
    for (part, pull) in questions {
      let bytes = pull.encoded
      answerPull(bytes.rawSpan, .part(part, of: tag, store: UInt16(index)))
    }
  }

  private func endWatcher(_ key: StreamKey) {
    guard let tag = watchers.removeValue(forKey: key) else { return }
    if case .watcher(let watcher) = gatherings[tag] { watchedCount -= watcher.known.count }
    gatherings.remove(tag)
    dropPulls(of: tag)
  }

  /// The stream takes more again, or is over.
  func watchChanged(_ key: StreamKey, isOver: Bool) {
    guard let tag = watchers[key], case .watcher(let watcher) = gatherings[tag] else { return }
    if isOver { return endWatcher(key) }
    watcher.isCongested = false
    watchesDue.append(key)
  }

  /// The node goes down.
  func endWatchers() {
    for (key, tag) in watchers {
      guard case .watcher(let watcher) = gatherings[tag] else { continue }
      watcher.failure = CallFailure(StoreRefusal.shuttingDown)
      serve(key)
    }
  }
}

extension API.OrderStatus {
  /// Whether nothing more happens to such an order.
  var isFinal: Bool {
    switch self {
    case .completed, .cancelled, .expired: true
    case .unspecified, .awaitingPayment, .backordered, .ready, .partiallyShipped, .shipped, .unrecognized: false
    }
  }
}
