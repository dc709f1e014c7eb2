public import Basics

/// A message of the public contract: a value that is written to and read from protobuf's binary form. The conforming
/// types are written by `Scripts/generate-api`; any thread may use them.
public protocol ProtobufMessage: Sendable, Equatable {
  /// The fully qualified name, such as `holdfast.v1.ReserveRequest`.
  static var protobufName: String { get }

  /// The message with every field at its default, whose encoding is empty.
  init()

  /// Appends the encoding: fields in the order of their numbers, map entries in the order of their keys, fields at
  /// their default left out. The same fields give the same bytes.
  func encode(into writer: inout ByteWriter)

  /// Reads fields up to the end of the reader, over what is there: a scalar replaces, a message is merged, repeated
  /// fields grow. After an error the value is some mixture and must be dropped.
  @_lifetime(reader: copy reader)
  mutating func merge(from reader: inout ByteReader) throws(DecodeError)
}

extension ProtobufMessage {
  /// Reads a whole message. Unknown fields are skipped.
  public init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    self.init()
    try merge(from: &reader)
  }

  /// Reads a whole message. Unknown fields are skipped.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    try self.init(decoding: bytes.rawSpan)
  }

  /// The encoding, in an array of its own.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: 128)
    encode(into: &writer)
    return writer.bytes
  }
}

/// An enumeration of the public contract. It is open: a number that this version does not know is kept, so that what
/// was read can be written again.
public protocol ProtobufEnum: Sendable, Hashable {
  /// The value for a number; `unrecognized` when there is none.
  init(rawValue: Int32)

  /// The value with a name as ``name`` gives it.
  init?(name: String)

  /// The number on the wire.
  var rawValue: Int32 { get }

  /// The name in the `.proto` file without the enumeration's prefix, such as `OUT_OF_STOCK`; for an unknown number its
  /// digits.
  var name: String { get }
}
