import Glibc

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/holdfast-storage-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { unsafe String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if let directory = unsafe opendir(path) {
      while let item = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &item.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      unsafe closedir(directory)
    }
    unsafe Glibc.remove(path)
  }
}
