import API
import Basics
import Testing

@Suite("Reflection")
struct ReflectionTests {
  private func ask(
    _ request: GRPCReflection.ServerReflectionRequest.MessageRequest?
  ) -> GRPCReflection.ServerReflectionResponse.MessageResponse? {
    let request = GRPCReflection.ServerReflectionRequest(host: "here", messageRequest: request)
    let response = Reflection.answer(request)
    #expect(response.validHost == "here")
    #expect(response.originalRequest == request)
    return response.messageResponse
  }

  /// The names of the files that came, in order; a file's name is its descriptor's first field.
  private func names(
    _ response: GRPCReflection.ServerReflectionResponse.MessageResponse?
  ) throws -> [String] {
    guard case .fileDescriptorResponse(let files)? = response else { return [] }
    return try files.fileDescriptorProto.map { descriptor in
      var reader = ByteReader(descriptor.rawSpan)
      #expect(try reader.tag() == 10)
      return try reader.text()
    }
  }

  @Test("every service is listed, in order")
  func listServices() {
    guard case .listServicesResponse(let list)? = ask(.listServices("*")) else {
      Issue.record("no list")
      return
    }
    #expect(
      list.service.map(\.name) == [
        "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
        "holdfast.v1.AuditService", "holdfast.v1.CatalogService", "holdfast.v1.ClusterService",
        "holdfast.v1.HoldService", "holdfast.v1.ImportService", "holdfast.v1.InventoryService",
        "holdfast.v1.OrderService", "holdfast.v1.WatchService",
      ])
  }

  @Test("a file comes with all that it imports")
  func fileByName() throws {
    let files = try names(ask(.fileByFilename("holdfast/v1/hold_service.proto")))
    #expect(files.first == "holdfast/v1/hold_service.proto")
    #expect(
      files.sorted() == [
        "google/protobuf/duration.proto", "google/protobuf/timestamp.proto", "holdfast/v1/common.proto",
        "holdfast/v1/hold_service.proto", "holdfast/v1/order_service.proto",
      ])
  }

  @Test(
    "a symbol of any kind leads to its file",
    arguments: [
      ("holdfast.v1.HoldService", "holdfast/v1/hold_service.proto"),
      ("holdfast.v1.HoldService.Reserve", "holdfast/v1/hold_service.proto"),
      ("holdfast.v1.Hold", "holdfast/v1/hold_service.proto"),
      ("holdfast.v1.Hold.lines", "holdfast/v1/hold_service.proto"),
      ("holdfast.v1.BatchReserveResult.outcome", "holdfast/v1/hold_service.proto"),
      ("holdfast.v1.Account", "holdfast/v1/common.proto"),
      ("holdfast.v1.ACCOUNT_HELD", "holdfast/v1/common.proto"),
      ("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"),
      ("google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto"),
      ("google.protobuf.Timestamp", "google/protobuf/timestamp.proto"),
    ])
  func fileBySymbol(symbol: String, file: String) throws {
    #expect(try names(ask(.fileContainingSymbol(symbol))).first == file)
  }

  @Test("every message and method of the contract can be found")
  func everyMethod() throws {
    for method in Method.allCases {
      let descriptor = method.descriptor
      for symbol in ["\(descriptor.service).\(descriptor.name)", descriptor.inputName, descriptor.outputName] {
        #expect(try !names(ask(.fileContainingSymbol(symbol))).isEmpty, "\(symbol)")
      }
    }
  }

  @Test("what is not there is an error that says so")
  func errors() {
    let cases: [(GRPCReflection.ServerReflectionRequest.MessageRequest?, CallStatus)] = [
      (.fileByFilename("none.proto"), .notFound), (.fileContainingSymbol("holdfast.v1.None"), .notFound),
      (.fileContainingSymbol(""), .notFound), (.fileContainingSymbol(".holdfast.v1.Hold"), .notFound),
      (.fileContainingExtension(.init(containingType: "holdfast.v1.Hold", extensionNumber: 100)), .notFound),
      (.allExtensionNumbersOfType("holdfast.v1.None"), .notFound), (nil, .invalidArgument),
    ]
    for (request, status) in cases {
      guard case .errorResponse(let error)? = ask(request) else {
        Issue.record("no error for \(String(describing: request))")
        continue
      }
      #expect(error.errorCode == status.rawValue)
      #expect(!error.errorMessage.isEmpty)
    }
  }

  @Test("a message has no extensions")
  func extensionNumbers() {
    #expect(
      ask(.allExtensionNumbersOfType("holdfast.v1.Hold"))
        == .allExtensionNumbersResponse(.init(baseTypeName: "holdfast.v1.Hold")))
  }
}
