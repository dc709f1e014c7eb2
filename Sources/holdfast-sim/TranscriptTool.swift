internal import Foundation
internal import RaftTranscripts

/// `holdfast-sim transcript`.
enum TranscriptTool {
  static func main(_ arguments: [String]) -> Int32 {
    var asWanted = 0, total = 0
    for path in arguments {
      do {
        let script = try Script(String(contentsOfFile: path, encoding: .utf8))
        let v = EtcdScript.run(script, wanted: .states)
        total += 1
        if v.isAsWanted { asWanted += 1 }
        print("\(v.level.name)  \(path)", v.differences)
        for m in v.mismatches.sorted(by: { $0.level < $1.level }).prefix(2) {
          print("   \(m.level) line \(m.line): \(m.directive)\n    expected:")
          for l in m.expected { print("      \(l)") }
          print("    found:")
          for l in m.found { print("      \(l)") }
        }
      } catch {
        print("\(path): \(error)")
        return 1
      }
    }
    print("\(asWanted) of \(total)")
    return 0
  }
}
