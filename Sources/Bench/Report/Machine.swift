internal import Basics
internal import Foundation
internal import Glibc

/// What the load ran on; a figure without it says little.
struct Machine: Codable, Equatable, Sendable {
  var processor: String
  var cores: Int
  var kernel: String
  var memoryBytes: UInt64

  static var this: Machine {
    Machine(
      processor: processorName(
        String(decoding: FileManager.default.contents(atPath: "/proc/cpuinfo") ?? Data(), as: UTF8.self)),
      cores: ProcessInfo.processInfo.activeProcessorCount, kernel: kernelRelease(),
      memoryBytes: ProcessInfo.processInfo.physicalMemory)
  }

  /// The first `model name` of Linux's /proc/cpuinfo.
  static func processorName(_ text: String) -> String {
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return "unknown"
  }

  private static func kernelRelease() -> String {
    var names = utsname()
    guard unsafe uname(&names) == 0 else { return "unknown" }
    return unsafe withUnsafeBytes(of: names.release) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
