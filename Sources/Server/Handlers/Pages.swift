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

/// What the requests of all lists over shards have.
protocol ListRequest: ProtobufMessage {
  var consistency: ReadConsistency? { get set }
  var pageSize: Int32 { get set }
  var pageToken: String { get set }
}

extension ListSKUsRequest: ListRequest {}
extension ListStockRequest: ListRequest {}
extension ListHoldsRequest: ListRequest {}
extension ListOrdersRequest: ListRequest {}
extension ListJournalRequest: ListRequest {}

extension ListRequest {
  /// What must stay the same from page to page, as a hash.
  fileprivate var identity: UInt32 {
    var list = self
    list.consistency = nil
    list.pageSize = 0
    list.pageToken = ""
    let (name, bytes) = (Array(Self.protobufName.utf8), list.encoded())
    var hash = StableHash()
    hash.combine(name.rawSpan)
    hash.combine(bytes.rawSpan)
    return UInt32(truncatingIfNeeded: hash.value)
  }
}

/// One page of a list over shards: shard after shard, in each from a position on. A page never crosses a shard, so it may
/// be short, or empty.
struct ShardPage {
  let size: Int
  let shard: ShardID
  /// Where the shard's list goes on; empty at its beginning.
  let position: [UInt8]
  private let shards: [ShardID]
  private let list: UInt32
  private let map: UInt32

  /// A page of a list over all shards of the map, or over these; the one that is named first comes before the others.
  init(
    _ request: some ListRequest, _ map: ShardMap, over shards: [ShardID]? = nil, first: ShardID? = nil
  ) throws(CallFailure) {
    var shards = shards ?? map.inventoryShards
    if let first, let place = shards.firstIndex(of: first) {
      shards.remove(at: place)
      shards.insert(first, at: 0)
    }
    try self.init(request, shards, map: map.identity)
  }

  /// A page of a list of one shard.
  init(_ request: some ListRequest, only shard: ShardID) throws(CallFailure) {
    try self.init(request, [shard], map: 0)
  }

  private init(_ request: some ListRequest, _ shards: [ShardID], map: UInt32) throws(CallFailure) {
    size = try PageSize(request.pageSize).count
    self.shards = shards
    self.map = map
    list = request.identity
    if request.pageToken.isEmpty {
      shard = shards[0]
      position = []
      return
    }
    guard let token = PageToken(request.pageToken), token.list == list else { throw .invalidPageToken }
    guard token.map == map, shards.contains(token.shard) else { throw .listOutdated }
    shard = token.shard
    position = token.position
  }

  /// The token of the next page: at a position of this shard, or at the beginning of the next one; empty at the end.
  ///
  /// - Parameter beginning: what the next shard's list begins with.
  func next(_ position: [UInt8]?, beginning: [UInt8] = []) -> String {
    if let position { return PageToken(list: list, map: map, shard: shard, position: position).text }
    guard let place = shards.firstIndex(of: shard), place + 1 < shards.count else { return "" }
    return PageToken(list: list, map: map, shard: shards[place + 1], position: beginning).text
  }
}

extension ShardMap {
  /// Which shard has which slots, as a hash.
  fileprivate var identity: UInt32 {
    var hash = StableHash()
    for range in ranges { hash.combine(UInt64(range.slots.lowerBound) << 32 | UInt64(range.shard.rawValue)) }
    return UInt32(truncatingIfNeeded: hash.value)
  }
}

/// Positions of lists whose elements have a number or an id.
enum ListPosition {
  static func number(_ position: [UInt8]) throws(CallFailure) -> UInt32 {
    if position.isEmpty { return 0 }
    var reader = ByteReader(position.rawSpan)
    do throws(DecodeError) {
      let number = try reader.uint32()
      try reader.finish()
      return number
    } catch { throw .invalidPageToken }
  }

  static func position(_ number: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.uint32(number)
    return writer.bytes
  }

  static func id(_ position: [UInt8]) throws(CallFailure) -> UniqueID? {
    if position.isEmpty { return nil }
    var reader = ByteReader(position.rawSpan)
    do throws(DecodeError) {
      let id = try reader.uniqueID()
      try reader.finish()
      return id
    } catch { throw .invalidPageToken }
  }

  static func position(_ id: UniqueID) -> [UInt8] {
    var writer = ByteWriter()
    writer.uniqueID(id)
    return writer.bytes
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

extension CallFailure {
  static let invalidPageToken = CallFailure.invalidField(
    "page_token", found: "no token of this list", allowed: "the last response's next_page_token, or empty")
  static let listOutdated = CallFailure(
    .listOutdated, "slots have moved to other shards since the list began; begin again without a page token")
}
