// Written by Scripts/generate-api from google/rpc/error_details.proto. Do not edit.

public import Basics

extension GoogleRPC {

  /// Why a call failed, for programs.
  public struct ErrorInfo: ProtobufMessage {
    public static let protobufName = "google.rpc.ErrorInfo"

    /// Unique in the domain, such as "OUT_OF_STOCK".
    public var reason: String = ""
    /// Whose reason: "holdfast".
    public var domain: String = ""
    /// The facts. Limit: 64 elements.
    public var metadata: [String: String] = [:]

    public init() {}

    public init(
      reason: String = "",
      domain: String = "",
      metadata: [String: String] = [:]
    ) {
      self.reason = reason
      self.domain = domain
      self.metadata = metadata
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.reason.isEmpty {
        writer.field(10, text: self.reason)
      }
      if !self.domain.isEmpty {
        writer.field(18, text: self.domain)
      }
      writer.field(26, map: self.metadata)
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.reason = try reader.text()
        case 18: self.domain = try reader.text()
        case 26: try reader.insert(into: &self.metadata, limit: 64, "ErrorInfo.metadata")
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// When to call again.
  public struct RetryInfo: ProtobufMessage {
    public static let protobufName = "google.rpc.RetryInfo"

    /// Wait at least so long.
    public var retryDelay: WellKnown.Duration?

    public init() {}

    public init(
      retryDelay: WellKnown.Duration? = nil
    ) {
      self.retryDelay = retryDelay
    }

    public func encode(into writer: inout ByteWriter) {
      if let value = self.retryDelay {
        writer.field(10, message: value)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.retryDelay = try reader.message(over: self.retryDelay)
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// Which fields of a request are wrong.
  public struct BadRequest: ProtobufMessage {
    public static let protobufName = "google.rpc.BadRequest"

    /// The wrong fields. Limit: 64 elements.
    public var fieldViolations: [GoogleRPC.BadRequest.FieldViolation] = []

    public init() {}

    public init(
      fieldViolations: [GoogleRPC.BadRequest.FieldViolation] = []
    ) {
      self.fieldViolations = fieldViolations
    }

    public func encode(into writer: inout ByteWriter) {
      for element in self.fieldViolations {
        writer.field(10, message: element)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: try reader.append(to: &self.fieldViolations, limit: 64, "BadRequest.field_violations")
        default: try reader.skipValue(of: tag)
        }
      }
    }

    /// One field, and what is wrong with it.
    public struct FieldViolation: ProtobufMessage {
      public static let protobufName = "google.rpc.BadRequest.FieldViolation"

      /// The field's path, such as "lines[2].quantity".
      public var field: String = ""
      /// For people.
      public var description: String = ""

      public init() {}

      public init(
        field: String = "",
        description: String = ""
      ) {
        self.field = field
        self.description = description
      }

      public func encode(into writer: inout ByteWriter) {
        if !self.field.isEmpty {
          writer.field(10, text: self.field)
        }
        if !self.description.isEmpty {
          writer.field(18, text: self.description)
        }
      }

      @_lifetime(reader: copy reader)
      public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
        while !reader.isAtEnd {
          let tag = try reader.tag()
          switch tag {
          case 10: self.field = try reader.text()
          case 18: self.description = try reader.text()
          default: try reader.skipValue(of: tag)
          }
        }
      }
    }
  }
}
