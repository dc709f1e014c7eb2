public import API
internal import Basics

/// Where a change feed begins.
public enum FeedStart: Equatable, Sendable {
  /// Behind what came before a token that was stored.
  case token(String)
  /// With the oldest records that are there; if the journal was cut, with the balances at the cut.
  case beginning
  /// With what happens from now on.
  case now
}

extension HoldfastClient {
  /// The change feed: every movement of stock, of each shard in order and without a gap.
  ///
  /// Store the token of a response together with what you have made of its records. After a crash, begin with the last
  /// token that you have stored.
  ///
  /// ```swift
  /// for try await response in client.changes(from: .token(books.token)) {
  ///   try books.apply(response.shards, token: response.token)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - shards: only these; empty for all, also those that are added later. With a token it must be empty.
  ///   - heartbeat: how long the stream may be silent before an empty response comes; `nil` is 5 s.
  ///   - patience: how long to try to reach a node without success; `nil` is for ever.
  /// - Throws: `.refused(.other(.feedGap))` when the journal was cut behind the token, and
  ///   `.refused(.other(.feedAhead))` when records that came were lost since: begin anew with ``FeedStart/beginning``;
  ///   `.invalidRequest`.
  public func changes(
    from start: FeedStart, shards: [UInt32] = [], heartbeat: Duration? = nil, patience: Duration? = nil
  ) -> ResumingStream<StreamChangesResponse> {
    let heartbeat = heartbeat.map { WellKnown.Duration(milliseconds: $0.wholeMilliseconds) }
    return ResumingStream(
      open: { last, patience in
        let start = last.map { .token($0.token) } ?? start
        var request = StreamChangesRequest(shards: last == nil ? shards : [], heartbeat: heartbeat)
        switch start {
        case .token(let token): request.start = .token(token)
        case .beginning: request.start = .beginning(true)
        case .now: request.start = .now(true)
        }
        return stream(WatchService.streamChanges, request, patience: patience)
      }, patience: patience)
  }

  /// The stock of up to 500 SKUs: first of each as it is, then again when it has changed. After a break of the connection
  /// all of them are told once more.
  ///
  /// - Parameters:
  ///   - location: only this one; empty for all.
  ///   - interval: how often a SKU is told at the most; `nil` is 1 s.
  /// - Throws: `.notFound` for the first that does not exist; `.invalidRequest`.
  public func watchStock(
    of skus: [String], at location: String = "", every interval: Duration? = nil, tenant: String? = nil,
    patience: Duration? = nil
  ) -> ResumingStream<WatchAvailabilityResponse> {
    let request = WatchAvailabilityRequest(
      tenant: tenant ?? configuration.tenant, skus: skus, location: location,
      interval: interval.map { .init(milliseconds: $0.wholeMilliseconds) })
    return ResumingStream(
      open: { _, patience in stream(WatchService.watchAvailability, request, patience: patience) }, patience: patience)
  }

  /// A hold: first as it is, then again with each change; ends when it is no longer active.
  ///
  /// - Throws: `.notFound`; `.invalidRequest`.
  public func watchHold(
    _ holdID: String, every interval: Duration? = nil, tenant: String? = nil, patience: Duration? = nil
  ) -> ResumingStream<WatchHoldResponse> {
    let request = WatchHoldRequest(
      tenant: tenant ?? configuration.tenant, holdID: holdID,
      interval: interval.map { .init(milliseconds: $0.wholeMilliseconds) })
    return ResumingStream(
      open: { _, patience in stream(WatchService.watchHold, request, patience: patience) }, patience: patience)
  }

  /// An order: first as it is, then again with each change; ends when it is completed, cancelled or expired.
  ///
  /// - Throws: `.notFound`; `.invalidRequest`.
  public func watchOrder(
    _ orderID: String, every interval: Duration? = nil, tenant: String? = nil, patience: Duration? = nil
  ) -> ResumingStream<WatchOrderResponse> {
    let request = WatchOrderRequest(
      tenant: tenant ?? configuration.tenant, orderID: orderID,
      interval: interval.map { .init(milliseconds: $0.wholeMilliseconds) })
    return ResumingStream(
      open: { _, patience in stream(WatchService.watchOrder, request, patience: patience) }, patience: patience)
  }
}
