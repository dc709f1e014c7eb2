internal import API
internal import Basics
internal import HTTP2
internal import Placement

/// One stream that tells of some stock, a hold or an order: what its caller knows, and who is asked for what is new. Owned
/// by the thread of the Store that has the connection.
final class Watcher {
  static let waitMilliseconds: UInt32 = 5_000
  static let failingMillisecondsMax: UInt64 = 10_000
  /// A location that was just made may be known here a moment later.
  static let unknownMillisecondsMax: UInt64 = 1_500

  enum Subject {
    case stock(skus: [String], location: String)
    case hold(ResourceID)
    case order(ResourceID)
  }

  /// What is asked of one shard.
  struct Part {
    var shard: ShardID
    /// Which of the SKUs; of a hold or an order, the one.
    var places: [Int]
    var isAsked = false
    var notBefore = Instant.zero
    /// The earliest moment of the next look: an interval behind what was told last.
    var nextLook = Instant.zero
    /// Where the next look begins: behind what the last one had room for.
    var first = 0
    /// The state that was told of; until something was, whatever is acknowledged by now.
    var leastIndex = Pull.leastIndexNow
    var failingSince: Instant?
  }

  let key: StreamKey
  let subject: Subject
  let tenant: String
  let intervalMilliseconds: UInt32
  /// By place: what the caller was told, as a hash; 0 for nothing.
  private(set) var known: [UInt64]
  private(set) var parts: [Part] = []
  /// Responses that came and were not sent. Bounded by the parts, each of which has at most one under way.
  var held: [[UInt8]] = []
  var isCongested = false
  var failure: CallFailure?
  /// The last response was the last one.
  var isOver = false

  init(key: StreamKey, subject: Subject, tenant: String, intervalMilliseconds: UInt64) {
    self.key = key
    self.subject = subject
    self.tenant = tenant
    self.intervalMilliseconds = UInt32(clamping: intervalMilliseconds)
    switch subject {
    case .stock(let skus, _): known = Array(repeating: 0, count: skus.count)
    case .hold, .order: known = [0]
    }
  }

  /// The slot of what is at a place.
  private func slot(of place: Int) -> Slot? {
    switch subject {
    case .stock(let skus, _):
      let (tenant, sku) = (Array(tenant.utf8), Array(skus[place].utf8))
      return Slot(tenant: tenant.rawSpan, sku: sku.rawSpan)
    case .hold(let id), .order(let id): return Slot(rawValue: id.homeSlot)
    }
  }

  /// Divides places among the shards that have them now.
  func divide(_ places: [Int], failingSince: Instant? = nil, notBefore: Instant = .zero, _ owner: (Slot) -> ShardID) {
    var shards = SortedMap<ShardID, [Int]>()
    for place in places {
      guard let slot = slot(of: place) else { continue }
      shards.update(owner(slot), default: []) { $0.append(place) }
    }
    shards.forEach { shard, places in
      let part = Part(shard: shard, places: places, notBefore: notBefore, failingSince: failingSince)
      // Nothing is under way of a part that has lost its places, so its number is free.
      if let free = parts.firstIndex(where: \.places.isEmpty) { parts[free] = part } else { parts.append(part) }
      return true
    }
  }

  // MARK: Asking

  /// The parts to ask now, which count as asked from now on.
  func takeQuestions(now: Instant) -> [(part: Int, pull: Pull)] {
    guard !isCongested, failure == nil, !isOver else { return [] }
    var questions: [(part: Int, pull: Pull)] = []
    for part in parts.indices where !parts[part].isAsked && parts[part].notBefore <= now && !parts[part].places.isEmpty
    {
      parts[part].isAsked = true
      questions.append((part, pull(parts[part], now)))
    }
    return questions
  }

  private func pull(_ part: Part, _ now: Instant) -> Pull {
    let look = Pull.Look(
      leastIndex: part.leastIndex,
      pauseMilliseconds: UInt32(clamping: part.nextLook.nanoseconds(since: now) / 1_000_000),
      intervalMilliseconds: intervalMilliseconds, first: part.first, tenant: tenant,
      known: part.places.map { known[$0] })
    let subject: Pull.Subject =
      switch self.subject {
      case .stock(let skus, let location): .stock(look, location: location, skus: part.places.map { skus[$0] })
      case .hold(let id): .hold(look, id.id)
      case .order(let id): .order(look, id.id)
      }
    return Pull(shard: part.shard, waitMilliseconds: Self.waitMilliseconds, subject: subject)
  }

  var nextQuestion: Instant {
    if isCongested { return .distantFuture }
    return parts.reduce(.distantFuture) { next, part in
      part.isAsked || part.places.isEmpty ? next : min(next, part.notBefore)
    }
  }

  // MARK: Answers

  func take(_ sight: Sight, of part: Int, now: Instant) {
    parts[part].isAsked = false
    parts[part].failingSince = nil
    parts[part].leastIndex = sight.index
    for change in sight.changes where change.place < parts[part].places.count {
      known[parts[part].places[change.place]] = change.hash
    }
    // What a look had no room for follows at once.
    parts[part].first = sight.next.map { $0 < parts[part].places.count ? $0 : 0 } ?? 0
    guard !sight.changes.isEmpty else { return }
    held.append(sight.response)
    parts[part].nextLook =
      parts[part].first > 0 ? now : now.advanced(byMilliseconds: UInt64(intervalMilliseconds))
  }

  /// A question was not answered: it is put again after a pause, to whoever has what it is about by then.
  ///
  /// - Returns: for how many milliseconds that has gone on.
  func failed(_ part: Int, now: Instant, _ owner: (Slot) -> ShardID) -> UInt64 {
    let since = parts[part].failingSince ?? now
    let places = parts[part].places
    let pause = now.advanced(byMilliseconds: 100)
    parts[part] = Part(shard: parts[part].shard, places: [])
    divide(places, failingSince: since, notBefore: pause, owner)
    return now.nanoseconds(since: since) / 1_000_000
  }

  /// Whether the caller was told something of a part.
  func wasTold(_ part: Int) -> Bool { parts[part].places.contains { known[$0] != 0 } }
}
