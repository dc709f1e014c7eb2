import Foundation
import RaftTranscripts
import Testing

/// Runs the stories in `Transcripts`. To write what happens now into them: `holdfast-sim transcript --update PATH`.
@Suite struct TranscriptTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Transcripts").path

  static func stories() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }.sorted()
  }

  @Test(arguments: try TranscriptTests.stories())
  func `a story goes as it is told`(_ name: String) throws {
    let script = try Script(String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8))
    let story = Story(script)
    #expect(story.violations.isEmpty)
    if let place = story.firstMismatch {
      let directive = script.directives[place]
      Issue.record("\(name):\(directive.line): \(directive.command.name)")
      #expect(story.outputs[place] == directive.expected)
    }
  }

  @Test func `there are stories, and each expects something`() throws {
    let stories = try Self.stories()
    #expect(stories.count >= 40)
    for name in stories {
      let script = try Script(String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8))
      #expect(script.directives.contains { !$0.expected.isEmpty && $0.expected != ["ok"] }, "\(name)")
    }
  }
}
