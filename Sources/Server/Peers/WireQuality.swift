internal import Basics
internal import Reactor

/// Whether a connection's wire loses so much that what is sent should be gathered a little.
///
/// TCP delivers in order: behind a lost segment everything waits until it was repeated, which takes a round trip or two. Of
/// many small segments in that time one is always lost, and all wait all the time. So on such a wire what comes within half
/// a round trip goes out together: fewer segments, fewer holes. On any other wire everything leaves at once. Owned by its
/// link; looked at a few times a second.
struct WireQuality {
  /// One segment of so many repeated is a bad wire.
  static let badShare: UInt32 = 50
  static let segmentsMin: UInt32 = 20
  /// A round trip under which the holes are closed before anybody notices.
  static let roundTripMicrosecondsMin: UInt32 = 5_000
  static let pauseMillisecondsMax: UInt64 = 50
  /// A bad wire is taken for one until it was good for so long.
  static let rememberedMilliseconds: UInt64 = 5_000

  private var last = WireState()
  private var badUntil = Instant.zero
  private var roundTripMicroseconds: UInt32 = 0

  /// Takes what the system counted since the connection was made.
  mutating func look(_ state: WireState, now: Instant) {
    let (sent, repeated) = (state.segmentsSent &- last.segmentsSent, state.segmentsRepeated &- last.segmentsRepeated)
    // Too few segments tell nothing; they count with the next ones.
    guard sent >= Self.segmentsMin else { return }
    last = state
    roundTripMicroseconds = state.roundTripMicroseconds
    if repeated >= sent / Self.badShare, repeated > 0, roundTripMicroseconds >= Self.roundTripMicrosecondsMin {
      badUntil = now.advanced(byMilliseconds: Self.rememberedMilliseconds)
    }
  }

  /// How long after the last output the next one leaves at the earliest.
  func pauseMilliseconds(now: Instant) -> UInt64 {
    now < badUntil ? min(UInt64(roundTripMicroseconds) / 2_000, Self.pauseMillisecondsMax) : 0
  }
}
