import Foundation
import RaftTranscripts
import Testing

/// The runner of etcd's scripts, held to small stories of our own in their format.
@Suite struct EtcdScriptTests {
  private func run(_ text: String, wanted: EtcdStory.Level = .states) throws -> EtcdScript.Verdict {
    EtcdScript.run(try Script(text), wanted: wanted)
  }

  private static let start = """
    add-nodes 3 voters=(1,2,3) index=10
    ----
    INFO 1 did this and that

    campaign 1
    ----
    ok


    """

  private static let state = """
    stabilize log-level=none
    ----
    ok

    raft-state
    ----
    1: StateLeader (Voter) Term:1 Lead:1
    2: StateFollower (Voter) Term:1 Lead:1
    3: StateFollower (Voter) Term:1 Lead:1

    """

  @Test func `a story that agrees reaches the highest level, and log lines are not compared`() throws {
    let verdict = try run(Self.start + Self.state)
    #expect(verdict.level == .lines && verdict.isAsWanted && verdict.mismatches.isEmpty)
  }

  @Test func `another answer is found, and shown`() throws {
    let verdict = try run(Self.start + Self.state.replacingOccurrences(of: "3: StateFollower", with: "3: StateLeader"))
    #expect(verdict.level == .none && !verdict.isAsWanted)
    #expect(verdict.mismatches.first?.directive == "raft-state" && verdict.mismatches.first?.line == 13)
  }

  @Test func `a message too many or too few is found at the next level`() throws {
    let messages = """
      process-ready 1
      ----
      Ready MustSync=true:
      Lead:0 State:StateCandidate
      HardState Term:1 Vote:1 Commit:10
      Messages:
      1->3 MsgVote Term:1 Log:1/10
      1->2 MsgVote Term:1 Log:1/10

      """
    let reordered = try run(Self.start + messages)
    #expect(reordered.level == .messages, "the order is not compared")
    let fewer = messages.replacingOccurrences(of: "1->2 MsgVote Term:1 Log:1/10\n", with: "")
    let missing = try run(Self.start + fewer, wanted: .messages)
    #expect(missing.level == .states && !missing.isAsWanted)
  }

  @Test func `an end state that is not asked for is compared as well`() throws {
    let end = """
      process-ready 1
      ----
      Ready MustSync=true:
      HardState Term:2 Vote:1 Commit:10

      """
    #expect(try run(Self.start + end).level == .none)
    // Hidden output could have changed it: then nothing is claimed.
    #expect(try run(Self.start + end + "\n" + Self.state).level == .states)
  }

  @Test func `a story may end with something that no Ready has shown yet`() throws {
    #expect(try run(Self.start + Self.state + "\npropose 1 more\n----\nok\n").level == .lines)
    let shown = """
      propose 1 shown
      ----
      ok

      process-ready 1
      ----
      Ready MustSync=true:
      Entries:
      1/12 EntryNormal "shown"
      Messages:
      1->2 MsgApp Term:1 Log:1/11 Commit:11 Entries:[1/12 EntryNormal "shown"]
      1->3 MsgApp Term:1 Log:1/11 Commit:11 Entries:[1/12 EntryNormal "shown"]

      propose 1 unseen
      ----
      ok

      """
    #expect(try run(Self.start + Self.state + "\n" + shown).level == .lines)
  }

  @Test func `a story may end with a snapshot in place of the log`() throws {
    let snapshot =
      "Index:11 Term:1 ConfState:Voters:[1 2 3] VotersOutgoing:[] Learners:[] LearnersNext:[] AutoLeave:false"
    let story = """
      stabilize 1 2 log-level=none
      deliver-msgs drop=(3)
      ----
      ok

      send-snapshot 1 3
      deliver-msgs 3
      process-ready 3
      ----
      Ready MustSync=true:
      Entries:
      1/10 EntryNormal ""

      process-ready 3
      ----
      Ready MustSync=true:
      Snapshot \(snapshot)

      """
    #expect(try run(Self.start + story).level == .states)
  }

  @Test func `changes are not expected to be as last told when etcd's log no longer tells of them`() throws {
    let story = """
      add-nodes 1 voters=(1) index=10
      ----
      INFO 1 switched to configuration voters=(1)

      campaign 1
      stabilize log-level=none
      ----
      ok

      log-level warn
      ----
      ok

      propose-conf-change 1
      l2
      ----
      ok

      process-ready 1
      process-ready 1
      raft-state
      ----
      1: StateLeader (Voter) Term:1 Lead:1

      """
    let verdict = try run(story)
    #expect(verdict.mismatches.allSatisfy { $0.directive != "the end of the story" })
  }

