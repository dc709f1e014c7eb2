internal import Basics

/// What the load knows of one hold: enough to look it up again. A plain value.
struct HoldRecord: Equatable, Sendable {
  /// How sure the load is. Never renumber: the values are in files.
  enum Knowledge: UInt8, Sendable {
    /// The server acknowledged the hold.
    case held = 1
    /// The request was sent and never answered: there may be a hold. Its suffix and expiry are not known.
    case reserveUnknown = 2
    /// The server acknowledged its release.
    case released = 3
    /// A held one was asked to be released, and no answer came.
    case releaseUnknown = 4
    /// The server acknowledged the order it became.
    case confirmed = 5
    /// A held one was asked to be confirmed, and no answer came.
    case confirmUnknown = 6
    /// A held one was given more time: it expires as told here.
    case extended = 7
    /// A held one was asked to be given more time, and no answer came: it expires as told here or later.
    case extendUnknown = 8
  }

  var id: UniqueID
  /// When it expires, by the shard's time.
  var expiryMilliseconds: Int64
  var skuIndex: UInt32
  var quantity: UInt16
  /// The four hexadecimal digits behind the request id in the hold's id.
  var suffix: UInt16
  var knowledge: Knowledge

  init(
    id: UniqueID, expiryMilliseconds: Int64 = 0, skuIndex: UInt32, quantity: UInt16, suffix: UInt16 = 0,
    knowledge: Knowledge
  ) {
    self.id = id
    self.expiryMilliseconds = expiryMilliseconds
    self.skuIndex = skuIndex
    self.quantity = quantity
    self.suffix = suffix
    self.knowledge = knowledge
  }
}

/// The holds of a load, each with what is known of it at last. Grows in chunks, so that a load of millions is never
/// held up by copying. Owned by one worker, then by the verification.
struct HoldBook: Sendable {
  private static let chunkBits = 16

  private var chunks: [[HoldRecord]] = []
  private(set) var count = 0

  init() {}

  /// Adds a hold and answers its place.
  @discardableResult
  mutating func append(_ record: HoldRecord) -> Int {
    if count >> Self.chunkBits == chunks.count {
      chunks.append([])
      chunks[chunks.count - 1].reserveCapacity(1 << Self.chunkBits)
    }
    chunks[count >> Self.chunkBits].append(record)
    count += 1
    return count - 1
  }

  mutating func append(contentsOf other: HoldBook) {
    if count == 0 {
      self = other
      return
    }
    for place in 0..<other.count { append(other[place]) }
  }

  subscript(place: Int) -> HoldRecord {
    chunks[place >> Self.chunkBits][place & (1 << Self.chunkBits - 1)]
  }

  /// What a later record of a hold says.
  mutating func learn(_ later: HoldRecord, at place: Int) {
    learn(later.knowledge, at: place)
    extend(toMilliseconds: later.expiryMilliseconds, at: place)
  }

  mutating func extend(toMilliseconds expiry: Int64, at place: Int) {
    chunks[place >> Self.chunkBits][place & (1 << Self.chunkBits - 1)].expiryMilliseconds = expiry
  }

  mutating func learn(_ knowledge: HoldRecord.Knowledge, at place: Int) {
    chunks[place >> Self.chunkBits][place & (1 << Self.chunkBits - 1)].knowledge = knowledge
  }
}
