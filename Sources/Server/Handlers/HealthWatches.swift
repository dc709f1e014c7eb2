internal import API

/// The `Health/Watch` calls of a Store, and what each was told last. Their number is bounded, and no name that a client sends is
/// kept: of a service that is not there nothing will ever be told.
struct HealthWatches {
  typealias Status = GRPCHealth.HealthCheckResponse.ServingStatus

  static let countMax = 4_096

  /// Invariant: none is of an unknown service's name but ``unknown``.
  private(set) var all: [StreamKey: (service: String, told: Status)] = [:]
  private static let unknown = "?"

  /// - Returns: `false` when there are too many.
  mutating func add(_ key: StreamKey, of service: String, told status: Status) -> Bool {
    guard all.count < Self.countMax else { return false }
    all[key] = (status == .serviceUnknown ? Self.unknown : service, status)
    return true
  }

  mutating func remove(_ key: StreamKey) { if !all.isEmpty { all[key] = nil } }

  mutating func removeAll() { all.removeAll() }

  /// Notes the states as they are now.
  ///
  /// - Returns: who has to be told another one than before.
  mutating func take(_ health: (String) -> Status) -> [(key: StreamKey, status: Status)] {
    var news: [(key: StreamKey, status: Status)] = []
    for (key, watch) in all {
      let status = health(watch.service)
      if status != watch.told { news.append((key, status)) }
    }
    for one in news { all[one.key]?.told = one.status }
    return news
  }
}
