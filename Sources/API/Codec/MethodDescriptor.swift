/// Which side of a call streams.
public enum CallKind: Sendable, Hashable {
  case unary
  case clientStream
  case serverStream
  case bidirectional
}

/// A call as the contract declares it.
public struct MethodDescriptor: Sendable, Hashable {
  /// The HTTP/2 path, such as `/holdfast.v1.HoldService/Reserve`.
  public let path: String
  /// The service's full name, such as `holdfast.v1.HoldService`.
  public let service: String
  /// The method's own name, such as `Reserve`.
  public let name: String
  public let kind: CallKind
  /// The full names of the messages that go in and come out.
  public let inputName: String
  public let outputName: String
}

/// A method together with the Swift types of its messages: what a client needs to make a call.
public struct RPC<Request: ProtobufMessage, Response: ProtobufMessage>: Sendable {
  public let method: Method

  public init(_ method: Method) { self.method = method }
}
