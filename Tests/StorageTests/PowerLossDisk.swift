import Basics
import Glibc

@testable import Storage

/// A file system in memory that can lose power, tear writes, fail and fill up. The changes of a directory are durable
/// only after it was synchronised; a write that was under way when the power went is torn. Any thread.
final class PowerLossDisk: FileSystem {
  /// What happens at the chosen operation.
  enum Fault: Equatable {
    /// The machine stops: this operation happens in part, and no later one at all.
    case powerLoss
    /// The process stops; what the system has not written yet, it still may or may not write.
    case processKill
    /// The operation fails and does nothing.
    case failure(Int32)
  }

  enum Operation: Equatable { case write, sync, rename, remove, syncDirectory, create, close }

  final class File {
    let durable = Contents()
    let current = Contents()
  }

  /// Bytes of a file, moved by the block: in a debug build an array would take milliseconds for it.
  @safe final class Contents {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 8)
    private(set) var count = 0

    deinit { unsafe memory.deallocate() }

    var bytes: [UInt8] {
      get { unsafe [UInt8](UnsafeRawBufferPointer(rebasing: memory[0..<count])) }
      set {
        count = 0
        unsafe newValue.withUnsafeBytes { unsafe write($0, at: 0) }
      }
    }

    /// Writes, growing with zeros.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
      grow(to: offset + bytes.count)
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes.count]).copyMemory(from: bytes)
    }

    func grow(to end: Int) {
      if unsafe end > memory.count {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: end * 2, alignment: 8)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[0..<count]))
        unsafe memory.deallocate()
        unsafe memory = larger
      }
      if end > count { unsafe memset(memory.baseAddress! + count, 0, end - count) }
      count = max(count, end)
    }

    func copy(from other: Contents) {
      count = 0
      unsafe write(UnsafeRawBufferPointer(rebasing: other.memory[0..<other.count]), at: 0)
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
      let end = min(offset + bytes.count, count)
      guard offset < end else { return 0 }
      unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[offset..<end]))
      return end - offset
    }

    func flip(_ mask: UInt8, at offset: Int) { unsafe memory[offset] ^= mask }
  }

  struct State {
    var names: [String: File] = [:]
    /// Directory changes since the last synchronisation, oldest first.
    var changes: [(directory: String, apply: (inout [String: File]) -> Void)] = []
    var durableNames: [String: File] = [:]
    var generator: SeededGenerator
    var operations = 0
    var log: [Operation] = []
    var fault: (at: Int, Fault)?
    var faultOn: (Operation, Fault)?
    /// Where that happens: paths that begin like this.
    var faultPlace = ""
    var isDown = false
    var capacity = Int.max
    var available = UInt64.max
    /// Writes that went through, by path.
    var writeCount = 0
  }

  private let state: Monitor<Box>
  final class Box: @unchecked Sendable {
    var state: State
    init(_ state: State) { self.state = state }
  }

  init(seed: UInt64) { state = Monitor(Box(State(generator: SeededGenerator(seed: seed)))) }

  func with<R, E: Error>(_ body: (inout State) throws(E) -> R) throws(E) -> R {
    try state.withLock { (box: inout Box) throws(E) in try body(&box.state) }
  }

  /// Lets the operation `count` from now meet a fault.
  func arm(_ fault: Fault, after count: Int) { with { $0.fault = ($0.operations + count, fault) } }

  /// The machine starts again. After a power loss, directory changes that were not synchronised survive up to a random
  /// one, as a journal would have it; the files hold what was durable.
  func restart() {
    with { state in
      if case .processKill = state.fault?.1 {
        // Nothing is lost: the system is still up, with its caches.
      } else {
        let kept = state.generator.below(state.changes.count + 1)
        for change in state.changes.prefix(kept) { change.apply(&state.durableNames) }
        state.changes = []
        state.names = state.durableNames
        for file in state.names.values { file.current.copy(from: file.durable) }
      }
      state.fault = nil
      state.faultOn = nil
      state.isDown = false
    }
  }

  /// The power goes while nothing is being written.
  func losePower() {
    with { $0.isDown = true }
    restart()
  }

  /// Counts an operation and lets it meet its fault. `partly` is what a power loss leaves of it.
  private func step(
    _ operation: Operation, _ path: String, _ state: inout State,
    partly: (inout State, _ fault: Fault) -> Void = { _, _ in }
  ) throws(StorageError) {
    state.operations += 1
    state.log.append(operation)
    if state.isDown { throw .system(call: "\(operation)", path: path, number: ErrorNumber.inputOutput) }
    var fault: Fault?
    if let armed = state.fault, armed.at == state.operations { fault = armed.1 }
    if let armed = state.faultOn, armed.0 == operation, path.hasPrefix(state.faultPlace) {
      fault = armed.1
      state.faultOn = nil
    }
    guard let fault else { return }
    switch fault {
    case .powerLoss, .processKill:
      partly(&state, fault)
      state.isDown = true
      throw .system(call: "\(operation)", path: path, number: ErrorNumber.inputOutput)
    case .failure(let number):
      throw .system(call: "\(operation)", path: path, number: number)
    }
  }

  private static func directory(_ path: String) -> String {
    path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
  }

  private func change(_ path: String, _ state: inout State, _ apply: @escaping (inout [String: File]) -> Void) {
    apply(&state.names)
    state.changes.append((Self.directory(path), apply))
  }

  func open(_ path: String, create: Bool) throws(StorageError) -> any DurableFile {
    try with { (state: inout State) throws(StorageError) in
      if let file = state.names[path] { return DiskFile(disk: self, file: file, path: path) }
      guard create else { throw .system(call: "open", path: path, number: 2) }
      try step(.create, path, &state)
      let file = File()
      change(path, &state) { $0[path] = file }
      return DiskFile(disk: self, file: file, path: path)
    }
  }

  func write(_ bytes: [UInt8], toNewFile path: String, isPrivate: Bool) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in
      try step(.create, path, &state)
      let file = File()
      file.durable.bytes = bytes
      file.current.bytes = bytes
      change(path, &state) { $0[path] = file }
    }
  }

  func contents(_ path: String) throws(StorageError) -> [UInt8]? { with { $0.names[path]?.current.bytes } }

  func rename(_ path: String, to newPath: String) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in
      try step(.rename, path, &state) { state, _ in
        self.change(path, &state) { $0[newPath] = $0.removeValue(forKey: path) }
      }
      change(path, &state) { $0[newPath] = $0.removeValue(forKey: path) }
    }
  }

  func remove(_ path: String) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in
      try step(.remove, path, &state)
      change(path, &state) { $0[path] = nil }
    }
  }

  func makeDirectory(_ path: String) throws(StorageError) {}

  func syncDirectory(_ path: String) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in
      try step(.syncDirectory, path, &state)
      for change in state.changes where change.directory == path { change.apply(&state.durableNames) }
      state.changes.removeAll { $0.directory == path }
    }
  }

  func list(_ path: String) throws(StorageError) -> [String] {
    with { state in
      state.names.keys.filter { Self.directory($0) == path }.map { String($0.dropFirst(path.utf8.count + 1)) }.sorted()
    }
  }

  func availableByteCount(_ path: String) throws(StorageError) -> UInt64 { with { $0.available } }

  /// Changes bytes on the disk, behind everyone's back.
  func damage(_ path: String, at offset: Int, xor mask: UInt8) {
    with { state in
      state.names[path]?.durable.flip(mask, at: offset)
      state.names[path]?.current.flip(mask, at: offset)
    }
  }

  func bytes(_ path: String) -> [UInt8] { with { $0.names[path]?.current.bytes ?? [] } }

  func setBytes(_ bytes: [UInt8], _ path: String) {
    with { state in
      state.names[path]?.durable.bytes = bytes
      state.names[path]?.current.bytes = bytes
    }
  }

  fileprivate func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, to file: File, _ path: String
  ) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in
      try step(.write, path, &state) { state, fault in
        unsafe Self.tear(bytes, at: offset, into: file.durable, &state.generator)
        if fault == .processKill { unsafe Self.tear(bytes, at: offset, into: file.current, &state.generator) }
      }
      let growth = max(0, offset + bytes.count - file.current.count)
      guard growth == 0 || state.names.values.reduce(growth, { $0 + $1.current.count }) <= state.capacity else {
        throw .system(call: "write", path: path, number: ErrorNumber.noSpace)
      }
      unsafe file.durable.write(bytes, at: offset)
      unsafe file.current.write(bytes, at: offset)
      state.writeCount += 1
    }
  }

  /// Each sector of a write that was under way has its new or its old contents; one may be cut inside.
  private static func tear(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, into target: Contents, _ generator: inout SeededGenerator
  ) {
    target.grow(to: offset + bytes.count)
    let style = generator.below(4)
    let cut = generator.below(bytes.count + 1)
    for start in stride(from: 0, to: bytes.count, by: 512) {
      let end = min(start + 512, bytes.count)
      let taken =
        switch style {
        case 0: end
        case 1: start
        case 2: min(max(cut, start), end)
        default: generator.below(2) == 0 ? start : end
        }
      unsafe target.write(UnsafeRawBufferPointer(rebasing: bytes[start..<taken]), at: offset + start)
    }
  }

  fileprivate func sync(_ file: File, _ path: String) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in
      try step(.sync, path, &state)
      file.durable.copy(from: file.current)
    }
  }

  fileprivate func close(_ path: String) throws(StorageError) {
    try with { (state: inout State) throws(StorageError) in try step(.close, path, &state) }
  }
}

private final class DiskFile: DurableFile, @unchecked Sendable {
  let disk: PowerLossDisk
  let file: PowerLossDisk.File
  let path: String

  init(disk: PowerLossDisk, file: PowerLossDisk.File, path: String) {
    self.disk = disk
    self.file = file
    self.path = path
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError) {
    invariant(UInt(bitPattern: bytes.baseAddress) % 4096 == 0, "the address is not a page's")
    invariant(bytes.count % 4096 == 0 && offset % 4096 == 0, "a write of no whole pages")
    unsafe try disk.write(bytes, at: Int(offset), to: file, path)
  }

  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int {
    disk.with { _ in unsafe file.current.read(into: bytes, at: Int(offset)) }
  }

  func sync() throws(StorageError) { try disk.sync(file, path) }
  func byteCount() throws(StorageError) -> UInt64 { disk.with { _ in UInt64(file.current.count) } }
  func close() throws(StorageError) { try disk.close(path) }
}
