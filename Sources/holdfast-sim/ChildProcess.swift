internal import Glibc

/// A worker process and the pipe on which it talks. Owned by the thread that started it.
struct ChildProcess: ~Copyable {
  /// How a process ended.
  enum Ending: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  private let process: pid_t
  private let output: Int32
  private var buffer: [UInt8] = []

  /// Starts this very program with other arguments; `nil` if the system refuses. Errors go into the pipe as well: what a
  /// broken invariant says is its last word.
  init?(_ arguments: [String]) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe (["holdfast-sim"] + arguments).map { unsafe strdup($0) } + [nil]
    // A backtrace would take longer than the run, and says nothing that the message does not.
    var environment: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("SWIFT_BACKTRACE=enable=no"), nil]
    var started = pid_t()
    let result = unsafe posix_spawn(&started, "/proc/self/exe", &actions, nil, &words, &environment)
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe (words + environment).forEach { unsafe free($0) }
    close(ends[1])
    guard result == 0 else {
      close(ends[0])
      return nil
    }
    process = started
    output = ends[0]
  }

  /// What may be waited on for the next output.
  var descriptor: Int32 { output }

  /// Takes what there is to read, line by line; waits for it. Answers `false` when the process has closed its end.
  mutating func readLines(_ body: (String) -> Void) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(output, &chunk, chunk.count)
    guard count > 0 else {
      if !buffer.isEmpty { body(String(decoding: buffer, as: UTF8.self)) }
      buffer.removeAll()
      return false
    }
    buffer += chunk[..<count]
    var start = 0
    while let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
      body(String(decoding: buffer[start..<end], as: UTF8.self))
      start = end + 1
    }
    buffer.removeFirst(start)
    return true
  }

  /// Ends the process if it runs still, and waits for it.
  consuming func end(kill isKilled: Bool) -> Ending {
    if isKilled { kill(process, SIGKILL) }
    close(output)
    var status: Int32 = 0
    unsafe waitpid(process, &status, 0)
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
  }
}
