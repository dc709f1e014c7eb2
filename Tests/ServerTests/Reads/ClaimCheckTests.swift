import API
import Basics
import Inventory
import Placement
import Testing

@testable import Server

/// What a verification makes of the answers of other shards, round after round.
@Suite struct ClaimCheckTests {
  private let claim = ClaimKey(id: UniqueID(high: 1, low: 2), slot: SlotNumber(8))
  private let origin = CallOrigin(kind: .part, store: 0, tag: 1, item: 0)

  private func statement(_ version: UInt64, _ content: UInt64, pending: UInt64 = 0, since: Int64 = 0) -> ClaimStatement
  {
    var statement = ClaimStatement(claim, home: SlotNumber(5))
    (statement.version, statement.content, statement.pendingVersion) = (version, content, pending)
    statement.since = Stamp(milliseconds: since)
    statement.isKnown = true
    return statement
  }

  /// A shard that has the slot of one claim.
  private func check(_ own: ClaimStatement) -> ClaimCheck {
    var response = VerifyLedgerResponse()
    response.ok = true
    return ClaimCheck(ShardID(2), origin, VerifiedShard(response: response, asSlot: [own], asHome: []))
  }

  /// One round: what home says, or nothing, and what the slot's shard says afterwards.
  private func round(_ check: ClaimCheck, home: ClaimStatement?, then own: ClaimStatement? = nil) {
    check.beginRound { _ in ShardID(1) }
    while let number = check.nextQuestion() {
      #expect(check.questions[number].question.asHome)
      if let home { check.take([home], for: number) }
      check.answered += 1
    }
    #expect(check.isRoundOver)
    check.endRound()
    if let own { check.renew([own]) }
  }

  @Test func `what agrees is done after one round`() {
    let check = check(statement(1, 7))
    round(check, home: statement(1, 7))
    #expect(check.isDone && check.response.ok && check.response.findings.isEmpty)
  }

  @Test func `a difference counts when two looks in a row have found the same`() {
    let check = check(statement(1, 7))
    round(check, home: statement(2, 9), then: statement(1, 7))
    #expect(!check.isDone && check.response.ok)
    round(check, home: statement(2, 9))
    #expect(check.isDone && !check.response.ok)
    #expect(check.response.findings.count == 1 && check.response.findings[0].kind == "CLAIM")
    #expect(check.response.findings[0].subjectID == claim.id.description)
    #expect(!check.response.findings[0].advice.isEmpty)
  }

  @Test func `a side that has moved on between two looks is looked at again`() {
    let check = check(statement(1, 7))
    round(check, home: statement(2, 9), then: statement(2, 8))
    round(check, home: statement(3, 9), then: statement(3, 9))
    #expect(!check.isDone)
    round(check, home: statement(3, 9))
    #expect(check.isDone && check.response.ok)
  }

  @Test func `what is of a slot that has moved meanwhile is not told as a difference`() {
    let check = check(statement(1, 7))
    // The claim went with its slot: here is none any more, and where it is now the other side knows of it.
    var gone = statement(0, 0)
    gone.isKnown = false
    round(check, home: statement(2, 9), then: gone)
    check.forget { $0 == SlotNumber(8) }
    #expect(check.open.isEmpty && check.response.ok)
  }

  @Test func `a side is asked for the slot that it is to have`() {
    let check = check(statement(1, 7))
    check.beginRound { _ in ShardID(1) }
    #expect(check.questions[0].question.slots == [SlotNumber(5)])
    let home = ClaimCheck(
      ShardID(1), origin, VerifiedShard(response: VerifyLedgerResponse(), asSlot: [], asHome: [statement(1, 7)]))
    home.beginRound { _ in ShardID(2) }
    #expect(home.questions[0].question.slots == [SlotNumber(8)] && home.open[0].ownSlot == SlotNumber(5))
  }

  @Test func `what is on its way for all rounds is told with its age`() {
    let check = check(statement(1, 7))
    while !check.isDone { round(check, home: statement(2, 9, pending: 2, since: 1_000), then: statement(1, 7)) }
    #expect(check.response.ok)
    check.giveUp()
    #expect(check.response.findingCount == 1)
    #expect(check.response.findings.first?.since?.stamp == Stamp(milliseconds: 1_000))
  }

  @Test func `a shard that never answers is told`() {
    let check = check(statement(1, 7))
    while !check.isDone { round(check, home: nil, then: statement(1, 7)) }
    check.giveUp()
    #expect(!check.response.ok && check.response.findings.count == 1)
  }

  @Test func `many claims are asked for with few questions, some at a time`() {
    var claims: [ClaimStatement] = []
    for number in 0..<3_001 as Range<UInt64> {
      let claim = ClaimKey(id: UniqueID(high: number, low: 1), slot: SlotNumber(8))
      claims.append(ClaimStatement(claim, home: SlotNumber(UInt16(number % 2))))
    }
    let found = VerifiedShard(response: VerifyLedgerResponse(), asSlot: claims, asHome: [])
    let check = ClaimCheck(ShardID(9), origin, found)
    check.beginRound { ShardID(UInt32($0.rawValue) + 1) }
    #expect(check.questions.map { $0.places.count }.reduce(0, +) == 3_001)
    #expect(check.questions.allSatisfy { $0.places.count <= ClaimCheck.claimsPerQuestion })
    // 1,501 of one shard and 1,500 of the other.
    #expect(check.questions.count == 4 + 3)
    var asked = 0
    while check.nextQuestion() != nil { asked += 1 }
    #expect(asked == ClaimCheck.askedMax && !check.isRoundOver)
  }

  @Test func `a question is read as it was written`() throws {
    let question = ClaimQuestion(
      shard: ShardID(7), asHome: true, claims: [claim, claim], slots: [SlotNumber(5), SlotNumber(6)])
    let bytes = question.encoded
    let read = try ClaimQuestion(bytes.rawSpan)
    #expect(read.shard == question.shard && read.asHome && read.claims == question.claims)
    let answer = ClaimQuestion.answer([statement(1, 2), statement(3, 4, pending: 5, since: 6)])
    #expect(try ClaimQuestion.statements(answer) == [statement(1, 2), statement(3, 4, pending: 5, since: 6)])
    for count in 0..<answer.count {
      #expect(throws: DecodeError.self) { try ClaimQuestion.statements(Array(answer.prefix(count))) }
    }
  }
}
