// Written by Scripts/generate-api from google/rpc/status.proto. Do not edit.

public import Basics

extension GoogleRPC {

  /// What a failed call carries in `grpc-status-details-bin`.
  public struct Status: ProtobufMessage {
    public static let protobufName = "google.rpc.Status"

    /// The gRPC status code.
    public var code: Int32 = 0
    /// For people.
    public var message: String = ""
    /// Any of ErrorInfo, RetryInfo and BadRequest. Limit: 16 elements.
    public var details: [WellKnown.AnyMessage] = []

    public init() {}

    public init(
      code: Int32 = 0,
      message: String = "",
      details: [WellKnown.AnyMessage] = []
    ) {
      self.code = code
      self.message = message
      self.details = details
    }

    public func encode(into writer: inout ByteWriter) {
      if self.code != 0 {
        writer.field(8, varint: self.code)
      }
      if !self.message.isEmpty {
        writer.field(18, text: self.message)
      }
      for element in self.details {
        writer.field(26, message: element)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 8: self.code = try reader.varintInt32()
        case 18: self.message = try reader.text()
        case 26: try reader.append(to: &self.details, limit: 16, "Status.details")
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }
}
