internal import Basics

/// Walks the frame boundaries of what a peer sends, before nghttp2 sees it, and charges each frame to a budget.
///
/// nghttp2 answers or ignores some frames without telling anybody, and its own limits differ from release to release;
/// a meter that reads nothing but the nine bytes before each frame holds for all of them. It also knows whether a
/// frame or a header block has been begun and not finished, for the limits on time. It belongs to a session.
struct FrameMeter {
  enum Verdict: Equatable {
    case fine
    /// The frame type that came too often.
    case flood(UInt8)
    /// The peer does not speak HTTP/2.
    case notHTTP2
    /// A rule that nghttp2 does not enforce was broken.
    case violation(ErrorCode)
  }

  private static let frameHeaderBytes = 9
  /// What a client says first (RFC 9113 §3.4).
  static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

  private var ping: TokenBucket
  private var settings: TokenBucket
  private var windowUpdate: TokenBucket
  private var emptyData: TokenBucket
  private var smallData: TokenBucket
  private var other: TokenBucket
  private var reset: TokenBucket
  private var oversizedHeaders: TokenBucket
  private let continuationsMax: Int
  private let isServer: Bool

  private var prefaceSeen: Int
  /// The part of a frame header that has come, most significant byte first, and how many bytes that is.
  private var header: (high: UInt64, count: Int) = (0, 0)
  private var payloadLeft = 0
  private var continuations = 0
  private var isInHeaderBlock = false
  /// The streams that the peer ended most recently, which nghttp2 may not have heard of yet.
  private var ended = LastFour()
  /// The highest stream with HEADERS, and the last ids that were left out below it: those are closed for ever.
  private var highest: UInt32 = 0
  private var skipped: Range<UInt32> = 0..<0
  /// When the frame or header block that is under way began; `distantFuture` between them.
  private(set) var unfinishedSince = Instant.distantFuture

  /// A server expects the preface, and knows which streams its peer may send on.
  init(_ limits: FloodLimits, isServer: Bool, now: Instant) {
    self.isServer = isServer
    ping = TokenBucket(limits.ping, now: now)
    settings = TokenBucket(limits.settings, now: now)
    windowUpdate = TokenBucket(limits.windowUpdate, now: now)
    emptyData = TokenBucket(limits.emptyData, now: now)
    smallData = TokenBucket(limits.smallData, now: now)
    other = TokenBucket(limits.other, now: now)
    reset = TokenBucket(limits.reset, now: now)
    oversizedHeaders = TokenBucket(limits.oversizedHeaders, now: now)
    continuationsMax = limits.continuationsMax
    prefaceSeen = isServer ? 0 : Self.preface.utf8CodeUnitCount
  }

