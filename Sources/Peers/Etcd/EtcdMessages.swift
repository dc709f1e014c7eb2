internal import Basics

/// The one call that a reservation in etcd is, as protobuf of `etcdserverpb` (rpc.proto): compare and swap.
///
///     if mod_revision(stock/<sku>) == known { put stock/<sku> = left; put hold/<id> = "<sku>:1" }
///     else { range stock/<sku> }
enum EtcdTransaction {
  /// `Compare.target`: the revision of a key's last change.
  private static let modRevision: UInt64 = 2

  static func encode(stock: [UInt8], hold: [UInt8], known: Int64, left: Int64, to output: inout ByteWriter) {
    var part = ByteWriter(capacity: 64)
    part.field(2, Self.modRevision)
    part.field(3, stock)
    // The revision is one of a `oneof`, so that it is written also when it is 0.
    part.field(6, UInt64(bitPattern: known))
    output.field(1, part.bytes)
    output.field(2, Self.put(stock, Array(String(left).utf8)))
    output.field(2, Self.put(hold, stock + Array(":1".utf8)))
    part.removeAll()
    part.field(1, stock)
    var range = ByteWriter(capacity: 64)
    range.field(1, part.bytes)
    output.field(3, range.bytes)
  }

  /// A `RequestOp` with a `PutRequest`.
  private static func put(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
    var request = ByteWriter(capacity: 96)
    request.field(1, key)
    request.field(2, value)
    var operation = ByteWriter(capacity: 100)
    operation.field(2, request.bytes)
    return operation.bytes
  }
}

/// What etcd answered to an ``EtcdTransaction``.
struct EtcdAnswer: Equatable, Sendable {
  /// The store's revision after the transaction; of the stock when it succeeded.
  var revision: Int64 = 0
  var isSwapped = false
  /// Where the comparison failed: the stock as it is.
  var stockRevision: Int64 = 0
  var stockLeft: Int64 = 0

  init() {}

  /// Reads a `TxnResponse`. Fields that are not asked for are passed over.
  init(decoding message: RawSpan) throws(DecodeError) {
    var reader = ByteReader(message)
    while !reader.isAtEnd {
      let tag = try reader.varint()
      switch tag {
      case 1 << 3 | 2: revision = Int64(bitPattern: try Self.number(3, in: try reader.prefixedSpan(limit: 1 << 20)))
      case 2 << 3: isSwapped = try reader.varint() != 0
      case 3 << 3 | 2: try readOperation(try reader.prefixedSpan(limit: 1 << 20))
      default: try reader.skipField(tag)
      }
    }
  }

  /// A `ResponseOp`: only a range has what is looked for, in its first key.
  private mutating func readOperation(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.varint()
      guard tag == 1 << 3 | 2 else {
        try reader.skipField(tag)
        continue
      }
      guard let stock = try EtcdRange.stocks(in: try reader.prefixedSpan(limit: 1 << 20)).first else { continue }
      stockRevision = stock.revision
      stockLeft = stock.left
    }
  }

  private static func number(_ field: UInt64, in bytes: RawSpan) throws(DecodeError) -> UInt64 {
    var reader = ByteReader(bytes)
    var found: UInt64 = 0
    while !reader.isAtEnd {
      let tag = try reader.varint()
      if tag == field << 3 { found = try reader.varint() } else { try reader.skipField(tag) }
    }
    return found
  }
}

/// Reading all stock at once, so that a load begins with knowing it.
enum EtcdRange {
  struct Stock: Equatable {
    var key: [UInt8] = []
    var revision: Int64 = 0
    var left: Int64 = 0
  }

  /// A `RangeRequest` for every key below `stock/`; `0` comes after `/`.
  static func encodeAll(to output: inout ByteWriter) {
    output.field(1, Array("stock/".utf8))
    output.field(2, Array("stock0".utf8))
  }

  /// The `KeyValue`s of a `RangeResponse`.
  static func stocks(in bytes: RawSpan) throws(DecodeError) -> [Stock] {
    var found: [Stock] = []
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.varint()
      guard tag == 2 << 3 | 2 else {
        try reader.skipField(tag)
        continue
      }
      found.append(try stock(in: try reader.prefixedSpan(limit: 1 << 10)))
    }
    return found
  }

  private static func stock(in bytes: RawSpan) throws(DecodeError) -> Stock {
    var stock = Stock()
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.varint()
      switch tag {
      case 1 << 3 | 2: stock.key = try reader.prefixedSpan(limit: 64).copied()
      case 3 << 3: stock.revision = Int64(bitPattern: try reader.varint())
      case 5 << 3 | 2:
        guard let left = Int64(try reader.prefixedText(limit: 64)) else { throw .invalid("stock that is no number") }
        stock.left = left
      default: try reader.skipField(tag)
      }
    }
    return stock
  }
}

extension ByteWriter {
  fileprivate mutating func field(_ number: UInt64, _ value: UInt64) {
    varint(number << 3)
    varint(value)
  }

  fileprivate mutating func field(_ number: UInt64, _ bytes: [UInt8]) {
    varint(number << 3 | 2)
    prefixed(bytes)
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  fileprivate mutating func skipField(_ tag: UInt64) throws(DecodeError) {
    switch tag & 7 {
    case 0: _ = try varint()
    case 1: try skip(8)
    case 2: _ = try prefixedSpan(limit: 1 << 20)
    case 5: try skip(4)
    default: throw .unknownTag(tag)
    }
  }
}
