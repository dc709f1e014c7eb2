internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// What a follower was told of this run.
struct FeedTold {
  /// Units that became held.
  var units: Int64 = 0
  var records = 0
  /// From the moment a reservation was sent to the moment the follower was told of it.
  var latency = Histogram()
  /// Records that did not follow the one before them in their shard.
  var gaps = 0
  /// Streams that ended and were begun again behind the last token.
  var resumed = 0
}

/// One consumer of the change feed: follows it from now on, and goes on behind its last token, at the next node, when the
/// stream ends. Belongs to its loop's thread.
final class FeedFollower {
  private static let connectMilliseconds: UInt64 = 3_000
  private static let againMilliseconds: UInt64 = 100
  private static let heartbeatMilliseconds: Int64 = 200
  /// A stream lives as long as the run.
  private static let streamMilliseconds: UInt64 = 86_400_000

  private let targets: [Target]
  private let names: SKUNames
  private let wallOffsetMilliseconds: Int64
  private let loop: EventLoop
  private var connection: ClientConnection?
  private var turn: Int
  private var token: [UInt8] = []
  private var lastOfShard: [UInt32: Int64] = [:]
  private var isClosed = false
  /// It has been told where the feed is, and misses nothing from here on.
  private(set) var isFollowing = false
  private(set) var told = FeedTold()
  private(set) var failure: String?
  /// Reservations sent before are not measured.
  var measuresFrom = UInt64.max

  init(_ targets: [Target], turn: Int, _ names: SKUNames, wallOffsetMilliseconds: Int64, on loop: EventLoop) {
    self.targets = targets
    self.turn = turn
    self.names = names
    self.wallOffsetMilliseconds = wallOffsetMilliseconds
    self.loop = loop
    connect()
  }

  func close() {
    isClosed = true
    connection?.shutdown()
  }

  private func connect() {
    let target = targets[turn % targets.count]
    do throws(ReactorError) {
      connection = try ClientConnection(
        to: target.address, authority: target.authority, on: loop,
        deadline: loop.now.advanced(byMilliseconds: Self.connectMilliseconds), delegate: self)
    } catch { again("\(error)") }
  }

  private func again(_ reason: String) {
    connection = nil
    failure = reason
    turn += 1
    if isFollowing { told.resumed += 1 }
    if !isClosed { _ = loop.schedule(at: loop.now.advanced(byMilliseconds: Self.againMilliseconds), self, token: 0) }
  }

  private func note(_ record: FeedRecord) {
    if let last = lastOfShard[record.shard], record.sequence != last + 1 { told.gaps += 1 }
    lastOfShard[record.shard] = record.sequence
    guard record.isOurs, record.isHeld else { return }
    told.records += 1
    told.units += record.quantity
    guard let id = record.requestID else { return }
    let sent = SentTime.nanoseconds(of: id, wallOffsetMilliseconds: wallOffsetMilliseconds)
    if let sent, sent >= measuresFrom, sent <= loop.now.nanoseconds {
      told.latency.record(loop.now.nanoseconds - sent)
    }
  }
}

extension FeedFollower: ClientConnectionDelegate {
  func opened(_ connection: ClientConnection) {
    let start: StreamChangesRequest.Start =
      token.isEmpty ? .now(true) : .token(String(decoding: token, as: UTF8.self))
    let request = StreamChangesRequest(
      start: start, heartbeat: WellKnown.Duration(milliseconds: Self.heartbeatMilliseconds)
    ).encoded()
    let call = connection.start(
      .watchStreamChanges, message: request.rawSpan,
      deadline: loop.now.advanced(byMilliseconds: Self.streamMilliseconds),
      tag: 0)
    if call == nil { connection.shutdown() }
  }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) { again(Worker.explain(end)) }
  func draining(_ session: ClientSession) {}
  func writable(_ call: CallID, tag: UInt64, in session: ClientSession) {}

  func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession) {
    do throws(DecodeError) {
      token = try FeedAnswer.read(message, names) { note($0) }.token
      isFollowing = true
    } catch {
      failure = "a part of the feed cannot be read: \(error)"
      told.gaps += 1
    }
  }

  func finished(_ result: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession) {
    failure = "the stream ended with status \(result.status.rawValue): \(result.message)"
    connection?.shutdown()
  }
}

extension FeedFollower: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) { if !isClosed { connect() } }
}
