internal import API
internal import Basics
internal import Placement

/// How many elements a page may have.
struct PageSize {
  let count: Int

  init(_ asked: Int32) throws(CallFailure) {
    try RequestFields.number(asked, "page_size", 0...Limits.pageSizeMax)
    count = Int(asked == 0 ? Limits.pageSizeDefault : asked)
  }
}

/// Where the next page of a list over all shards begins: shard after shard, in each from a position on. The token's text
/// is `shard.position`, both decimal; callers treat it as opaque. A page never crosses a shard, so it may be short.
struct ShardPage {
  let size: Int
  let shard: ShardID
  /// What was listed last in the shard; 0 at its beginning.
  let position: UInt64

  init(_ size: Int32, _ token: String, _ map: ShardMap) throws(CallFailure) {
    self.size = try PageSize(size).count
    if token.isEmpty {
      shard = map.inventoryShards[0]
      position = 0
      return
    }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = UInt32(parts[0]), let position = UInt64(parts[1]),
      map.inventoryShards.contains(ShardID(number))
    else { throw .invalidPageToken }
    shard = ShardID(number)
    self.position = position
  }

  /// The token of the next page: behind `last` in this shard, or the beginning of the next shard; empty at the end.
  func next(behind last: UInt64?, _ map: ShardMap) -> String {
    if let last { return "\(shard).\(last)" }
    guard let place = map.inventoryShards.firstIndex(of: shard), place + 1 < map.inventoryShards.count else {
      return ""
    }
    return "\(map.inventoryShards[place + 1]).0"
  }
}

/// Where the next page of a list of locations begins: behind a number.
struct LocationPage {
  let position: Int

  init(_ token: String) throws(CallFailure) {
    if token.isEmpty {
      position = 0
    } else {
      guard let position = Int(token), position >= 0 else { throw .invalidPageToken }
      self.position = position
    }
  }
}

/// Where the next page of a journal begins. The token's text is `n` or `f` and a sequence: newest first and before it, or
/// forward from it.
struct JournalPage {
  enum Direction: Equatable {
    /// Newest first, before the sequence; `nil` from the newest one.
    case backward(UInt64?)
    /// Oldest first, from the sequence on.
    case forward(UInt64)
  }

  let size: Int
  let direction: Direction

  init(_ request: ListJournalRequest) throws(CallFailure) {
    size = try PageSize(request.pageSize).count
    if let sequence = request.sequenceFrom {
      try RequestFields.number(sequence, "sequence_from", 0...Int64.max)
    }
    if request.pageToken.isEmpty {
      direction = request.sequenceFrom.map { .forward(UInt64($0)) } ?? .backward(nil)
      return
    }
    guard let sequence = UInt64(request.pageToken.dropFirst()) else { throw .invalidPageToken }
    switch (request.pageToken.first, request.sequenceFrom) {
    case ("n", nil): direction = .backward(sequence)
    case ("f", .some): direction = .forward(sequence)
    default: throw .invalidPageToken
    }
  }
}

extension CallFailure {
  static let invalidPageToken = CallFailure.invalidField(
    "page_token", found: "no token of this list", allowed: "the last response's next_page_token, or empty")
}
