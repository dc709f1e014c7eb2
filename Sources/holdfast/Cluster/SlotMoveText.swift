package import API

// Moves of slots for people, and for scripts under the names of the contract.

extension Table {
  package static func moves(_ moves: [SlotMove]) -> Table {
    var table = Table([
      .number("MOVE"), .text("STATE"), .text("PHASE"), .text("SLOTS"), .number("FROM"), .number("TO"), .text("MOVED"),
      .number("RECORDS"), .number("BYTES"), .text("LEFT"),
    ])
    for move in moves {
      table.add([
        String(move.moveID), move.state.name, move.phase.name,
        move.slots.map { "\($0.slotFirst)-\($0.slotLast)" } ?? "-",
        String(move.fromShard), String(move.toShard), "\(move.slotsMoved) of \(move.slotCount)",
        String(move.recordsCopied), String(move.bytesCopied),
        move.timeLeft?.milliseconds.map { DurationText.show(milliseconds: $0) } ?? "-",
      ])
    }
    return table
  }

  package static func ranges(_ ranges: [SlotRange]) -> Table {
    var table = Table([.text("SLOTS"), .number("COUNT"), .number("SHARD")])
    for range in ranges {
      table.add([
        "\(range.slotFirst)-\(range.slotLast)", String(range.slotLast - range.slotFirst + 1), String(range.shard),
      ])
    }
    return table
  }
}

extension JSON {
  package init(_ move: SlotMove) {
    self = .object([
      "move_id": .unsigned(move.moveID), "state": .text(move.state.name), "phase": .text(move.phase.name),
      "slot_first": move.slots.map { .integer(Int64($0.slotFirst)) } ?? .null,
      "slot_last": move.slots.map { .integer(Int64($0.slotLast)) } ?? .null,
      "from_shard": .integer(Int64(move.fromShard)), "to_shard": .integer(Int64(move.toShard)),
      "slot_count": .integer(Int64(move.slotCount)), "slots_moved": .integer(Int64(move.slotsMoved)),
      "records_copied": .unsigned(move.recordsCopied), "bytes_copied": .unsigned(move.bytesCopied),
      "milliseconds_left": move.timeLeft?.milliseconds.map { .integer($0) } ?? .null,
    ])
  }

  package init(_ range: SlotRange) {
    self = .object([
      "slot_first": .integer(Int64(range.slotFirst)), "slot_last": .integer(Int64(range.slotLast)),
      "shard": .integer(Int64(range.shard)),
    ])
  }

  package init(_ answer: MoveSlotsResponse) {
    self = .object([
      "revision": .unsigned(answer.revision), "new_shard": .integer(Int64(answer.newShard)),
      "slot_count": .integer(Int64(answer.slotCount)), "reason": .text(answer.reason),
      "moves": .array(answer.moves.map { JSON($0) }), "ranges": .array(answer.ranges.map { JSON($0) }),
    ])
  }
}
