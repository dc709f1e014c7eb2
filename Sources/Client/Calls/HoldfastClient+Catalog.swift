public import API

extension HoldfastClient {
  /// Creates a SKU, or replaces the name and attributes of one that exists.
  ///
  /// - Parameter expectedRevision: put it only if the SKU has this revision; 0 for whatever it has.
  /// - Throws: `.refused(.scaleFixed)` when stock has moved with another quantity scale, `.refused(.revisionMismatch)`;
  ///   `.invalidRequest`.
  public func putSKU(
    _ sku: SKU, expectedRevision: Int64 = 0, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<SKU> {
    let request = PutSKURequest(sku: sku, expectedRevision: expectedRevision)
    return try await write(CatalogService.putSKU, request, options) { $0.sku }
  }

  /// Puts up to 1000 SKUs, each on its own; the results stand in the order of the SKUs.
  ///
  /// - Throws: only when the call as a whole failed; a SKU that was refused is a failure in the results.
  public func putSKUs(
    _ skus: [SKU], options: WriteOptions = .init()
  ) async throws(HoldfastError) -> [Result<SKU, HoldfastError>] {
    let (request, requestID) = prepared(PutSKUsRequest(skus: skus), options)
    return try await batch(of: skus.count, timeout: options.timeout, requestID: { _ in requestID }) {
      (indices, timeout) throws(HoldfastError) in
      // A row's own id is made from its place, so that all rows are sent again; those that were put are answered again.
      let answer = try await call(CatalogService.putSKUs, request, timeout: timeout, requestID: requestID)
      let rows: Outcomes<SKU> = try results(answer.results, of: skus.count) { result in
        switch result.outcome {
        case .sku(let sku): .success(sku)
        case .error(let error): .failure(HoldfastError(error, requestID))
        case nil: nil
        }
      }
      return indices.map { rows[$0] }
    }
  }

  /// - Throws: `.notFound`; `.invalidRequest`.
  public func sku(_ sku: String, options: ReadOptions = .init()) async throws(HoldfastError) -> Observed<SKU> {
    try await read(CatalogService.getSKU, GetSKURequest(sku: sku), options) { $0.sku }
  }

  /// All SKUs of the tenant, in an order that stays the same. One that exists all the while is listed exactly once.
  ///
  /// - Parameter pageSize: how many are fetched at once: 1 to 1000.
  public func skus(pageSize: Int = 1_000, options: ReadOptions = .init()) -> Pages<SKU> {
    Pages { token throws(HoldfastError) in
      let answer = try await page(CatalogService.listSKUs, ListSKUsRequest(), pageSize, token, options)
      return Page(answer.skus, next: answer.nextPageToken)
    }
  }

  /// Creates a location, or replaces what is known of one that exists.
  ///
  /// - Throws: `.invalidRequest`.
  public func putLocation(
    _ location: Location, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Location> {
    try await write(CatalogService.putLocation, PutLocationRequest(location: location), options) { $0.location }
  }

  /// - Throws: `.notFound`; `.invalidRequest`.
  public func location(
    _ location: String, options: ReadOptions = .init()
  ) async throws(HoldfastError) -> Observed<Location> {
    try await read(CatalogService.getLocation, GetLocationRequest(location: location), options) { $0.location }
  }

  /// All locations of the tenant, ordered by their id.
  ///
  /// - Parameter pageSize: how many are fetched at once: 1 to 1000.
  public func locations(pageSize: Int = 1_000, options: ReadOptions = .init()) -> Pages<Location> {
    Pages { token throws(HoldfastError) in
      let answer = try await page(CatalogService.listLocations, ListLocationsRequest(), pageSize, token, options)
      return Page(answer.locations, next: answer.nextPageToken)
    }
  }
}
