internal import Foundation
internal import RaftTranscripts

/// `holdfast-sim transcript`.
enum TranscriptTool {
  static func main(_ arguments: [String]) -> Int32 {
    for path in arguments {
      do {
        let script = try Script(String(contentsOfFile: path, encoding: .utf8))
        print("\(path): \(script.directives.count) directives")
      } catch {
        print("\(path): \(error)")
        return 1
      }
    }
    return 0
  }
}
