internal import Basics
internal import Raft
package import Replication

/// Requests of the core to read the log, on their way to the thread that carries them out.
struct LogFetching {
  typealias Answer = @Sendable (LogRequest, LogAnswer, _ damage: StorageError?) -> Void

  /// At most one for each follower of each shard: the core does not ask again before it was answered.
  var requests = RingBuffer<LogRequest>()
  var answer: Answer?
  var hasThread = false
  var isStopping = false
}

extension LogWriter {
  /// Says who hears what the log answers, on a thread of the storage. Where the log is damaged, the answer is that the
  /// entries are gone, and the damage comes along: a snapshot helps the follower, and somebody must look at the disk.
  package func connect(
    fetched: @escaping @Sendable (LogRequest, LogAnswer, _ damage: StorageError?) -> Void
  ) {
    fetching.withLock { $0.answer = fetched }
  }

  /// Has durable entries read by a thread of their own, which starts with the first request. The Store's thread.
  package func fetch(_ request: LogRequest) {
    let mustStart = fetching.signal { fetching in
      fetching.requests.append(request)
      defer { fetching.hasThread = true }
      return !fetching.hasThread
    }
    guard mustStart else { return }
    fetchThread.withLock { thread in thread.start(name: "log-read", background: false) { [self] in answerFetches() } }
  }

  /// Ends the thread after the request under way. What was asked for and not read stays unanswered.
  func endFetching() {
    fetching.signal { $0.isStopping = true }
    fetchThread.withLock { $0.join() }
  }

  private func answerFetches() {
    while true {
      let work = fetching.wait { fetching -> (LogRequest, LogFetching.Answer?)?? in
        if fetching.isStopping { return .some(nil) }
        return fetching.requests.popFirst().map { .some(($0, fetching.answer)) }
      }
      guard case .some(.some((let request, let answer))) = work else { return }
      do throws(StorageError) {
        let (found, damage) = try read(request)
        answer?(request, found, damage)
      } catch { return fail(error) }
    }
  }

  /// The entries, and the term of the one before them.
  ///
  /// A leader never replaces entries of its own log, so the two are of one log as long as the request's term lasts; the
  /// core drops an answer to an earlier one.
  private func read(_ request: LogRequest) throws(StorageError) -> (LogAnswer, damage: StorageError?) {
    let from = request.fetch.from
    let term = contents.withLock { contents in
      contents.table[request.shard].flatMap { contents.table.term($0, at: from.previous) }
    }
    guard let term else { return (.compacted, nil) }
    do throws(StorageError) {
      let slice = try entries(
        request.shard, from: from, to: from + UInt64(max(1, request.fetch.entriesMax) - 1),
        byteCountMax: request.fetch.bytesMax)
      switch slice {
      case .entries(let entries):
        return (.entries(previous: LogPosition(index: from.previous, term: term), entries), nil)
      case .compacted, .pastEnd: return (.compacted, nil)
      }
    } catch {
      guard case .damaged = error else { throw error }
      return (.compacted, error)
    }
  }
}
