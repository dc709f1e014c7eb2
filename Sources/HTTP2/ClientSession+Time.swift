package import Basics
internal import CNGHTTP2

/// Deadlines, a silent server, and idleness.
extension ClientSession {
  /// Acts on what is due. To be called when `wakeAt` has come; earlier does no harm.
  package func tick(now: Instant) {
    if isFailed || isLost { return }
    enter(now)
    defer { isInside = false }
    wakeAt = .distantFuture
    checkCalls()
    checkServer()
    if !isFailed { checkQuiet() }
    tellDraining()
  }

  private func checkCalls() {
    for index in 0..<pool.capacity {
      let slot = unsafe pool[index]
      guard unsafe slot.pointee.isUsed, unsafe !slot.pointee.flags.contains(.answered) else { continue }
      let deadline = unsafe slot.pointee.deadline
      if deadline <= now {
        unsafe abandon(slot, .deadlineExceeded, "the deadline has passed")
      } else {
        wakeAt = min(wakeAt, deadline)
      }
    }
  }

  private func checkServer() {
    if !settingsSeen {
      let limit = startedAt.advanced(byMilliseconds: limits.handshakeMillisecondsMax)
      if limit <= now { return fail(.handshakeTimedOut, .noError) }
      wakeAt = min(wakeAt, limit)
    }
    if meter.unfinishedSince != .distantFuture {
      let limit = meter.unfinishedSince.advanced(byMilliseconds: limits.requestMillisecondsMax)
      if limit <= now { return fail(.frameTimedOut, .noError) }
      wakeAt = min(wakeAt, limit)
    }
    checkKeepAlive()
  }

  /// A server that is asked and does not answer is gone: without calls, nothing is asked of it.
  private func checkKeepAlive() {
    if let sent = pingSentAt, receivedAt < sent {
      let limit = sent.advanced(byMilliseconds: limits.keepAliveTimeoutMilliseconds)
      if limit <= now { return fail(.keepAliveTimedOut, .noError) }
      wakeAt = min(wakeAt, limit)
      return
    }
    pingSentAt = nil
    if pool.usedCount == 0 { return }
    let due = max(receivedAt, quietSince).advanced(byMilliseconds: limits.keepAliveMilliseconds)
    if due <= now {
      _ = unsafe nghttp2_submit_ping(native.raw, 0, nil)
      pingSentAt = now
      wakeBy(now, limits.keepAliveTimeoutMilliseconds)
    } else {
      wakeAt = min(wakeAt, due)
    }
  }

  private func checkQuiet() {
    guard pool.usedCount == 0, !isDraining else { return }
    let limit = quietSince.advanced(byMilliseconds: limits.idleMillisecondsMax)
    if limit <= now { isDraining = true } else { wakeAt = min(wakeAt, limit) }
  }
}
