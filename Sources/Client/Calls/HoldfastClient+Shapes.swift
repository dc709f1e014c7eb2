internal import API
internal import Basics

/// What the typed calls have in common: filling in what the caller left open, and unwrapping the answer.
extension HoldfastClient {
  func write<Request: WriteRequest, Response: WriteResponse, Value>(
    _ rpc: RPC<Request, Response>, _ request: Request, _ options: WriteOptions, _ value: (Response) -> Value?
  ) async throws(HoldfastError) -> Written<Value> {
    let (request, requestID) = prepared(request, options)
    let answer = try await call(rpc, request, timeout: options.timeout, requestID: requestID)
    return Written(
      value: try present(value(answer)), revision: answer.revision, replayed: answer.replayed, requestID: requestID)
  }

  func read<Request: ReadRequest, Response: ReadResponse, Value>(
    _ rpc: RPC<Request, Response>, _ request: Request, _ options: ReadOptions, _ value: (Response) -> Value?
  ) async throws(HoldfastError) -> Observed<Value> {
    let answer = try await call(rpc, prepared(request, options), timeout: options.timeout)
    return Observed(value: try present(value(answer)), revision: answer.revision)
  }

  func page<Request: PageRequest, Response>(
    _ rpc: RPC<Request, Response>, _ request: Request, _ size: Int, _ token: String, _ options: ReadOptions
  ) async throws(HoldfastError) -> Response {
    var request = prepared(request, options)
    request.pageSize = Int32(clamping: size)
    request.pageToken = token
    return try await call(rpc, request, timeout: options.timeout)
  }

  func prepared<Request: WriteRequest>(_ request: Request, _ options: WriteOptions) -> (Request, UniqueID) {
    var request = request
    let requestID = options.requestID ?? RequestIDs.next()
    request.requestID = requestID.description
    request.tenant = options.tenant ?? configuration.tenant
    request.actor = options.actor ?? configuration.actor
    request.reason = options.reason
    return (request, requestID)
  }

  func prepared<Request: ReadRequest>(_ request: Request, _ options: ReadOptions) -> Request {
    var request = request
    request.tenant = options.tenant ?? configuration.tenant
    request.consistency = options.consistency.message
    return request
  }

  func present<Value>(_ value: Value?) throws(HoldfastError) -> Value {
    guard let value else { throw .malformedAnswer("the node's answer lacks its \(Value.self)") }
    return value
  }

  /// The outcomes of a batch, of which there must be as many as was asked for.
  func results<Answer, Value>(
    _ answers: [Answer], of count: Int, _ read: (Answer) -> Result<Value, HoldfastError>?
  ) throws(HoldfastError) -> [Result<Value, HoldfastError>] {
    guard answers.count == count else {
      throw .malformedAnswer("the node answered \(answers.count) results for a batch of \(count)")
    }
    return answers.map { read($0) ?? .failure(.malformedAnswer("a result of the node's answer is empty")) }
  }
}

extension HoldfastError {
  /// What one element of a batch or a stream was refused with.
  init(_ error: CallError, _ requestID: UniqueID?) {
    let failure = CallFailure(error)
    self.init(failure, mayHaveTakenEffect: failure.status == .deadlineExceeded, requestID: requestID)
  }
}