  /// Reads the frame headers in `bytes`, which continue what came before. `isClosed` is asked about the streams of
  /// HEADERS and DATA frames.
  mutating func scan(_ bytes: RawSpan, now: Instant, isClosed: (UInt32) -> Bool) -> Verdict {
    var offset = 0
    if prefaceSeen < Self.preface.utf8CodeUnitCount, !matchPreface(bytes, &offset) { return .notHTTP2 }
    let count = bytes.byteCount
    while offset < count {
      if payloadLeft > 0 {
        let step = min(payloadLeft, count &- offset)
        payloadLeft &-= step
        offset &+= step
        continue
      }
      // A frame begins here: whatever was unfinished before is finished.
      if header.count == 0, !isInHeaderBlock { unfinishedSince = .distantFuture }
      if header.count == 0, count &- offset >= Self.frameHeaderBytes {
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self).bigEndian
        let stream = UInt32(truncatingIfNeeded: word << 8) | UInt32(bytes[byte: offset &+ 8])
        offset &+= Self.frameHeaderBytes
        let verdict = charge(word, stream, now, isClosed)
        if verdict != .fine { return verdict }
        if UInt8(truncatingIfNeeded: word >> 32) == FrameType.priority, count &- offset >= 4 {
          let parent = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self).bigEndian
          if parent & 0x7FFF_FFFF == stream & 0x7FFF_FFFF { return .violation(.protocolError) }
        }
      } else {
        let byte = bytes[byte: offset]
        if header.count < 8 { header.high |= UInt64(byte) << UInt64(56 - 8 * header.count) }
        header.count &+= 1
        offset &+= 1
        guard header.count == Self.frameHeaderBytes else { continue }
        let word = header.high
        header = (0, 0)
        let verdict = charge(word, UInt32(truncatingIfNeeded: word << 8) | UInt32(byte), now, isClosed)
        if verdict != .fine { return verdict }
      }
    }
    noteUnfinished(now)
    return .fine
  }

  /// A DATA frame was sent to the peer, which may answer with a probe or with credit.
  @inline(__always)
  mutating func dataSent() {
    ping.give(2)
    windowUpdate.give(4)
  }

  /// A call was answered.
  @inline(__always)
  mutating func callAnswered() { reset.give(1) }

  /// The peer made us reset a stream; `false` when that has happened too often.
  mutating func resetSent(now: Instant) -> Bool { reset.take(now: now) }

  /// A header block was over the limit; `false` when that has happened too often.
  mutating func headersOversized(now: Instant) -> Bool { oversizedHeaders.take(now: now) }

  private mutating func matchPreface(_ bytes: RawSpan, _ offset: inout Int) -> Bool {
    let preface = Self.preface
    while prefaceSeen < preface.utf8CodeUnitCount, offset < bytes.byteCount {
      let expected = unsafe preface.utf8Start[prefaceSeen]
      if bytes[byte: offset] != expected { return false }
      prefaceSeen += 1
      offset += 1
    }
    return true
  }

  /// `word` is the first eight bytes of the frame header: length (24), type (8), flags (8), most of the stream id.
  private mutating func charge(
    _ word: UInt64, _ stream: UInt32, _ now: Instant, _ isClosed: (UInt32) -> Bool
  ) -> Verdict {
    let length = Int(word >> 40)
    let type = UInt8(truncatingIfNeeded: word >> 32)
    let flags = UInt8(truncatingIfNeeded: word >> 24)
    payloadLeft = length
    let opensStream = !isServer || stream & 0x7FFF_FFFF > highest
    if isServer, let code = follow(type, flags, stream & 0x7FFF_FFFF, isClosed) { return .violation(code) }
    let isFine: Bool
    switch type {
    case FrameType.data: isFine = chargeData(length, endsStream: flags & FrameFlag.endStream != 0, now)
    case FrameType.headers:
      continuations = 0
      isInHeaderBlock = flags & FrameFlag.endHeaders == 0
      if opensStream {
        smallData.give(2)
        other.give(2)
        isFine = true
      } else {
        isFine = other.take(now: now)
      }
    case FrameType.continuation:
      continuations += 1
      if flags & FrameFlag.endHeaders != 0 { isInHeaderBlock = false }
      isFine = continuations <= continuationsMax
    case FrameType.ping: isFine = flags & FrameFlag.acknowledge != 0 || ping.take(now: now)
    case FrameType.settings: isFine = flags & FrameFlag.acknowledge != 0 || settings.take(now: now)
    case FrameType.goAway: isFine = settings.take(now: now)
    case FrameType.windowUpdate: isFine = windowUpdate.take(now: now)
    case FrameType.reset: isFine = reset.take(now: now)
    default: isFine = other.take(now: now)
    }
    return isFine ? .fine : .flood(type)
  }

  /// Keeps an eye on the peer's streams: what it may not send on those it has ended, or has left out.
  @inline(__always)
  private mutating func follow(
    _ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ isClosed: (UInt32) -> Bool
  ) -> ErrorCode? {
    switch type {
    case FrameType.headers, FrameType.data:
      if ended.contains(stream) || isClosed(stream) { return .streamClosed }
      if type == FrameType.headers {
        if stream > highest {
          if stream > highest + 2 { skipped = highest + 2..<stream }
          highest = stream
        } else if skipped.contains(stream) {
          return .protocolError
        }
      }
      if flags & FrameFlag.endStream != 0 { ended.insert(stream) }
    case FrameType.reset: ended.insert(stream)
    case FrameType.priority: if stream == 0 { return .protocolError }
    default: break
    }
    return nil
  }

  private mutating func chargeData(_ length: Int, endsStream: Bool, _ now: Instant) -> Bool {
    if endsStream || length >= 16 { return true }
    return length == 0 ? emptyData.take(now: now) : smallData.take(now: now)
  }

  private mutating func noteUnfinished(_ now: Instant) {
    if payloadLeft == 0, header.count == 0, !isInHeaderBlock {
      unfinishedSince = .distantFuture
    } else if unfinishedSince == .distantFuture {
      unfinishedSince = now
    }
  }
}
