internal import API
internal import Basics
internal import HTTP2
internal import Replication

extension StoreServer {
  /// Begins a batch; its parts are to be answered to ``CallOrigin/part(_:of:store:)`` of the tag.
  ///
  /// - Returns: `nil` for a batch of nothing, which is answered at once.
  func beginBatch(_ count: Int, for origin: CallOrigin) -> UInt64? {
    guard count > 0 else {
      answer(origin) { _ in }
      return nil
    }
    return gatherings.insert(.batch(BatchGathering(origin: origin, count: count)))
  }

  func deliver(_ answer: StoreAnswer, toPart part: Int, of tag: UInt64) {
    switch gatherings[tag] {
    case .batch(let batch):
      batch.take(answer, for: part)
      guard batch.isComplete else { return }
      gatherings.remove(tag)
      self.answer(batch.origin) { batch.encode(into: &$0) }
    case .rows(let rows):
      rows.take(answer, for: part)
      guard rows.isComplete else { return }
      gatherings.remove(tag)
      self.answer(rows.origin) { rows.encode(into: &$0) }
    case .pages(let call): deliver(answer, of: call, tag)
    case .streamed(let call):
      gatherings.remove(tag)
      deliver(answer, to: call)
    case .imported(let row):
      gatherings.remove(tag)
      deliver(answer, to: row)
    case .status(let status):
      status.take(answer, for: part)
      guard status.isComplete else { return }
      gatherings.remove(tag)
      finishStatus(status)
    case .verification(let verification): deliver(answer, of: ShardID(UInt32(part)), to: verification, tag)
    case .claims(let check): deliver(answer, of: part, to: check, tag)
    case .goals(let change):
      gatherings.remove(tag)
      deliver(answer, to: change)
    case .audited(let change):
      gatherings.remove(tag)
      deliver(answer, to: change)
    case .moves(let waiting):
      gatherings.remove(tag)
      audit(waiting.line, answer)
      deliver(answer, to: waiting.origin)
    case .freshness(let shard, let asked):
      gatherings.remove(tag)
      freshness.answered(shard, asked: asked, index: Self.readIndex(answer))
    case .locations(let held):
      gatherings.remove(tag)
      switch answer {
      case .message: tryConfirmed(held, by: .meta)
      case .failure where self.held[held]?.method == .setLocations: tryConfirmed(held, by: .meta)
      case .failure: deliver(answer, toHeld: held)
      }
    case .locationsTold(let shards, let response):
      shards.take(answer, for: part)
      guard shards.isComplete else { return }
      gatherings.remove(tag)
      finishPut(shards, response)
    case .unattended: gatherings.remove(tag)
    case .follower(let follower): deliver(answer, of: ShardID(UInt32(part)), to: follower)
    case .feedStart(let request, let token, let origin):
      gatherings.remove(tag)
      beginFeed(request, token, origin, answer)
    case .watcher(let watcher): deliver(answer, of: part, to: watcher)
    case .pullIndex(let parked):
      gatherings.remove(tag)
      pullIndexCame(answer, for: parked)
    case .relayed(let origin):
      gatherings.remove(tag)
      deliver(answer, to: origin)
    case .named(let name, let origin):
      gatherings.remove(tag)
      deliver(named(name, answer), to: origin)
    case .across(let number):
      gatherings.remove(tag)
      acrossAnswered(number, answer)
    case .metaIndex(let origin):
      gatherings.remove(tag)
      metaIndexCame(answer, for: origin)
    case nil: break
    }
  }

  /// Sends the answer to one request of a stream, if the stream is still there.
  private func deliver(_ answer: StoreAnswer, to call: StreamedCall) {
    self.answer.removeAll()
    if call.tag != 0 { self.answer.field(1 << 3 | 0, varint: call.tag) }
    switch answer {
    case .message(let bytes): self.answer.field(2 << 3 | 2, bytes: bytes)
    case .failure(let failure): self.answer.field(3 << 3 | 2, message: CallError(failure))
    }
    sendAnswer(self.answer.bytes, to: call.key)
  }

  /// Sends the answer to one message of a streaming call, if the stream is still there.
  func sendAnswer(_ bytes: [UInt8], to key: StreamKey) {
    guard let connection = connections[key.connection], var stream = streams[key] else { return }
    let queued = connection.session.send(key.stream, bytes: bytes) ?? 0
    stream.pending -= 1
    let isCongested = queued > connection.session.limits.streamQueuedBytesHigh
    if stream.isPaused && !isCongested && stream.pending <= StreamingCall.pendingMax / 2 {
      stream.isPaused = false
      connection.session.resume(key.stream)
    } else if isCongested && !stream.isPaused {
      stream.isPaused = true
      connection.session.pause(key.stream)
    }
    streams[key] = stream
    finishIfDone(key, stream, connection)
    connection.outputChanged()
  }

  /// Counts a message that was taken and is to be answered; reading pauses while too many are.
  func takeOne(of stream: StreamingCall, _ key: StreamKey, _ session: ServerSession) {
    var stream = stream
    stream.pending += 1
    if stream.pending > StreamingCall.pendingMax && !stream.isPaused {
      stream.isPaused = true
      session.pause(key.stream)
    }
    streams[key] = stream
  }

  /// A stream whose caller has said all ends with its last answer.
  func finishIfDone(_ key: StreamKey, _ stream: StreamingCall, _ connection: ServedConnection) {
    guard stream.isHalfClosed || stream.isEnding, stream.pending == 0 else { return }
    streams[key] = nil
    if stream.isHalfClosed {
      connection.session.finish(key.stream)
    } else {
      connection.session.fail(key.stream, CallFailure(StoreRefusal.shuttingDown))
    }
    connection.outputChanged()
  }
}
