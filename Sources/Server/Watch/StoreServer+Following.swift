internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// The side that has the stream: change feeds of this Store's connections.
extension StoreServer {
  /// Change feeds of one Store.
  private static let followersMax = 64

  func streamChanges(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(StreamChangesRequest.self, message)
    _ = try Self.pause(request.heartbeat, "heartbeat", default: 5_000)
    let token = try feedToken(request)
    if unknownShard(of: token) == nil { return try follow(request, token, origin) }
    // It may have been made a moment ago, at another node.
    let start = gatherings.insert(.feedStart(request, token, origin))
    bringTableUpToDate(for: .part(0, of: start, store: UInt16(index)))
  }

  /// The table of the cluster's shards is as new as the question now, or cannot be had.
  func beginFeed(_ request: StreamChangesRequest, _ token: FeedToken, _ origin: CallOrigin, _ answer: StoreAnswer) {
    guard isWaitedFor(origin) else { return }
    do throws(CallFailure) {
      if case .failure(let failure) = answer { throw failure }
      if let shard = unknownShard(of: token) {
        throw .invalidField("token", found: "shard \(shard)", allowed: "shards that there are")
      }
      try follow(request, token, origin)
    } catch { fail(origin, error) }
  }

  /// A shard of the token that has no journal, as far as is known here.
  private func unknownShard(of token: FeedToken) -> ShardID? {
    let known = Set(journalShards)
    var unknown: ShardID?
    token.positions.forEach { shard, _ in
      if !known.contains(shard) { unknown = shard }
      return unknown == nil
    }
    return unknown
  }

  private func follow(
    _ request: StreamChangesRequest, _ token: FeedToken, _ origin: CallOrigin
  ) throws(CallFailure) {
    let heartbeat = try Self.pause(request.heartbeat, "heartbeat", default: 5_000)
    guard followers.count < Self.followersMax else {
      throw CallFailure(.backlogFull, "too many feeds are open here; try another node", retryDelayMilliseconds: 1_000)
    }
    let key = StreamKey(connection: origin.tag, stream: origin.stream)
    let follower = Follower(
      key: key, address: connections[origin.tag]?.connection.peer.description ?? "", now: loop.now,
      heartbeatMilliseconds: heartbeat, token: token)
    followers.append(gatherings.insert(.follower(follower)))
    feedsAreDue = true
  }

  static func pause(
    _ span: WellKnown.Duration?, _ field: String, default milliseconds: UInt64
  ) throws(CallFailure) -> UInt64 {
    guard let span else { return milliseconds }
    guard let asked = span.milliseconds, (100...3_600_000).contains(asked) else {
      throw .invalidField(field, found: "out of range", allowed: "100 ms to 1 h")
    }
    return UInt64(asked)
  }

  private func feedToken(_ request: StreamChangesRequest) throws(CallFailure) -> FeedToken {
    switch request.start {
    case .token(let text):
      guard request.shards.isEmpty else {
        throw .invalidField("shards", found: "not empty", allowed: "empty with a token, which names the shards")
      }
      return try feedToken(text)
    case .beginning(true): return try feedToken(from: .beginning, request.shards)
    case .now(true): return try feedToken(from: .now, request.shards)
    case .beginning(false), .now(false), nil:
      throw .invalidField("start", found: "missing", allowed: "a token, beginning: true or now: true")
    }
  }

  private func feedToken(from start: FeedPosition, _ numbers: [UInt32]) throws(CallFailure) -> FeedToken {
    var positions = SortedMap<ShardID, FeedPosition>()
    for (place, number) in numbers.enumerated() {
      let shard = ShardID(number)
      guard journalShards.contains(shard), positions[shard] == nil else {
        throw .invalidField("shards[\(place)]", found: "\(number)", allowed: "a shard, each once")
      }
      positions[shard] = start
    }
    if numbers.isEmpty { for shard in journalShards { positions[shard] = start } }
    return FeedToken(cluster: node.identity.format.cluster, isSelection: !numbers.isEmpty, positions: positions)
  }

  private func feedToken(_ text: String) throws(CallFailure) -> FeedToken {
    let token: FeedToken
    do throws(DecodeError) { token = try FeedToken(text: text) } catch {
      throw .invalidField("token", found: "damaged", allowed: "a token as this service answered it")
    }
    guard token.cluster == node.identity.format.cluster else {
      throw .invalidField("token", found: "one of another cluster", allowed: "a token of this cluster")
    }
    return token
  }

  /// All shards that have a journal.
  var journalShards: [ShardID] { inventoryShards }

  // MARK: Answers

