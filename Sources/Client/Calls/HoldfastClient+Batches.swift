internal import API
internal import Basics
internal import Reactor

/// Many things asked for with one call. The call as a whole may end well and some of its elements not, because a shard
/// had no leader just then: those are asked for again, with their request ids, while there is time.
extension HoldfastClient {
  typealias Outcomes<Value> = [Result<Value, HoldfastError>]

  /// - Parameters:
  ///   - requestID: of the element with this index, to be told with an unknown outcome.
  ///   - ask: makes one call for the elements with these indices, and answers their outcomes in that order.
  func batch<Value: Sendable>(
    of count: Int, timeout: Duration?, requestID: (Int) -> UniqueID?,
    _ ask: (_ indices: [Int], _ timeout: Duration) async throws(HoldfastError) -> Outcomes<Value>
  ) async throws(HoldfastError) -> Outcomes<Value> {
    let deadline = end(of: timeout ?? configuration.timeout)
    var outcomes = try await ask(Array(0..<count), timeLeft(until: deadline))
    var attempts = CallAttempts(configuration.retries, deadline: deadline, seed: RequestIDs.next().low)
    var open = outcomes.indices.filter { outcomes[$0].isTransient }
    while !open.isEmpty, await waits(for: &attempts) {
      do throws(HoldfastError) {
        let again = try await ask(open, timeLeft(until: deadline))
        for (place, outcome) in zip(open, again) { outcomes[place].settle(outcome, requestID(place)) }
      } catch {
        for place in open { outcomes[place].settle(.failure(error), requestID(place)) }
        if case .cancelled = error { return outcomes }
      }
      open = open.filter { outcomes[$0].isTransient }
    }
    return outcomes
  }

  /// Waits for the next attempt; `false` when there is to be none.
  private func waits(for attempts: inout CallAttempts) async -> Bool {
    let now = EventLoop.clock
    guard
      case .retry(let instant) = attempts.failed(.answered(.unavailable, retryDelayMilliseconds: nil), at: now)
    else { return false }
    do { try await Task.sleep(nanoseconds: instant.nanoseconds(since: now)) } catch { return false }
    return true
  }

  private func timeLeft(until deadline: Instant) -> Duration {
    .nanoseconds(Int64(clamping: deadline.nanoseconds(since: EventLoop.clock)))
  }
}

extension Result where Failure == HoldfastError {
  /// Asking again may help.
  fileprivate var isTransient: Bool {
    guard case .failure(let error) = self else { return false }
    switch error.failure.status {
    case .unavailable, .deadlineExceeded: return true
    case .resourceExhausted: return error.failure.retryDelayMilliseconds != nil
    case .ok, .cancelled, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
      .failedPrecondition, .aborted, .outOfRange, .unimplemented, .internal, .dataLoss, .unauthenticated:
      return false
    }
  }

  /// Takes a later outcome over. An element that may have had its effect stays so until an answer settles it.
  fileprivate mutating func settle(_ later: Self, _ requestID: UniqueID?) {
    var wasUnknown = false
    if case .failure(.outcomeUnknown) = self { wasUnknown = true }
    self = later
    if case .failure(let error) = later {
      switch error {
      case .unavailable(let failure) where wasUnknown: self = .failure(.outcomeUnknown(failure, requestID: requestID))
      case .outcomeUnknown(let failure, _): self = .failure(.outcomeUnknown(failure, requestID: requestID))
      case .cancelled: self = .failure(.cancelled(requestID: requestID))
      case .refused, .notFound, .invalidRequest, .unavailable, .failed: break
      }
    }
  }
}
