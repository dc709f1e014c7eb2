// Written by Scripts/generate-api from grpc/reflection/v1/reflection.proto. Do not edit.

public import Basics

extension GRPCReflection {

  /// `grpc.reflection.v1.ServerReflectionRequest`.
  public struct ServerReflectionRequest: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ServerReflectionRequest"

    /// The host the caller means; only repeated in the answer.
    public var host: String = ""
    /// One of these, or none.
    public var messageRequest: MessageRequest?

    public init() {}

    public init(
      host: String = "",
      messageRequest: MessageRequest? = nil
    ) {
      self.host = host
      self.messageRequest = messageRequest
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.host.isEmpty {
        writer.field(10, text: self.host)
      }
      if case .fileByFilename(let value)? = self.messageRequest {
        writer.field(26, text: value)
      }
      if case .fileContainingSymbol(let value)? = self.messageRequest {
        writer.field(34, text: value)
      }
      if case .fileContainingExtension(let value)? = self.messageRequest {
        writer.field(42, message: value)
      }
      if case .allExtensionNumbersOfType(let value)? = self.messageRequest {
        writer.field(50, text: value)
      }
      if case .listServices(let value)? = self.messageRequest {
        writer.field(58, text: value)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.host = try reader.text()
        case 26: self.messageRequest = .fileByFilename(try reader.text())
        case 34: self.messageRequest = .fileContainingSymbol(try reader.text())
        case 42:
          var old: GRPCReflection.ExtensionRequest?
          if case .fileContainingExtension(let value)? = self.messageRequest { old = value }
          self.messageRequest = .fileContainingExtension(try reader.message(over: old))
        case 50: self.messageRequest = .allExtensionNumbersOfType(try reader.text())
        case 58: self.messageRequest = .listServices(try reader.text())
        default: try reader.skipValue(of: tag)
        }
      }
    }

    /// What `messageRequest` can be.
    public enum MessageRequest: Sendable, Equatable {
      /// The file of this name.
      case fileByFilename(String)
      /// The file that declares this fully qualified symbol.
      case fileContainingSymbol(String)
      /// The file that declares this extension.
      case fileContainingExtension(GRPCReflection.ExtensionRequest)
      /// The numbers of all extensions of this fully qualified message.
      case allExtensionNumbersOfType(String)
      /// The names of all services; the text does not matter.
      case listServices(String)
    }
  }

  /// `grpc.reflection.v1.ExtensionRequest`.
  public struct ExtensionRequest: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ExtensionRequest"

    /// The fully qualified message that is extended.
    public var containingType: String = ""
    /// The extension's field number.
    public var extensionNumber: Int32 = 0

    public init() {}

    public init(
      containingType: String = "",
      extensionNumber: Int32 = 0
    ) {
      self.containingType = containingType
      self.extensionNumber = extensionNumber
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.containingType.isEmpty {
        writer.field(10, text: self.containingType)
      }
      if self.extensionNumber != 0 {
        writer.field(16, varint: self.extensionNumber)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.containingType = try reader.text()
        case 16: self.extensionNumber = try reader.varintInt32()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `grpc.reflection.v1.ServerReflectionResponse`.
  public struct ServerReflectionResponse: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ServerReflectionResponse"

    /// The request's.
    public var validHost: String = ""
    /// The request.
    public var originalRequest: GRPCReflection.ServerReflectionRequest?
    /// One of these, or none.
    public var messageResponse: MessageResponse?

    public init() {}

    public init(
      validHost: String = "",
      originalRequest: GRPCReflection.ServerReflectionRequest? = nil,
      messageResponse: MessageResponse? = nil
    ) {
      self.validHost = validHost
      self.originalRequest = originalRequest
      self.messageResponse = messageResponse
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.validHost.isEmpty {
        writer.field(10, text: self.validHost)
      }
      if let value = self.originalRequest {
        writer.field(18, message: value)
      }
      if case .fileDescriptorResponse(let value)? = self.messageResponse {
        writer.field(34, message: value)
      }
      if case .allExtensionNumbersResponse(let value)? = self.messageResponse {
        writer.field(42, message: value)
      }
      if case .listServicesResponse(let value)? = self.messageResponse {
        writer.field(50, message: value)
      }
      if case .errorResponse(let value)? = self.messageResponse {
        writer.field(58, message: value)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.validHost = try reader.text()
        case 18: self.originalRequest = try reader.message(over: self.originalRequest)
        case 34:
          var old: GRPCReflection.FileDescriptorResponse?
          if case .fileDescriptorResponse(let value)? = self.messageResponse { old = value }
          self.messageResponse = .fileDescriptorResponse(try reader.message(over: old))
        case 42:
          var old: GRPCReflection.ExtensionNumberResponse?
          if case .allExtensionNumbersResponse(let value)? = self.messageResponse { old = value }
          self.messageResponse = .allExtensionNumbersResponse(try reader.message(over: old))
        case 50:
          var old: GRPCReflection.ListServiceResponse?
          if case .listServicesResponse(let value)? = self.messageResponse { old = value }
          self.messageResponse = .listServicesResponse(try reader.message(over: old))
        case 58:
          var old: GRPCReflection.ErrorResponse?
          if case .errorResponse(let value)? = self.messageResponse { old = value }
          self.messageResponse = .errorResponse(try reader.message(over: old))
        default: try reader.skipValue(of: tag)
        }
      }
    }

    /// What `messageResponse` can be.
    public enum MessageResponse: Sendable, Equatable {
      /// To the three requests for a file: the file, and those that it imports.
      case fileDescriptorResponse(GRPCReflection.FileDescriptorResponse)
      /// To all_extension_numbers_of_type.
      case allExtensionNumbersResponse(GRPCReflection.ExtensionNumberResponse)
      /// To list_services.
      case listServicesResponse(GRPCReflection.ListServiceResponse)
      /// When there is no answer.
      case errorResponse(GRPCReflection.ErrorResponse)
    }
  }

  /// `grpc.reflection.v1.FileDescriptorResponse`.
  public struct FileDescriptorResponse: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.FileDescriptorResponse"

    /// Encoded google.protobuf.FileDescriptorProto messages. Limit: 1000 elements.
    public var fileDescriptorProto: [[UInt8]] = []

    public init() {}

    public init(
      fileDescriptorProto: [[UInt8]] = []
    ) {
      self.fileDescriptorProto = fileDescriptorProto
    }

    public func encode(into writer: inout ByteWriter) {
      for element in self.fileDescriptorProto {
        writer.field(10, bytes: element)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10:
          if self.fileDescriptorProto.count >= 1000 {
            throw tooManyElements("FileDescriptorResponse.file_descriptor_proto", 1000)
          }
          self.fileDescriptorProto.append(try reader.byteArray())
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `grpc.reflection.v1.ExtensionNumberResponse`.
  public struct ExtensionNumberResponse: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ExtensionNumberResponse"

    /// The message's fully qualified name.
    public var baseTypeName: String = ""
    /// The numbers. Limit: 1000 elements.
    public var extensionNumber: [Int32] = []

    public init() {}

    public init(
      baseTypeName: String = "",
      extensionNumber: [Int32] = []
    ) {
      self.baseTypeName = baseTypeName
      self.extensionNumber = extensionNumber
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.baseTypeName.isEmpty {
        writer.field(10, text: self.baseTypeName)
      }
      if !self.extensionNumber.isEmpty {
        let start = writer.beginDelimited(18)
        for element in self.extensionNumber { writer.varint(UInt64(bitPattern: Int64(element))) }
        writer.endDelimited(start)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.baseTypeName = try reader.text()
        case 16:
          if self.extensionNumber.count >= 1000 {
            throw tooManyElements("ExtensionNumberResponse.extension_number", 1000)
          }
          self.extensionNumber.append(try reader.varintInt32())
        case 18:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.extensionNumber.count >= 1000 {
              throw tooManyElements("ExtensionNumberResponse.extension_number", 1000)
            }
            self.extensionNumber.append(try packed.varintInt32())
          }
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `grpc.reflection.v1.ListServiceResponse`.
  public struct ListServiceResponse: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ListServiceResponse"

    /// All services. Limit: 1000 elements.
    public var service: [GRPCReflection.ServiceResponse] = []

    public init() {}

    public init(
      service: [GRPCReflection.ServiceResponse] = []
    ) {
      self.service = service
    }

    public func encode(into writer: inout ByteWriter) {
      for element in self.service {
        writer.field(10, message: element)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: try reader.append(to: &self.service, limit: 1000, "ListServiceResponse.service")
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `grpc.reflection.v1.ServiceResponse`.
  public struct ServiceResponse: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ServiceResponse"

    /// A service's full name.
    public var name: String = ""

    public init() {}

    public init(
      name: String = ""
    ) {
      self.name = name
    }

    public func encode(into writer: inout ByteWriter) {
      if !self.name.isEmpty {
        writer.field(10, text: self.name)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 10: self.name = try reader.text()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `grpc.reflection.v1.ErrorResponse`.
  public struct ErrorResponse: ProtobufMessage {
    public static let protobufName = "grpc.reflection.v1.ErrorResponse"

    /// The gRPC status code.
    public var errorCode: Int32 = 0
    /// For people.
    public var errorMessage: String = ""

    public init() {}

    public init(
      errorCode: Int32 = 0,
      errorMessage: String = ""
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    public func encode(into writer: inout ByteWriter) {
      if self.errorCode != 0 {
        writer.field(8, varint: self.errorCode)
      }
      if !self.errorMessage.isEmpty {
        writer.field(18, text: self.errorMessage)
      }
    }

    @_lifetime(reader: copy reader)
    public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 8: self.errorCode = try reader.varintInt32()
        case 18: self.errorMessage = try reader.text()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }
}
