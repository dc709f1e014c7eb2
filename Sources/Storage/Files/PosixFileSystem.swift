internal import Basics
internal import CLinux
internal import Glibc

/// The machine's own file system.
final class PosixFileSystem: FileSystem {
  func open(_ path: String, create: Bool) throws(StorageError) -> any DurableFile {
    let writing = unsafe clinux_open_durable(path, create ? 1 : 0)
    guard writing >= 0 else { throw .system(call: "open", path: path, number: -writing) }
    let reading = unsafe clinux_open_reading(path)
    guard reading >= 0 else {
      Glibc.close(writing)
      throw .system(call: "open", path: path, number: -reading)
    }
    return PosixFile(path: path, writing: writing, reading: reading)
  }

  func write(_ bytes: [UInt8], toNewFile path: String, isPrivate: Bool) throws(StorageError) {
    let descriptor = unsafe creat(path, isPrivate ? 0o600 : 0o644)
    guard descriptor >= 0 else { throw .system(call: "open", path: path, number: errno) }
    // One that an earlier attempt left keeps its mode otherwise.
    guard !isPrivate || fchmod(descriptor, 0o600) == 0 else {
      let number = errno
      Glibc.close(descriptor)
      throw .system(call: "fchmod", path: path, number: number)
    }
    let count = unsafe Glibc.write(descriptor, bytes, bytes.count)
    let result = count == bytes.count ? fsync(descriptor) : -1
    let number = count >= 0 && count < bytes.count ? ENOSPC : errno
    guard Glibc.close(descriptor) == 0 else { throw .system(call: "close", path: path, number: errno) }
    guard result == 0 else { throw .system(call: "write", path: path, number: number) }
  }

  func contents(_ path: String) throws(StorageError) -> [UInt8]? {
    let descriptor = unsafe clinux_open_reading(path)
    if descriptor == -ENOENT { return nil }
    guard descriptor >= 0 else { throw .system(call: "open", path: path, number: -descriptor) }
    defer { Glibc.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw .system(call: "read", path: path, number: errno) }
    return Array(bytes.prefix(count))
  }

  func rename(_ path: String, to newPath: String) throws(StorageError) {
    guard unsafe Glibc.rename(path, newPath) == 0 else { throw .system(call: "rename", path: path, number: errno) }
  }

  func remove(_ path: String) throws(StorageError) {
    guard unsafe unlink(path) == 0 else { throw .system(call: "unlink", path: path, number: errno) }
  }

  func makeDirectory(_ path: String) throws(StorageError) {
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw .system(call: "mkdir", path: path, number: errno)
    }
  }

  func syncDirectory(_ path: String) throws(StorageError) {
    let descriptor = unsafe clinux_open_reading(path)
    guard descriptor >= 0 else { throw .system(call: "open", path: path, number: -descriptor) }
    let result = fsync(descriptor)
    let number = errno
    guard Glibc.close(descriptor) == 0 else { throw .system(call: "close", path: path, number: errno) }
    guard result == 0 else { throw .system(call: "fsync", path: path, number: number) }
  }

  func list(_ path: String) throws(StorageError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw .system(call: "opendir", path: path, number: errno)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let item = unsafe readdir(directory) else {
        if errno != 0 { throw .system(call: "readdir", path: path, number: errno) }
        return names.sorted()
      }
      let name = unsafe withUnsafePointer(to: &item.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  func availableByteCount(_ path: String) throws(StorageError) -> UInt64 {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { throw .system(call: "statvfs", path: path, number: errno) }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }
}

/// A file with one descriptor for durable writes past the page cache, and one for buffered reads.
private final class PosixFile: DurableFile {
  let path: String
  let writing: Int32
  let reading: Int32

  init(path: String, writing: Int32, reading: Int32) {
    self.path = path
    self.writing = writing
    self.reading = reading
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe pwrite(
        writing, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + done)
      if count < 0 && errno == EINTR { continue }
      // A part that is not whole pages cannot be continued past the page cache: as good as a failed write.
      guard count > 0, count % DiskPage.byteCount == 0 || done + count == bytes.count else {
        throw .system(call: "pwrite", path: path, number: count < 0 ? errno : ENOSPC)
      }
      done += count
    }
  }

  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int {
    var done = 0
    while done < bytes.count {
      let count = unsafe pread(reading, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + done)
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system(call: "pread", path: path, number: errno) }
      done += count
    }
    return done
  }

  func sync() throws(StorageError) {
    guard fdatasync(writing) == 0 else { throw .system(call: "fdatasync", path: path, number: errno) }
  }

  func byteCount() throws(StorageError) -> UInt64 {
    var status = stat()
    guard unsafe fstat(reading, &status) == 0 else { throw .system(call: "fstat", path: path, number: errno) }
    return UInt64(status.st_size)
  }

  func close() throws(StorageError) {
    let first = Glibc.close(writing) == 0 ? 0 : errno
    let second = Glibc.close(reading) == 0 ? 0 : errno
    guard first == 0, second == 0 else {
      throw .system(call: "close", path: path, number: first != 0 ? first : second)
    }
  }
}

/// Error numbers of the operating system, for files that need no more of it.
enum ErrorNumber {
  static let noSpace = ENOSPC
  static let inputOutput = EIO

  static func text(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "unknown error" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
