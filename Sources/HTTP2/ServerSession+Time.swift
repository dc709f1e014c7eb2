package import Basics
internal import CNGHTTP2

/// Deadlines, idleness, keep-alive and the orderly end.
extension ServerSession {
  /// Has `tick` called at the latest this long after `start`.
  @inline(__always)
  func wakeBy(_ start: Instant, _ milliseconds: UInt64) {
    let instant = start.advanced(byMilliseconds: milliseconds)
    if instant < wakeAt { wakeAt = instant }
  }

  /// Acts on what is due. To be called when `wakeAt` has come; earlier does no harm.
  package func tick(now: Instant) {
    if isFailed || isLost { return }
    enter(now)
    defer { isInside = false }
    wakeAt = .distantFuture
    // While there are streams, their answers may begin to wait for the peer at any time.
    if pool.usedCount > 0 { wakeBy(now, limits.slowReaderMillisecondsMax) }
    checkStreams()
    checkPeer()
    if !isFailed { checkQuiet() }
    settle()
  }

  private func checkStreams() {
    for index in 0..<pool.capacity {
      let slot = unsafe pool[index]
      guard unsafe slot.pointee.isUsed else { continue }
      if unsafe slot.pointee.flags.contains(.answered) {
        unsafe checkAnswered(slot)
      } else {
        unsafe checkUnanswered(slot)
      }
    }
  }

  private func checkUnanswered(_ slot: UnsafeMutablePointer<StreamSlot>) {
    let deadline = unsafe slot.pointee.deadline
    if deadline <= now { return unsafe refuse(slot, .deadlineExceeded, "the deadline has passed") }
    wakeAt = min(wakeAt, deadline)
    if unsafe slot.pointee.flags.contains(.remoteClosed) { return }
    let isOneMessage = unsafe slot.pointee.kind.takesOneMessage
    let isPartial = unsafe !slot.pointee.input.isEmpty && !slot.pointee.inputIsComplete
    guard isOneMessage || isPartial else { return }
    let start = unsafe isOneMessage ? slot.pointee.openedAt : slot.pointee.partialSince
    let limit = start.advanced(byMilliseconds: limits.requestMillisecondsMax)
    if limit <= now { return unsafe refuse(slot, .deadlineExceeded, "the request did not arrive in time") }
    wakeAt = min(wakeAt, limit)
  }

  private func checkAnswered(_ slot: UnsafeMutablePointer<StreamSlot>) {
    if unsafe slot.pointee.flags.contains(.resetHere) { return }
    if unsafe !slot.pointee.flags.contains(.remoteClosed) { unsafe checkRest(slot) }
    let limit = unsafe slot.pointee.answeredAt.advanced(byMilliseconds: limits.answerMillisecondsMax)
    if limit <= now {
      unsafe slot.pointee.flags.insert(.resetHere)
      native.reset(unsafe slot.pointee.stream, .cancel)
    } else {
      wakeAt = min(wakeAt, limit)
    }
  }

  /// The call is answered and its request goes on.
  private func checkRest(_ slot: UnsafeMutablePointer<StreamSlot>) {
    let answeredAt = unsafe slot.pointee.answeredAt
    let isHeld = unsafe slot.pointee.flags.contains(.held)
    let patience = isHeld ? limits.refusalMillisecondsMax : limits.discardMillisecondsMax
    let limit = answeredAt.advanced(byMilliseconds: patience)
    if limit > now {
      wakeAt = min(wakeAt, limit)
    } else if isHeld {
      unsafe releaseHeld(slot)
      wakeBy(now, limits.discardMillisecondsMax)
    } else {
      unsafe endRequest(slot)
    }
  }

  /// Is the peer there, and does it read?
  private func checkPeer() {
    if !settingsSeen {
      let limit = startedAt.advanced(byMilliseconds: limits.handshakeMillisecondsMax)
      if limit <= now { return fail(.handshakeTimedOut, .enhanceYourCalm) }
      wakeAt = min(wakeAt, limit)
    }
    if meter.unfinishedSince != .distantFuture {
      let limit = meter.unfinishedSince.advanced(byMilliseconds: limits.requestMillisecondsMax)
      if limit <= now { return fail(.frameTimedOut, .enhanceYourCalm) }
      wakeAt = min(wakeAt, limit)
    }
    checkReader()
    if !isFailed { checkKeepAlive() }
  }

  private func checkReader() {
    if queuedBytes == 0 { return }
    let isMuch = queuedBytes > limits.queuedBytesSoftMax
    var patience = isMuch ? limits.slowReaderMillisecondsMax : limits.stallMillisecondsMax
    if holdsTooMuch { patience = limits.crowdedReaderMillisecondsMax }
    let limit = progressAt.advanced(byMilliseconds: patience)
    if limit <= now || queuedBytes > limits.queuedBytesHardMax { return fail(.peerTooSlow, .enhanceYourCalm) }
    // More may be queued meanwhile, here or on other connections, which shortens the patience.
    wakeBy(now, limits.slowReaderMillisecondsMax)
    wakeAt = min(wakeAt, limit)
  }

  private func checkKeepAlive() {
    if let sent = pingSentAt, receivedAt < sent {
      let limit = sent.advanced(byMilliseconds: limits.keepAliveTimeoutMilliseconds)
      if limit <= now { return fail(.keepAliveTimedOut, .noError) }
      wakeAt = min(wakeAt, limit)
      return
    }
    pingSentAt = nil
    let due = receivedAt.advanced(byMilliseconds: limits.keepAliveMilliseconds)
    if due <= now {
      ping()
      wakeBy(now, limits.keepAliveTimeoutMilliseconds)
    } else {
      wakeAt = min(wakeAt, due)
    }
  }

  private func ping() {
    _ = unsafe nghttp2_submit_ping(native.raw, 0, nil)
    pingSentAt = now
  }

  private func checkQuiet() {
    if let notice = shutdownNoticeAt {
      let limit = notice.advanced(byMilliseconds: limits.shutdownNoticeMillisecondsMax)
      if limit <= now { finishShutdown() } else { wakeAt = min(wakeAt, limit) }
      return
    }
    guard pool.usedCount == 0 else { return }
    if pool.capacity > 0 {
      let limit = quietSince.advanced(byMilliseconds: limits.spareMillisecondsMax)
      if limit <= now { pool.removeAll() } else { wakeAt = min(wakeAt, limit) }
    }
    guard end == nil else { return }
    let limit = quietSince.advanced(byMilliseconds: limits.idleMillisecondsMax)
    if limit <= now { beginShutdown() } else { wakeAt = min(wakeAt, limit) }
  }

  // MARK: the orderly end

  /// Begins a graceful shutdown: the peer is told that no new calls should come (GOAWAY without a last stream), then,
  /// a round trip later, which was the last one taken; calls under way are answered. Then the session is finished.
  package func shutdown(now: Instant) {
    if isFailed || isLost || end != nil { return }
    self.now = now
    beginShutdown()
  }

  private func beginShutdown() {
    end = .drained
    shutdownNoticeAt = now
    _ = unsafe nghttp2_submit_shutdown_notice(native.raw)
    ping()
    wakeBy(now, limits.shutdownNoticeMillisecondsMax)
  }

  private func finishShutdown() {
    shutdownNoticeAt = nil
    let last = unsafe nghttp2_session_get_last_proc_stream_id(native.raw)
    _ = unsafe nghttp2_submit_goaway(native.raw, 0, last, ErrorCode.noError.rawValue, nil, 0)
  }

  func pingAnswered() {
    pingSentAt = nil
    if shutdownNoticeAt != nil { finishShutdown() }
  }
}
