internal import CLinux
internal import Glibc

/// The lock on a data directory, held as long as this value lives; the system drops it with the process. The file names
/// the owner's process for people.
struct DirectoryLock: ~Copyable {
  private let descriptor: Int32

  init(path: String) throws(StorageError) {
    let descriptor = unsafe clinux_open_locking(path)
    guard descriptor >= 0 else { throw .system(call: "open", path: path, number: -descriptor) }
    let result = clinux_lock(descriptor)
    guard result == 0 else {
      let owner = Self.owner(descriptor)
      Glibc.close(descriptor)
      if result == -EWOULDBLOCK { throw .locked(path: path, owner: owner) }
      throw .system(call: "flock", path: path, number: -result)
    }
    let text = Array("\(getpid())\n".utf8)
    let count = ftruncate(descriptor, 0) == 0 ? unsafe pwrite(descriptor, text, text.count, 0) : -1
    guard count == text.count else {
      let number = errno
      Glibc.close(descriptor)
      throw .system(call: "write", path: path, number: number)
    }
    self.descriptor = descriptor
  }

  deinit { Glibc.close(descriptor) }

  private static func owner(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(count, 0)).prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
  }
}