  /// A question of a feed was answered. What follows is done at the end of the turn, for all that came in it.
  func deliver(_ answer: StoreAnswer, of shard: ShardID, to follower: Follower) {
    switch answer {
    case .message(let bytes):
      do throws(DecodeError) {
        follower.take(try FeedPage(decoding: bytes.rawSpan), of: shard, now: loop.now)
      } catch { follower.failure = CallFailure(status: .internal, message: "a page is unreadable: \(error)") }
    case .failure(let failure):
      if !failure.reason.isWorthRetrying {
        follower.failure = failure
      } else if follower.failed(
        shard, pauseMilliseconds: failure.reason == .backlogFull ? 20 : 100, now: loop.now)
      {
        follower.failure = failure
      }
    }
    feedsAreDue = true
  }

  // MARK: The turn

  /// At the end of a turn: sends what came, and asks for more.
  ///
  /// - Returns: when to look again although nothing happens.
  func serveFollowers() -> Instant {
    if followers.isEmpty { return .distantFuture }
    guard feedsAreDue || nextFeedLook <= loop.now else { return nextFeedLook }
    feedsAreDue = false
    nextFeedLook = .distantFuture
    for tag in followers { serve(tag) }
    // Some answers are there at once.
    if feedsAreDue { loop.requestTurn() }
    return nextFeedLook
  }

  private func serve(_ tag: UInt64) {
    guard case .follower(let follower) = gatherings[tag], let connection = connections[follower.key.connection] else {
      return endFollower(tag)
    }
    follower.follow(journalShards)
    send(follower, connection)
    if let failure = follower.failure, !follower.isCongested || isDraining {
      connection.session.fail(follower.key.stream, failure)
      connection.outputChanged()
      return endFollower(tag)
    }
    let pulls = follower.takeQuestions(now: loop.now)
    let heartbeat = follower.lastSent.advanced(byMilliseconds: follower.heartbeatMilliseconds)
    nextFeedLook = min(nextFeedLook, follower.nextQuestion, follower.isCongested ? .distantFuture : heartbeat)
    for pull in pulls {
      let bytes = pull.encoded
      answerPull(bytes.rawSpan, .part(Int(pull.shard.rawValue), of: tag, store: UInt16(index)))
    }
  }

  /// A response holds about so much, so that what waits in a session for a slow caller stays below what it may be cut off
  /// for.
  private static let responseByteCountMax = 64 << 10

  /// Sends what is held as far as the stream takes it, or a heartbeat when it is time for one.
  private func send(_ follower: Follower, _ connection: ServedConnection) {
    // Before it is known where it begins there is no token.
    guard !follower.isCongested, follower.knowsBeginning else { return }
    let silence = loop.now.nanoseconds(since: follower.lastSent)
    // A caller learns at once where it begins, and when it has everything.
    var isDue =
      silence >= follower.heartbeatMilliseconds * 1_000_000 || follower.lastSent == follower.began
      || follower.isCaughtUp && !follower.wasCaughtUp
    while !follower.isCongested, isDue || !follower.held.isEmpty {
      isDue = false
      var output = ByteWriter()
      for one in follower.takeHeld(byteCountMax: Self.responseByteCountMax) {
        output.field(1 << 3 | 2, bytes: one.page.changes)
      }
      follower.wasCaughtUp = follower.isCaughtUp
      output.append(
        StreamChangesResponse(token: follower.token.text, caughtUp: follower.wasCaughtUp).encoded())
      let queued = connection.session.send(follower.key.stream, bytes: output.bytes) ?? 0
      follower.lastSent = max(loop.now, follower.began.advanced(byNanoseconds: 1))
      follower.isCongested = queued > connection.session.limits.streamQueuedBytesHigh
    }
    connection.outputChanged()
  }

  private func endFollower(_ tag: UInt64) {
    gatherings.remove(tag)
    followers.removeAll { $0 == tag }
    dropPulls(of: tag)
  }

  /// The stream takes more again, or is over.
  func feedChanged(_ key: StreamKey, isOver: Bool) {
    for tag in followers {
      guard case .follower(let follower) = gatherings[tag], follower.key == key else { continue }
      if isOver { return endFollower(tag) }
      follower.isCongested = false
      feedsAreDue = true
      return
    }
  }

  /// The node goes down.
  func endFollowers() {
    for tag in followers {
      guard case .follower(let follower) = gatherings[tag] else { continue }
      follower.failure = CallFailure(StoreRefusal.shuttingDown)
      serve(tag)
    }
  }

  // MARK: Status

  func followerStatus() -> [FeedFollowerStatus] {
    followers.compactMap { tag in
      guard case .follower(let follower) = gatherings[tag] else { return nil }
      let lag = follower.lag
      var status = FeedFollowerStatus()
      status.address = follower.address
      status.connected = WellKnown.Duration(
        milliseconds: Int64(clamping: loop.now.nanoseconds(since: follower.began) / 1_000_000))
      status.shardCount = UInt32(follower.shards.count)
      status.recordsSent = Int64(clamping: follower.recordsSent)
      status.lagRecords = Int64(clamping: lag.records)
      status.lag = lag.oldest.map {
        WellKnown.Duration(milliseconds: max(0, store.readStamp.milliseconds - $0.milliseconds))
      }
      status.isSlow = follower.isCongested
      return status
    }
  }
}
