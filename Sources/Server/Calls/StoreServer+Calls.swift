internal import API
internal import Basics
internal import HTTP2

/// Calls as the HTTP/2 sessions tell of them. The server does not look at deadlines while a call waits: the session
/// answers `DEADLINE_EXCEEDED` by itself, and an answer that comes later goes nowhere. A command that was proposed stays
/// proposed; whoever asked retries with the same id.
extension StoreServer: ServerSessionDelegate {
  func called(_ call: ServerCall, message: RawSpan, in session: ServerSession) {
    let origin = CallOrigin.stream(call.stream, of: session, store: UInt16(index))
    take(method(of: call), message, origin, of: .connection(session.tag))
  }

  func opened(_ call: ServerCall, in session: ServerSession) {
    let key = StreamKey(connection: session.tag, stream: call.stream)
    streams[key] = StreamingCall(method: method(of: call))
  }

  func received(_ message: RawSpan, for call: ServerCall, in session: ServerSession) {
    let key = StreamKey(connection: session.tag, stream: call.stream)
    guard let stream = streams[key], !stream.isEnding else { return }
    switch stream.method {
    case .holdReserveStream: takeStreamed(message, key, stream, session)
    case .importRows: takeImported(message, key, stream, session)
    case .reflectionInfo, .reflectionInfoAlpha: reflect(message, key, session)
    default: invariantViolated("\(stream.method) is not a streaming method")
    }
  }

  func halfClosed(_ call: ServerCall, in session: ServerSession) {
    let key = StreamKey(connection: session.tag, stream: call.stream)
    guard var stream = streams[key] else { return }
    stream.isHalfClosed = true
    streams[key] = stream
    if let connection = connections[key.connection] { finishIfDone(key, stream, connection) }
  }

  func cancelled(_ call: ServerCall, _ reason: Cancellation, in session: ServerSession) {
    let key = StreamKey(connection: session.tag, stream: call.stream)
    streams[key] = nil
    healthWatches.remove(key)
    feedChanged(key, isOver: true)
    watchChanged(key, isOver: true)
  }

  func writable(_ call: ServerCall, in session: ServerSession) {
    let key = StreamKey(connection: session.tag, stream: call.stream)
    feedChanged(key, isOver: false)
    watchChanged(key, isOver: false)
    guard var stream = streams[key], stream.isPaused, stream.pending <= StreamingCall.pendingMax / 2 else { return }
    stream.isPaused = false
    streams[key] = stream
    session.resume(call.stream)
  }

  private func method(of call: ServerCall) -> Method {
    guard let method = Method(rawValue: UInt8(call.method.rawValue)) else {
      invariantViolated("the table of methods has one more than the contract")
    }
    return method
  }
}

// MARK: - Streams

extension StoreServer {
  /// One request of a `ReserveStream`: a tag and a reservation, answered under the tag.
  private func takeStreamed(_ message: RawSpan, _ key: StreamKey, _ stream: StreamingCall, _ session: ServerSession) {
    do throws(DecodeError) {
      let request = try StreamedReservation(decoding: message)
      let gathering = gatherings.insert(.streamed(StreamedCall(key: key, tag: request.tag)))
      takeOne(of: stream, key, session)
      let part = CallOrigin.part(0, of: gathering, store: UInt16(index))
      take(.holdReserve, request.reservation, part, of: .connection(session.tag))
    } catch {
      streams[key] = nil
      session.fail(key.stream, CallFailure(error))
    }
  }

  private func reflect(_ message: RawSpan, _ key: StreamKey, _ session: ServerSession) {
    do throws(DecodeError) {
      let request = try GRPCReflection.ServerReflectionRequest(decoding: message)
      session.send(key.stream, bytes: Reflection.answer(request).encoded())
    } catch {
      streams[key] = nil
      session.fail(key.stream, CallFailure(error))
    }
  }
}
