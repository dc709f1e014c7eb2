internal import Basics
internal import CLinux
internal import Raft
package import Replication

// Frozen states, and what is read of them for followers. Freezing, reading and releasing are tasks of the background
// writer, so they come in the order in which they were asked for; the reading itself is a reader thread's.

extension StateDatabase {
  /// Tells who hears of slices, of loads and of flushes. They are called on threads of the storage.
  package func connect(
    slice: @escaping @Sendable (SnapshotSlice) -> Void, loaded: @escaping @Sendable (MachineLoad) -> Void,
    flushed: @escaping @Sendable (FlushNumber) -> Void
  ) {
    cuts.connect(slice: slice, loaded: loaded)
    checkpointer.connect(flushed)
  }

  package func freeze(_ cut: CutNumber) -> Bool {
    let (cuts, database) = (cuts, database)
    return pending.order(.job { cuts.add(cut, StateView(snapshotOf: database)) }, isExact: true)
  }

  package func requestSlice(_ request: SliceRequest) {
    let (cuts, readers) = (cuts, readers)
    pending.submit(
      .job {
        guard let view = cuts.view(request.cut) else { return }
        readers.run(over: view) { cuts.read(request, $0) }
      })
  }

  package func release(_ cut: CutNumber) {
    let cuts = cuts
    pending.submit(.job { cuts.remove(cut) })
  }

  package var loadsInBackground: Bool { true }

  package func requestLoad(_ load: MachineLoad) -> Bool {
    let cuts = cuts
    return readers.run { reader in
      load.run(reader)
      cuts.tell(load)
    }
  }

  package func runAll(_ loads: [MachineLoad]) {
    let shared = SharedLoads(loads, database)
    var helpers: [Monitor<WorkerThreadBox>] = []
    for _ in 1..<max(1, min(loads.count, Int(clinux_processor_count()))) {
      let helper = Monitor(WorkerThreadBox())
      helper.withLock { $0.start(name: "load", background: false) { shared.work() } }
      helpers.append(helper)
    }
    shared.work()
    for helper in helpers { helper.withLock { $0.join() } }
  }

  package func requestFlush(_ number: FlushNumber) -> Bool {
    pending.order(.flush(number), isExact: true)
  }
}

/// Loads that several threads carry out, each the next one that nobody has.
private final class SharedLoads: Sendable {
  private let waiting: Monitor<[MachineLoad]>
  private let database: RocksDatabase

  init(_ loads: [MachineLoad], _ database: RocksDatabase) {
    waiting = Monitor(loads.reversed())
    self.database = database
  }

  func work() {
    let view = StateView(snapshotOf: database)
    while let load = waiting.withLock({ $0.popLast() }) { load.run(view) }
  }
}

/// The frozen states of one Store. Any thread may use it.
final class CutShelf: Sendable {
  private struct State: @unchecked Sendable {
    /// Few: a Store sends few snapshots at a time.
    var views: [(cut: CutNumber, view: StateView)] = []
    var slice: (@Sendable (SnapshotSlice) -> Void)?
    var loaded: (@Sendable (MachineLoad) -> Void)?
  }

  private let state = Monitor(State())
  private let path: String
  private let failed: @Sendable (StorageError) -> Void

  init(path: String, failed: @escaping @Sendable (StorageError) -> Void) {
    self.path = path
    self.failed = failed
  }

  func connect(
    slice: @escaping @Sendable (SnapshotSlice) -> Void, loaded: @escaping @Sendable (MachineLoad) -> Void
  ) {
    state.withLock { state in
      state.slice = slice
      state.loaded = loaded
    }
  }

  func tell(_ load: MachineLoad) { state.withLock { $0.loaded }?(load) }

  func add(_ cut: CutNumber, _ view: StateView) { state.withLock { $0.views.append((cut, view)) } }

  func view(_ cut: CutNumber) -> StateView? { state.withLock { state in state.views.first { $0.cut == cut }?.view } }

  func remove(_ cut: CutNumber) { state.withLock { state in state.views.removeAll { $0.cut == cut } } }

  func read(_ request: SliceRequest, _ reader: any StateReader) {
    do throws(StateReadError) {
      let slice = try SnapshotSlice(request, from: reader)
      state.withLock { $0.slice }?(slice)
    } catch { failed(.database(path: path, message: error.message)) }
  }
}
