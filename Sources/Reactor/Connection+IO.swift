internal import Basics
internal import CLinux

extension Connection: ReadyHandler {
  package func ready(_ events: Readiness) {
    switch state {
    case .connecting: settleConnect()
    case .open:
      if peerIsFinished, events.contains(.failed) { return end(.closedByPeer) }
      if events.contains(.writable) { writeUnsent() }
      let isEnding = !events.isDisjoint(with: [.peerFinished, .failed])
      if state == .open, isEnding || events.contains(.readable) { read(untilEnd: isEnding) }
    case .lingering: discard()
    case .closed: break
    }
  }

  private func settleConnect() {
    let result = clinux_socket_error(descriptor)
    if result != 0 { return end(.connectFailed(-result)) }
    loop.cancel(stateTimer)
    state = .open
    progressAt = loop.now
    watch(Self.watchedWhenOpen)
    handler?.connectionOpened(self)
  }

  /// How often a connection reads in one turn when each time the buffer was filled.
  private static let readsMax = 16

  /// Reads until there is nothing more, within bounds: what is left in a socket nobody sees who could say that it is too
  /// much. A buffer that is not filled has emptied the socket, so there is mostly one read; but the end of the stream is
  /// only seen by one more.
  private func read(untilEnd: Bool) {
    for _ in 0..<Self.readsMax {
      let received = readOnce()
      guard state == .open, !peerIsFinished else { return }
      guard received == EventLoop.readBytesMax || (untilEnd && received > 0) else { return }
    }
    // There may be more: it is told again.
    loop.rewatch(descriptor, watched, token: token)
  }

  /// Lends the loop's buffer to the socket and then to the handler.
  ///
  /// - Returns: how many bytes there were.
  private func readOnce() -> Int {
    var buffer: [UInt8] = []
    swap(&buffer, &loop.readBuffer)
    defer { swap(&buffer, &loop.readBuffer) }
    let received = unsafe buffer.withUnsafeMutableBytes { unsafe clinux_receive(descriptor, $0.baseAddress, $0.count) }
    if received > 0 {
      bytesReceived &+= UInt64(received)
      handler?.connection(self, received: buffer.rawSpan.extracting(first: Int(received)))
    } else if received == 0 {
      peerFinished()
    } else if received != -Int64(SystemError.again) {
      end(.closedByPeer)
    }
    return Int(received)
  }

  private func peerFinished() {
    peerIsFinished = true
    handler?.connectionPeerFinished(self)
    // There is nothing to be told of it any more.
    if state == .open { watch(watched.subtracting([.readable, .peerFinished])) }
  }

  private func writeUnsent() {
    let sent = unsafe unsent.withUnsafeBytes { bytes in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[unsentHead...])
      return unsafe clinux_send(descriptor, rest.baseAddress, rest.count)
    }
    if sent < 0 {
      if sent != -Int64(SystemError.again) { end(.closedByPeer) }
      return
    }
    bytesSent &+= UInt64(sent)
    if sent > 0 { progressAt = loop.now }
    unsentHead += Int(sent)
    if unsentHead < unsent.count { return }
    unsent = []
    unsentHead = 0
    loop.cancel(stallTimer)
    stallTimer = .none
    watch(watched.subtracting(.writable))
    setNeedsFlush()
  }

  /// Called once at the end of a turn in which the connection was marked.
  func flush() {
    isDirty = false
    guard state == .open, unsentByteCount == 0 else { return }
    var output = ByteWriter()
    swap(&output, &loop.output)
    output.removeAll()
    handler?.connection(self, fill: &output)
    let count = output.count
    if state == .open, count > 0 { send(output) }
    swap(&output, &loop.output)
    if loop.output.count > limits.outputBytesMax * 4 { loop.output = ByteWriter(capacity: 64 << 10) }
    guard state == .open, unsentByteCount == 0 else { return }
    if count >= limits.outputBytesMax { return setNeedsFlush() }
    if closesAfterFlush { linger() }
  }

  private func send(_ output: borrowing ByteWriter) {
    var sent = unsafe output.bytes.withUnsafeBytes { unsafe clinux_send(descriptor, $0.baseAddress, $0.count) }
    if sent == -Int64(SystemError.again) { sent = 0 }
    if sent < 0 { return end(.closedByPeer) }
    bytesSent &+= UInt64(sent)
    if sent == output.count { return }
    unsent = Array(output.bytes[Int(sent)...])
    progressAt = loop.now
    watch(watched.union(.writable))
    stallTimer = loop.schedule(
      at: progressAt.advanced(byMilliseconds: limits.stallMillisecondsMax), self, token: TimerToken.stall)
  }

  private func watch(_ events: Readiness) {
    if events == watched { return }
    watched = events
    loop.rewatch(descriptor, events, token: token)
  }

  // MARK: the end

  /// The orderly end: says that no more will come, then reads and drops what the peer had under way, because closing
  /// a socket with unread input resets it and the peer would lose our last words.
  private func linger() {
    _ = clinux_socket_shutdown_send(descriptor)
    state = .lingering
    letGo(.closedHere)
    watch(.readable)
    stateTimer = loop.schedule(
      at: loop.now.advanced(byMilliseconds: limits.lingerMillisecondsMax), self, token: TimerToken.linger)
  }

  private func discard() {
    let received = unsafe loop.readBuffer.withUnsafeMutableBytes {
      unsafe clinux_receive(descriptor, $0.baseAddress, $0.count)
    }
    if received > 0 {
      lingerBytes += Int(received)
      if lingerBytes > 4 << 20 { end(.closedHere) }
    } else if received != -Int64(SystemError.again) {
      end(.closedHere)
    }
  }

  func end(_ reason: ConnectionEnd) {
    loop.assertOnThread()
    if state == .closed { return }
    let wasTold = state == .lingering
    state = .closed
    loop.cancel(stateTimer)
    loop.unwatch(descriptor, token: token)
    let closed = clinux_close(descriptor)
    invariant(closed == 0 || closed == -4 || closed == -104, "a socket could not be closed (errno \(-closed))")
    unsent = []
    unsentHead = 0
    if !wasTold { letGo(reason) }
  }

  /// Tells the handler, once, and forgets it.
  private func letGo(_ reason: ConnectionEnd) {
    loop.cancel(stallTimer)
    loop.cancel(ownerTimer)
    listener?.released(self)
    let told = handler
    handler = nil
    told?.connectionClosed(self, reason)
  }
}

extension Connection: TimerHandler {
  package func timerFired(_ id: TimerID, token: UInt64) {
    switch token {
    case TimerToken.stall: checkStall()
    case TimerToken.owner: wakeOwner()
    case TimerToken.connect: if state == .connecting { end(.connectTimedOut) }
    case TimerToken.linger: end(.closedHere)
    default: invariantViolated("a connection has no such timer")
    }
  }

  private func checkStall() {
    stallTimer = .none
    if unsentByteCount == 0 { return }
    let limit = progressAt.advanced(byMilliseconds: limits.stallMillisecondsMax)
    if loop.now >= limit { return end(.peerTooSlow) }
    stallTimer = loop.schedule(at: limit, self, token: TimerToken.stall)
  }

  private func wakeOwner() {
    ownerTimer = .none
    let deadline = ownerDeadline
    if deadline == .distantFuture { return }
    if deadline > loop.now {
      ownerTimer = loop.schedule(at: deadline, self, token: TimerToken.owner)
      return
    }
    ownerDeadline = .distantFuture
    handler?.connectionWoke(self)
  }
}
