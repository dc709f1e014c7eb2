public import API
internal import Basics

/// From which locations the lines of a reservation come that name none.
public struct Sourcing: Equatable, Sendable {
  public var strategy: SourcingStrategy
  public var split: SplitPolicy
  /// With `ranked`, and only then: the locations to try, best first; 1 to 100.
  public var locations: [String]

  public init(
    strategy: SourcingStrategy = .priority, split: SplitPolicy = .order, locations: [String] = []
  ) {
    self.strategy = strategy
    self.split = split
    self.locations = locations
  }
}

extension HoldfastClient {
  /// Reserves stock for a while.
  ///
  /// - Parameters:
  ///   - lines: what to hold: 1 to 100 lines, quantities in the SKU's base unit.
  ///   - mode: what to do when not every line can be met in full.
  ///   - timeToLive: 1 second to 24 hours; `nil` is 15 minutes.
  ///   - reference: yours, such as a cart's id; at most 64 bytes.
  ///   - sourcing: from which locations lines come that name none.
  /// - Throws: `.refused(.outOfStock)`, `.refused(.locationClosed)`; `.notFound` for an unknown SKU or location;
  ///   `.invalidRequest`; `.outcomeUnknown`, with the request id to ask again with.
  public func reserve(
    _ lines: [ReserveLine], mode: ReserveMode = .allOrNothing, timeToLive: Duration? = nil, reference: String = "",
    sourcing: Sourcing = .init(), options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Hold> {
    let request = ReserveRequest(
      lines: lines, mode: mode, timeToLive: timeToLive.map { .init(milliseconds: $0.wholeMilliseconds) },
      reference: reference, strategy: sourcing.strategy, locations: sourcing.locations, split: sourcing.split)
    return try await write(HoldService.reserve, request, options) { $0.hold }
  }

  /// Makes up to 1000 holds, each on its own; the results stand in the order of the requests. A request without a
  /// request id gets a new one, and one without a tenant or an actor gets the client's.
  ///
  /// - Throws: only when the call as a whole failed; `.outcomeUnknown` then holds for each of them. To ask again, the
  ///   requests must carry ids of yours.
  public func reserve(
    batch requests: [ReserveRequest], timeout: Duration? = nil
  ) async throws(HoldfastError) -> [Result<Written<Hold>, HoldfastError>] {
    let requests = requests.map { completed($0) }
    let ids = requests.map { UniqueID(text: $0.requestID) ?? .zero }
    return try await batch(of: requests.count, timeout: timeout, requestID: { ids[$0] }) {
      (indices, timeout) throws(HoldfastError) in
      let answer = try await call(
        HoldService.batchReserve, BatchReserveRequest(requests: indices.map { requests[$0] }), timeout: timeout)
      var rest = indices[...]
      return try results(answer.results, of: indices.count) { result in
        let requestID = ids[rest.removeFirst()]
        switch result.outcome {
        case .response(let response): return written(response, requestID)
        case .error(let error): return .failure(HoldfastError(error, requestID))
        case nil: return nil
        }
      }
    }
  }

  /// - Throws: `.notFound`; `.invalidRequest`.
  public func hold(_ holdID: String, options: ReadOptions = .init()) async throws(HoldfastError) -> Observed<Hold> {
    try await read(HoldService.getHold, GetHoldRequest(holdID: holdID), options) { $0.hold }
  }

  /// Lets a live hold live on: it expires `timeToLive` from now, which may be earlier than before.
  ///
  /// - Parameter timeToLive: 1 second to 24 hours; `nil` is 15 minutes.
  /// - Throws: `.refused(.holdExpired)`, `.refused(.holdReleased)`, `.refused(.holdConfirmed)`; `.notFound`.
  public func extendHold(
    _ holdID: String, timeToLive: Duration? = nil, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Hold> {
    let request = ExtendHoldRequest(
      holdID: holdID, timeToLive: timeToLive.map { .init(milliseconds: $0.wholeMilliseconds) })
    return try await write(HoldService.extendHold, request, options) { $0.hold }
  }

  /// Gives all of a live hold's stock back.
  ///
  /// - Throws: `.refused(.holdExpired)`, `.refused(.holdReleased)`, `.refused(.holdConfirmed)`; `.notFound`.
  public func releaseHold(
    _ holdID: String, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Hold> {
    try await write(HoldService.releaseHold, ReleaseHoldRequest(holdID: holdID), options) { $0.hold }
  }

  /// A reservation with nothing left open.
  func completed(_ request: ReserveRequest) -> ReserveRequest {
    var request = request
    if request.requestID.isEmpty { request.requestID = RequestIDs.next().description }
    if request.tenant.isEmpty { request.tenant = configuration.tenant }
    if request.actor.isEmpty { request.actor = configuration.actor }
    return request
  }

  /// A reservation's answer; `nil` when it lacks its hold.
  func written(_ response: ReserveResponse, _ requestID: UniqueID) -> Result<Written<Hold>, HoldfastError>? {
    guard let hold = response.hold else { return nil }
    return .success(
      Written(value: hold, revision: response.revision, replayed: response.replayed, requestID: requestID))
  }
}
