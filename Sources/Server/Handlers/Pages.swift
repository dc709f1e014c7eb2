internal import API
internal import Basics
internal import Inventory
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

/// Where the next page of a journal begins. Callers treat the token as opaque; its text, with decimal numbers, is
///
///     token := "n" row ("," row)* | "f" sequence        row := location "." sequence
///
/// Newest first it names for each row of the SKU the movement where it goes on, by location; a row that has no more is
/// left out.
struct JournalPage {
  enum Direction: Equatable {
    /// Newest first, from these positions; `nil` from the newest movements.
    case backward([JournalPosition]?)
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
    let rest = request.pageToken.dropFirst()
    switch (request.pageToken.first, request.sequenceFrom) {
    case ("n", nil): direction = .backward(try Self.positions(rest))
    case ("f", .some):
      guard let sequence = UInt64(rest) else { throw .invalidPageToken }
      direction = .forward(sequence)
    default: throw .invalidPageToken
    }
  }

  /// Whether the SKU has these rows, and whether they have these movements, is for the ledger to say.
  private static func positions(_ text: Substring) throws(CallFailure) -> [JournalPosition] {
    var positions: [JournalPosition] = []
    for row in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = row.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, let number = UInt16(parts[0]), let sequence = UInt64(parts[1]) else {
        throw .invalidPageToken
      }
      let location = LocationNumber(number)
      // By location, so none is there twice and there are at most as many as there are numbers.
      if let last = positions.last, last.location >= location { throw .invalidPageToken }
      positions.append(JournalPosition(location: location, sequence: sequence))
    }
    return positions
  }

  /// The token of the next page, newest first; empty at the end.
  static func token(_ next: [JournalPosition]) -> String {
    next.isEmpty ? "" : "n" + next.map { "\($0.location.rawValue).\($0.sequence)" }.joined(separator: ",")
  }
}

extension CallFailure {
  static let invalidPageToken = CallFailure.invalidField(
    "page_token", found: "no token of this list", allowed: "the last response's next_page_token, or empty")
}
