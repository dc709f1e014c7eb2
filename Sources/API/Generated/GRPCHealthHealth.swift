// Written by Scripts/generate-api from grpc/health/v1/health.proto. Do not edit.

public import Basics

extension GRPCHealth {

  /// `grpc.health.v1.HealthCheckRequest`.
  public struct HealthCheckRequest: ProtobufMessage {
    public static let protobufName = "grpc.health.v1.HealthCheckRequest"

    /// A service's full name; empty for the server as a whole.
    public var service: String = ""

    public init() {}

    public init(
      service: String = ""
    ) {
      self.service = service
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.service.isEmpty {
        writer.field(10, text: self.service)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.service = try reader.text()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `grpc.health.v1.HealthCheckResponse`.
  public struct HealthCheckResponse: ProtobufMessage {
    public static let protobufName = "grpc.health.v1.HealthCheckResponse"

    /// Whether it serves.
    public var status: GRPCHealth.HealthCheckResponse.ServingStatus = .unknown

    public init() {}

    public init(
      status: GRPCHealth.HealthCheckResponse.ServingStatus = .unknown
    ) {
      self.status = status
    }

    public func encode(into writer: inout ByteWriter) {
      if self.status.rawValue != 0 {
        writer.varint(8)
        writer.varint(UInt64(bitPattern: Int64(self.status.rawValue)))
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 8: self.status = try reader.varintEnum()
        default: try reader.skipValue(of: tag)
        }
      }
    }

    /// Whether it serves.
    public enum ServingStatus: ProtobufEnum {
      case unknown
      /// It takes calls.
      case serving
      /// It does not.
      case notServing
      /// Only in Watch: there is no such service.
      case serviceUnknown
      /// A number that this version does not know.
      case unrecognized(Int32)

      /// All values that this version knows.
      public static let known: [ServingStatus] = [.unknown, .serving, .notServing, .serviceUnknown]

      public init(rawValue: Int32) {
        switch rawValue {
        case 0: self = .unknown
        case 1: self = .serving
        case 2: self = .notServing
        case 3: self = .serviceUnknown
        default: self = .unrecognized(rawValue)
        }
      }

      public init?(name: String) {
        switch name {
        case "UNKNOWN": self = .unknown
        case "SERVING": self = .serving
        case "NOT_SERVING": self = .notServing
        case "SERVICE_UNKNOWN": self = .serviceUnknown
        default: return nil
        }
      }

      public var rawValue: Int32 {
        switch self {
        case .unknown: 0
        case .serving: 1
        case .notServing: 2
        case .serviceUnknown: 3
        case .unrecognized(let number): number
        }
      }

      public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .serving: "SERVING"
        case .notServing: "NOT_SERVING"
        case .serviceUnknown: "SERVICE_UNKNOWN"
        case .unrecognized(let number): String(number)
        }
      }
    }
  }
}
