/// One page of a list.
public struct Page<Element: Sendable>: Sendable {
  public var elements: [Element]
  /// Asks for the next page; `nil` on the last one.
  public var nextPageToken: String?

  init(_ elements: [Element], next token: String) {
    self.elements = elements
    nextPageToken = token.isEmpty ? nil : token
  }
}

/// All elements of a list, fetched page by page as they are asked for. Nothing is called before the first element is.
public struct Pages<Element: Sendable>: AsyncSequence, Sendable {
  public typealias Failure = HoldfastError
  typealias Fetch = @Sendable (_ token: String) async throws(HoldfastError) -> Page<Element>

  let fetch: Fetch

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(fetch: fetch) }

  /// Not for use by several tasks at once.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let fetch: Fetch
    private var page: [Element] = []
    private var offset = 0
    private var token: String? = ""

    init(fetch: @escaping Fetch) { self.fetch = fetch }

    /// - Throws: ``HoldfastError`` of the page that could not be fetched.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HoldfastError) -> Element? {
      // A page may be empty and still not be the last.
      while offset == page.count {
        guard let token else { return nil }
        let next = try await fetch(token)
        page = next.elements
        offset = 0
        self.token = next.nextPageToken
      }
      offset += 1
      return page[offset - 1]
    }
  }
}
