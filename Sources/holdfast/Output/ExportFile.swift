internal import Foundation
internal import Glibc

/// Where an export goes: a file that is there as a whole or not at all, or standard output. Lines are written in blocks.
final class ExportFile {
  private static let blockBytes = 1 << 16

  private let path: String?
  private let handle: FileHandle
  private var block = Data()

  /// - Parameter path: `nil` for standard output.
  init(_ path: String?) throws(ToolError) {
    self.path = path
    guard let path else {
      handle = .standardOutput
      return
    }
    do {
      try Data().write(to: URL(filePath: path + ".part"))
      handle = try FileHandle(forWritingTo: URL(filePath: path + ".part"))
    } catch { throw Self.failure(path, error) }
  }

  func write(_ line: String) throws(ToolError) {
    block.append(contentsOf: (line + "\n").utf8)
    if block.count >= Self.blockBytes { try flush() }
  }

  /// All is written: the file gets its name.
  func close() throws(ToolError) {
    try flush()
    guard let path else { return }
    do {
      try handle.synchronize()
      try handle.close()
    } catch { throw Self.failure(path, error) }
    guard unsafe rename(path + ".part", path) == 0 else {
      throw .input("\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
    }
  }

  private func flush() throws(ToolError) {
    do { try handle.write(contentsOf: block) } catch { throw Self.failure(path ?? "standard output", error) }
    block.removeAll(keepingCapacity: true)
  }

  private static func failure(_ path: String, _ error: any Error) -> ToolError {
    .input("\(path) cannot be written: \(error.localizedDescription)")
  }
}