  @Test func `a wish to transfer is handed on in its follower's term`() throws {
    let story = """
      transfer-leadership from=2 to=3
      process-ready 2
      ----
      Ready MustSync=false:
      Messages:
      3->1 MsgTransferLeader Term:1 Log:0/0

      """
    #expect(try run(Self.start + Self.state + "\n" + story).level == .lines)
  }

  @Test func `answers keep their order, accepted or refused`() throws {
    let story = """
      propose 1 a
      process-ready 1
      deliver-msgs 3
      ----
      Ready MustSync=true:
      Entries:
      1/12 EntryNormal "a"
      Messages:
      1->2 MsgApp Term:1 Log:1/11 Commit:11 Entries:[1/12 EntryNormal "a"]
      1->3 MsgApp Term:1 Log:1/11 Commit:11 Entries:[1/12 EntryNormal "a"]
      1->3 MsgApp Term:1 Log:1/11 Commit:11 Entries:[1/12 EntryNormal "a"]

      propose 1 b
      process-ready 1
      deliver-msgs drop=(3)
      ----
      Ready MustSync=true:
      Entries:
      1/13 EntryNormal "b"
      Messages:
      1->2 MsgApp Term:1 Log:1/12 Commit:11 Entries:[1/13 EntryNormal "b"]
      1->3 MsgApp Term:1 Log:1/12 Commit:11 Entries:[1/13 EntryNormal "b"]
      dropped: 1->3 MsgApp Term:1 Log:1/12 Commit:11 Entries:[1/13 EntryNormal "b"]

      propose 1 c
      process-ready 1
      deliver-msgs 3
      ----
      Ready MustSync=true:
      Entries:
      1/14 EntryNormal "c"
      Messages:
      1->2 MsgApp Term:1 Log:1/13 Commit:11 Entries:[1/14 EntryNormal "c"]
      1->3 MsgApp Term:1 Log:1/13 Commit:11 Entries:[1/14 EntryNormal "c"]
      1->3 MsgApp Term:1 Log:1/13 Commit:11 Entries:[1/14 EntryNormal "c"]

      process-ready 3
      ----
      Ready MustSync=true:
      Entries:
      1/12 EntryNormal "a"
      Messages:
      3->1 MsgAppResp Term:1 Log:0/12
      3->1 MsgAppResp Term:1 Log:1/13 Rejected (Hint: 12)

      """
    #expect(try run(Self.start + Self.state + "\n" + story).level == .lines)
  }

  @Test func `a sole voter rehearses first, and votes for itself when a Ready is done`() throws {
    let story = """
      add-nodes 1 voters=(1) index=3 prevote=true
      ----
      ok

      campaign 1
      raft-state
      ----
      1: StatePreCandidate (Voter) Term:0 Lead:0

      stabilize
      ----
      > 1 handling Ready
        Ready MustSync=false:
        Lead:0 State:StatePreCandidate
      > 1 handling Ready
        Ready MustSync=true:
        Lead:0 State:StateCandidate
        HardState Term:1 Vote:1 Commit:3
      > 1 handling Ready
        Ready MustSync=true:
        Lead:1 State:StateLeader
        Entries:
        1/4 EntryNormal ""
      > 1 handling Ready
        Ready MustSync=false:
        HardState Term:1 Vote:1 Commit:4
        CommittedEntries:
        1/4 EntryNormal ""

      """
    #expect(try run(story).level == .lines)
  }

  @Test func `what the runner does not know fails the story, with a word about it`() throws {
    let verdict = try run(Self.start + "make-tea 1\n----\nok\n")
    #expect(!verdict.isAsWanted && verdict.unsupported == ["line 9: unknown command 'make-tea'"])
    let option = try run("add-nodes 1 voters=(1) index=3 colour=red\n----\nok\n")
    #expect(option.unsupported == ["line 1: unknown option 'colour' of add-nodes"])
  }

  @Test func `a refused change is named and counted`() throws {
    let verdict = try run(Self.start + Self.state + "\npropose-conf-change 1\n----\nok\n")
    #expect(verdict.differences.count == 1)
  }

  @Test func `tables are compared line by line`() throws {
    #expect(try run("vote cfg=(1,2,3) votes=(y,_,y)\n----\nVoteWon\n").isAsWanted)
    #expect(try !run("vote cfg=(1,2,3) votes=(y,_,y)\n----\nVotePending\n").isAsWanted)
    let bars = "      idx\n>       5    (id=1)\nx>      7    (id=2)\n5\n"
    #expect(try run("committed cfg=(1,2) idx=(5,7)\n----\n\(bars)").isAsWanted)
    #expect(try run("simple\nv1\n----\nvoters=(1)\n1: StateProbe match=0 next=1\n").isAsWanted)
    #expect(try run("leave-joint\n----\ncan't leave a non-joint config\n").isAsWanted)
  }
}
