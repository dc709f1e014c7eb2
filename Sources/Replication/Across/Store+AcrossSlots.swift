package import Basics
package import Inventory
internal import Placement
internal import Raft

// Where slots that move meet what is said between shards.

extension Store {
  func callAcross(_ address: AcrossCall.Address, _ bytes: [UInt8], slots token: UInt64, from shard: ShardID) {
    let number = across.makeNumber()
    across.calls[number] = OpenCall(use: .slots(token), shard: shard, deadline: tick + limits.acrossCallTicksMax)
    acrossCalls.append(AcrossCall(number: number, to: address, bytes: bytes))
    wantsTurn = true
  }

  // MARK: The target's side

  /// The leader of a source asks, or sends.
  ///
  /// - Returns: the answer, if there is one already.
  func receiveSlotMessage(_ bytes: RawSpan, in shard: ShardID, _ caller: Waiter) -> [UInt8]? {
    let message: SlotMessage
    do throws(DecodeError) { message = try SlotMessage(decoding: bytes) } catch { return [] }
    guard let command = message.command, !waitsForTidying(message, in: shard) else {
      return answer(to: message, in: shard).encoded()
    }
    let token = slotMoves.begin(.caller(caller, message, shard))
    propose(.slots(token), to: shard, .slots(command))
    return nil
  }

  /// Records of the slots are left from an earlier time: nothing is taken before they are forgotten, and no entry is
  /// spent on saying so.
  private func waitsForTidying(_ message: SlotMessage, in shard: ShardID) -> Bool {
    guard case .history(let piece) = message, let ledger = ledger(of: shard) else { return false }
    return ledger.machine.hasLeftovers(of: piece.slots)
  }

  private func answer(to message: SlotMessage, in shard: ShardID) -> SlotAnswer {
    var answer = SlotAnswer()
    guard let ledger = ledger(of: shard) else { return answer }
    let (move, slots) = message.subject
    answer.hasEnded = ledger.machine.hasEnded(move)
    answer.record = ledger.machine.coming(move)
    if let slots { answer.isHere = slots.numbers.allSatisfy { ledger.machine.state(of: SlotNumber($0)) == .here } }
    return answer
  }

  // MARK: What comes of it

  func slotsCompleted(_ token: UInt64, _ outcome: Outcome, in shard: ShardID) {
    switch slotMoves.end(token) {
    case .caller(let caller, let message, let shard): answerAcross(caller, answer(to: message, in: shard).encoded())
    case .mover(let shard):
      moverHeard(shard, token) { mover in
        // What does not fit now is looked at anew, in a moment.
        guard outcome.result == .slots(.notNow) else { return }
        mover.dueTick = tick + limits.goalRetryTicks
        // Nobody waits for that.
        mover.open()
      }
    case nil: break
    }
  }

  func slotsLost(_ token: UInt64, _ fate: LostCall.Fate) {
    switch slotMoves.end(token) {
    case .caller(let caller, _, let shard): lost.add(caller, shard, fate)
    case .mover(let shard):
      moverHeard(shard, token) { mover in
        mover.open()
        askAnew(&mover)
        mover.dueTick = tick + limits.goalRetryTicks
      }
    case nil: break
    }
  }

  func slotsAnswered(_ token: UInt64, _ bytes: RawSpan) {
    guard case .mover(let shard) = slotMoves.end(token) else { return }
    let answer: SlotAnswer
    do throws(DecodeError) { answer = try SlotAnswer(decoding: bytes) } catch {
      return moverHeard(shard, token) { mover in
        askAnew(&mover)
        mover.dueTick = tick + limits.goalRetryTicks
      }
    }
    moverHeard(shard, token) { take(answer, &$0) }
  }

  func slotsUnanswered(_ token: UInt64) {
    guard case .mover(let shard) = slotMoves.end(token) else { return }
    moverHeard(shard, token) { mover in
      askAnew(&mover)
      mover.dueTick = tick + limits.goalRetryTicks
    }
  }

  private func moverHeard(_ shard: ShardID, _ token: UInt64, _ body: (inout SlotMover) -> Void) {
    slotMoves.isDue = true
    wantsTurn = true
    guard var mover = slotMoves.movers[shard], mover.waiting == token else { return }
    mover.waiting = nil
    body(&mover)
    slotMoves.movers[shard] = mover
  }

  /// The target said how far it is. A piece counts as taken only when the target says that it was this mover's.
  private func take(_ answer: SlotAnswer, _ mover: inout SlotMover) {
    let before = mover.target?.record?.received ?? 0
    let isHistory = mover.isSendingHistory
    mover.isSendingHistory = false
    mover.target = answer
    guard let record = answer.record, record.received == before + 1, record.sender == mover.sender else {
      // Somebody else sent in between, or it was only asked: what was read fits no more if the cursor is another one.
      if answer.record?.received ?? 0 != before { dropRead(&mover) }
      // It does not take it now: it has still to forget what is left of the slots.
      if isHistory { mover.dueTick = tick + limits.goalRetryTicks }
      return
    }
    let last = mover.pieces.popFirst()?.queuedThrough
    if let last { propose(.acknowledgeQueue(move: mover.move, through: last), &mover) }
  }

  /// Whether any slot came to a shard or went: else all are as they were founded.
  @inline(__always)
  package func hasMovedSlots(in shard: ShardID) -> Bool {
    guard let ledger = ledger(of: shard) else { return false }
    return ledger.machine.hasMovedSlots || (slotMoves.isOpen && slotMoves.movers[shard]?.closing != nil)
  }

  /// Whether this leader takes commands for a slot: it has it, and is not about to hand it over.
  package func takesCommands(for slot: SlotNumber, in shard: ShardID) -> Bool {
    !isClosing(slot, in: shard) && ownsSlot(slot, in: shard)
  }

  /// Whether a slot is about to be handed over.
  func isClosing(_ slot: SlotNumber, in shard: ShardID) -> Bool {
    slotMoves.isOpen && slotMoves.movers[shard]?.closing?.contains(slot) == true
  }

  /// Whether a shard has records of slots that are not here any more.
  package func hasLeftovers(in shard: ShardID) -> Bool {
    guard let ledger = ledger(of: shard) else { return false }
    return !ledger.machine.leftovers.isEmpty
  }

  /// Orders of a shard with lines that wait for stock of other slots, ascending from behind one on.
  package func ordersWaitingElsewhere(in shard: ShardID, after last: UniqueID, limit: Int) -> [UniqueID] {
    guard let ledger = ledger(of: shard) else { return [] }
    return ledger.machine.ordersWaitingElsewhere(after: last, limit: limit)
  }

  package func contains(_ sku: SKUNumber, in shard: ShardID) -> Bool {
    guard let ledger = ledger(of: shard) else { return false }
    return ledger.machine.contains(sku)
  }

  /// Whether a shard has a slot, by the state that its replica here has applied.
  package func ownsSlot(_ slot: SlotNumber, in shard: ShardID) -> Bool {
    guard let ledger = ledger(of: shard) else { return false }
    switch ledger.machine.state(of: slot) {
    case .asFounded: return wasFounded(slot, in: shard)
    case .here: return true
    case .gone: return false
    }
  }

  private func wasFounded(_ slot: SlotNumber, in shard: ShardID) -> Bool {
    guard let foundingMap, let slot = Slot(rawValue: slot.rawValue) else { return true }
    return foundingMap[slot] == shard
  }
}
