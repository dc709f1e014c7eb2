internal import Basics

/// Answers reflection requests from the embedded files: a pure function, for any thread. The `v1` and `v1alpha` services
/// share it, since their messages have the same bytes.
public enum Reflection {
  public static func answer(_ request: GRPCReflection.ServerReflectionRequest)
    -> GRPCReflection.ServerReflectionResponse
  {
    GRPCReflection.ServerReflectionResponse(
      validHost: request.host, originalRequest: request, messageResponse: response(to: request.messageRequest))
  }

  private typealias Request = GRPCReflection.ServerReflectionRequest
  private typealias Response = GRPCReflection.ServerReflectionResponse

  private static func response(to request: Request.MessageRequest?) -> Response.MessageResponse {
    switch request {
    case .fileByFilename(let name): files(with: catalog.fileByName[name], "no file \(name)")
    case .fileContainingSymbol(let symbol): files(with: catalog.fileBySymbol[symbol], "no symbol \(symbol)")
    case .fileContainingExtension(let wanted):
      error(.notFound, "no extension \(wanted.extensionNumber) of \(wanted.containingType)")
    case .allExtensionNumbersOfType(let type): extensionNumbers(of: type)
    case .listServices:
      .listServicesResponse(.init(service: catalog.services.map { .init(name: $0) }))
    case nil: error(.invalidArgument, "message_request is not set")
    }
  }

  /// The file and, after it, every file that it needs, so that the caller need not ask again.
  private static func files(with index: Int?, _ problem: String) -> Response.MessageResponse {
    guard let index else { return error(.notFound, problem) }
    return .fileDescriptorResponse(.init(fileDescriptorProto: catalog.closures[index].map { catalog.descriptors[$0] }))
  }

  /// proto3 messages have no extensions: none for a message that is known, an error for any other name.
  private static func extensionNumbers(of type: String) -> Response.MessageResponse {
    guard catalog.messages.contains(type) else { return error(.notFound, "no message \(type)") }
    return .allExtensionNumbersResponse(.init(baseTypeName: type))
  }

  private static func error(_ status: CallStatus, _ message: String) -> Response.MessageResponse {
    .errorResponse(.init(errorCode: status.rawValue, errorMessage: message))
  }
}

/// The embedded files, ready to be asked. Made at the first request, then only read.
private struct ReflectionCatalog: Sendable {
  var descriptors: [[UInt8]] = []
  var fileByName: [String: Int] = [:]
  var fileBySymbol: [String: Int] = [:]
  var messages: Set<String> = []
  var services: [String] = []
  /// For each file the files to send: itself, then what it imports, directly or not.
  var closures: [[Int]] = []

  init() {
    for (index, file) in embeddedFiles.enumerated() {
      descriptors.append(file.descriptor)
      fileByName[file.name] = index
      for symbol in file.symbols { fileBySymbol[symbol] = index }
      for message in file.messages { messages.insert(message) }
      services += file.services
      closures.append(closure(of: file, at: index))
    }
    services.sort()
  }

  /// Invariant: a file stands behind those that it imports, so their closures are known.
  private func closure(of file: EmbeddedFile, at index: Int) -> [Int] {
    var result = [index]
    for name in file.dependencies {
      guard let dependency = fileByName[name] else {
        invariantViolated("\(file.name) imports \(name), which is not here")
      }
      for needed in closures[dependency] where !result.contains(needed) { result.append(needed) }
    }
    return result
  }
}

private let catalog = ReflectionCatalog()
