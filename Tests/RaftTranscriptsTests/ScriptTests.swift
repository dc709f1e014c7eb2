import Foundation
import RaftTranscripts
import Testing

@Suite struct ScriptTests {
  @Test func `a script is read into directives and written back as it was`() throws {
    let text = """
      # A story.
      add-nodes 3 voters=(1,2, 3) inflight=2

      campaign 1
      ----
      ok

      propose-conf-change 1 v1=true
      v3 v4
      ----
      ----
      one

      two
      ----
      ----

      # The end.

      """
    let script = try Script(text.replacingOccurrences(of: "inflight=2\n", with: "inflight=2\n----\nok\n"))
    #expect(script.directives.map(\.command.name) == ["add-nodes", "campaign", "propose-conf-change"])
    #expect(script.directives[0].command.plain == ["3"])
    #expect(script.directives[0].command.values(of: "voters") == ["1", "2", "3"])
    #expect(script.directives[0].command.value(of: "inflight") == "2")
    #expect(script.directives[2].input == ["v3 v4"])
    #expect(script.directives[2].expected == ["one", "", "two"])
    #expect(
      script.rewritten(script.directives.map(\.expected))
        == text.replacingOccurrences(of: "inflight=2\n", with: "inflight=2\n----\nok\n"))
  }

  @Test func `a directive without its line of dashes is named`() {
    #expect(throws: Script.ParseError(line: 1, message: "no ---- behind 'campaign'")) { try Script("campaign 1\n") }
  }

  @Test func `a list that does not end is named`() {
    #expect(throws: Script.ParseError.self) { try Script("add-nodes 1 voters=(1\n----\nok\n") }
  }
}
