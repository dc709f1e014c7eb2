// Written by Scripts/generate-api from google/protobuf/any.proto. Do not edit.

public import Basics

extension WellKnown {

  /// An encoded message with its type: `type.googleapis.com/` and the message's full name.
  public struct AnyMessage: ProtobufMessage {
    public static let protobufName = "google.protobuf.Any"

    public var typeURL: String = ""
    public var value: [UInt8] = []

    public init() {}

    public init(
      typeURL: String = "",
      value: [UInt8] = []
    ) {
      self.typeURL = typeURL
      self.value = value
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.typeURL.isEmpty {
        writer.field(10, text: self.typeURL)
      }
      if !self.value.isEmpty {
        writer.field(18, bytes: self.value)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.typeURL = try reader.text()
        case 18: self.value = try reader.byteArray()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }
}
