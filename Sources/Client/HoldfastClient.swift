public import API
public import Basics
internal import Reactor

/// A storefront's way to Holdfast.
///
/// A client is a value that may be copied and used by any number of tasks at once; its copies share one background
/// thread and its connections. Connections are made when they are needed and again after they broke. Every call has a
/// deadline, is tried again where that is safe (see ``RetryPolicy``), and is cancelled when its Swift task is.
///
/// ```swift
/// let client = try HoldfastClient(.init(addresses: ["127.0.0.1:7400"], actor: "web"))
/// let hold = try await client.reserve([.init(sku: "TSHIRT-M-BLUE", quantity: 2)], timeToLive: .seconds(600))
/// let order = try await client.confirmHold(hold.value.holdID, externalNumber: "SO-10023")
/// ```
public struct HoldfastClient: Sendable {
  /// What a client is made with. Everything has a default.
  public struct Configuration: Equatable, Sendable {
    /// Nodes of the cluster, as `HOST:PORT`; one is enough, several are better for when it is down. A host may be a name.
    public var addresses: [String]
    /// Whether the client asks for the shard map, and then calls each shard's leader at once. Otherwise only the nodes
    /// that are named are called, as through a tunnel.
    public var learnsNodes: Bool
    /// Whose stock, where a call does not say: at most 64 bytes; empty means "default".
    public var tenant: String
    /// Who asks, for the journal, where a call does not say: at most 64 bytes.
    public var actor: String
    /// The time for all attempts of a call together, where the call does not say.
    public var timeout: Duration
    public var retries: RetryPolicy
    /// Connections to one node at the most; a further one is made only while those there are busy. At least 1.
    public var connectionsPerNode: Int

    public init(
      addresses: [String] = ["127.0.0.1:7400"], tenant: String = "", actor: String = "",
      timeout: Duration = .seconds(5), retries: RetryPolicy = RetryPolicy(), connectionsPerNode: Int = 2,
      learnsNodes: Bool = true
    ) {
      self.addresses = addresses
      self.tenant = tenant
      self.actor = actor
      self.timeout = timeout
      self.retries = retries
      self.connectionsPerNode = connectionsPerNode
      self.learnsNodes = learnsNodes
    }
  }

  /// Tenant, actor and time-out may be changed in a copy of the client; the rest was used when it was made.
  public var configuration: Configuration
  private let core: ClientCore

  /// Starts the client's thread; connects to nothing yet. Host names are looked up here, which may block for seconds.
  ///
  /// - Throws: `.invalidRequest` for an address that cannot be read, `.unavailable` for an unknown host.
  public init(_ configuration: Configuration = Configuration()) throws(HoldfastError) {
    self.configuration = configuration
    let router = Router(named: try Self.names(configuration.addresses))
    core = try ClientCore(
      router, try router.nodes.map { node throws(HoldfastError) in try Self.addresses(node?.name) },
      EngineSettings(
        policy: configuration.retries, connectionsPerNode: max(1, configuration.connectionsPerNode),
        learnsNodes: configuration.learnsNodes))
  }

  private static func names(_ texts: [String]) throws(HoldfastError) -> [NodeName] {
    if texts.isEmpty { throw .wrongConfiguration("no node is named; give at least one HOST:PORT") }
    return try texts.map { text throws(HoldfastError) in
      guard let name = NodeName(text) else {
        throw .wrongConfiguration(
          "'\(text)' is no node address; write HOST:PORT, such as 127.0.0.1:7400 or [::1]:7400")
      }
      return name
    }
  }

  private static func addresses(_ name: NodeName?) throws(HoldfastError) -> [SocketAddress] {
    do throws(ReactorError) { return try name?.resolve() ?? [] } catch {
      throw .unavailable(.init(status: .unavailable, message: "\(error)"))
    }
  }

  /// Ends all calls with `.unavailable` or `.outcomeUnknown`, closes the connections and ends the thread, for all copies
  /// of the client. Dropping the last copy does the same.
  public func close() { core.close() }

  // MARK: any call

  /// Makes a unary call of the contract as it stands: the request is sent as given, and the answer returned whole.
  ///
  /// - Parameters:
  ///   - timeout: the time for all attempts together; `nil` is the client's.
  ///   - requestID: the id in the request, to be told with an unknown outcome. A write without an id in it is not sent
  ///     again once it may have had its effect.
  public func call<Request, Response>(
    _ rpc: RPC<Request, Response>, _ request: Request, timeout: Duration? = nil, requestID: UniqueID? = nil
  ) async throws(HoldfastError) -> Response {
    let id = core.nextID()
    let deadline = end(of: timeout ?? configuration.timeout)
    let (target, isRepeatable, message) = (CallTarget(of: request), isRepeatable(request), request.encoded())
    let ending = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        core.start(
          CallOrder(
            id: id, method: rpc.method, target: target, isRepeatable: isRepeatable, message: message,
            deadline: deadline, sink: UnaryAnswer(continuation)))
        // A task that was cancelled before now has sent its cancellation ahead of the call.
        if Task.isCancelled { core.post(.cancel(id: id)) }
      }
    } onCancel: {
      core.post(.cancel(id: id))
    }
    switch ending {
    case .answered(let bytes): return try decoded(bytes)
    case .failed(let failure, let mayHave):
      throw HoldfastError(failure, mayHaveTakenEffect: mayHave, requestID: requestID)
    case .cancelled: throw .cancelled(requestID: requestID)
    }
  }

  /// Makes a call that answers many messages.
  ///
  /// - Parameters:
  ///   - timeout: ends the call, whatever it is doing; `nil` is never.
  ///   - patience: how long to try to get it going; `nil` is for ever.
  public func stream<Request, Response>(
    _ rpc: RPC<Request, Response>, _ request: Request, timeout: Duration? = nil, patience: Duration? = nil
  ) -> MessageStream<Response> {
    let inbox = StreamInbox()
    let handle = StreamHandle(core, inbox)
    let deadline = timeout.map { end(of: $0) } ?? Instant.distantFuture
    core.start(
      CallOrder(
        id: handle.id, method: rpc.method, target: CallTarget(of: request), message: request.encoded(),
        deadline: deadline, patience: patience.map { end(of: $0) } ?? .distantFuture, sink: inbox))
    return MessageStream(handle: handle)
  }

  /// Opens a call with many messages both ways.
  func open(_ method: API.Method, timeout: Duration?, inbox: StreamInbox) -> StreamHandle {
    let handle = StreamHandle(core, inbox)
    let deadline = timeout.map { end(of: $0) } ?? Instant.distantFuture
    core.start(
      CallOrder(id: handle.id, method: method, target: .anyNode, message: nil, deadline: deadline, sink: inbox))
    return handle
  }

  func end(of timeout: Duration) -> Instant {
    EventLoop.clock.advanced(byNanoseconds: timeout.wholeNanoseconds)
  }
}

func decoded<Response: ProtobufMessage>(_ bytes: [UInt8]) throws(HoldfastError) -> Response {
  do throws(DecodeError) {
    return try Response(decoding: bytes)
  } catch {
    throw .malformedAnswer("the node's \(Response.protobufName) cannot be read: \(error)")
  }
}

extension HoldfastError {
  static func wrongConfiguration(_ message: String) -> HoldfastError {
    .invalidRequest(.init(status: .invalidArgument, message: message))
  }

  static func malformedAnswer(_ message: String) -> HoldfastError {
    .failed(CallFailure(status: .internal, message: message))
  }
}
