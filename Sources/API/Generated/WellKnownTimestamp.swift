// Written by Scripts/generate-api from google/protobuf/timestamp.proto. Do not edit.

public import Basics

extension WellKnown {

  /// A moment: seconds since 1970-01-01 00:00 UTC, and nanoseconds from 0 to 999,999,999.
  public struct Timestamp: ProtobufMessage {
    public static let protobufName = "google.protobuf.Timestamp"

    public var seconds: Int64 = 0
    public var nanos: Int32 = 0

    public init() {}

    public init(
      seconds: Int64 = 0,
      nanos: Int32 = 0
    ) {
      self.seconds = seconds
      self.nanos = nanos
    }

    public func encode(into writer: inout ByteWriter) {
      if self.seconds != 0 {
        writer.field(8, varint: self.seconds)
      }
      if self.nanos != 0 {
        writer.field(16, varint: self.nanos)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 8: self.seconds = try reader.varintInt64()
        case 16: self.nanos = try reader.varintInt32()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }
}
