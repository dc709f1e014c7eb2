/// Rare things that a run should reach sooner or later; a summary says how often each was. They are read off what nodes
/// write, send and answer: the core has no counters for them.
package enum Branch: UInt8, CaseIterable, Sendable {
  case leaderElected
  case leaderReplaced
  case conflictTruncated
  case snapshotSent
  case snapshotInstalled
  case jointEntered
  case jointLeft
  case jointLeftByAnotherLeader
  case learnerAdded
  case memberRemoved
  case preVoteRefused
  case voteRefused
  case appendRefused
  case commandRefused
  case readRefused
  case outcomeUnknown
  case requestReplayed
  case requestAbandoned
  case holdExpired
  case holdReacquired
  case outOfStock
  case tornTailCut
  case unsyncedLost
  case stateBehindLog
  case logCut
  case rotUncovered
  case replicaReplaced
  case stateStalled
  case frameRejected
  case transferAsked
  case transferDone
  case allNodesDown
  case holdTickProposed
  case groupAsleep
  // Across shards.
  case partRefused
  case holdDecidedAcross
  case versionBurned
  case claimAskedAbout
  case claimUnsettled
  case confirmedAcross
  case expiredAcross
  case orderDecidedAcross
  case orderAmendedAcross
  case orderChangedAcross
  case orderExpiredAcross
  case orderReplaced
  case allocationMovedAcross
  case moveRefused
  case numberReplayed
  case numberRefused
  case shipmentReplayed
  // The process ended just there.
  case crashAtPrepareSent
  case crashAtPrepared
  case crashAtDecided
  case crashAtRefused
  case crashAtSettleSent
  case crashAtSettled
  case crashAtAcknowledged
  case crashAtInquirySent
  case crashAtBurned
  case crashAtConfirmed
  case crashAtConfirmedAgain
  case crashAtReleased
  case crashAtExpired
  case crashBeforeDecided
  case crashBeforeConfirmed
  case crashBeforeOrderDecided
  case crashAtOrderDecided
  case crashAtOrderRefused
  case crashBeforeAmended
  case crashAtAmended
  case crashBeforeMoved
  case crashAtMoved
  case crashAtOrderChanged
  case crashAtShipped
  case crashAtOrderExpired
  case crashAtOrderPrepareSent
  case crashAtOrderPrepared
  case crashAtOrderSettleSent
  case crashAtOrderSettled
  case crashAtOrderAcknowledged
  case crashAtOrderInquirySent
  case crashAtOrderBurned
  // Slots that move.
  case slotsMoved
  case shardMade
  case moveCancelled
  case holdBecameClaims
  case crashAtSlotMessage
  case crashAtMoveBegun
  case crashAtStraddled
  case crashAtQueueAcknowledged
  case crashAtHandedOver
  case crashAtPacked
  case crashAtForgotten
  case crashAtMoveEnded
  case crashAtMoveStopped
  case crashAtHistoryTaken
  case crashAtPartTaken
  case crashAtSlotsTaken
  case crashAtImportEnded
  case crashAtRecordsForgotten
  case crashAtTidied
  case crashAtAssigned

  package var name: String {
    switch self {
    case .leaderElected: "leader elected"
    case .leaderReplaced: "leader replaced"
    case .conflictTruncated: "conflicting entries replaced"
    case .snapshotSent: "snapshot sent"
    case .snapshotInstalled: "snapshot installed"
    case .jointEntered: "joint configuration entered"
    case .jointLeft: "joint configuration left"
    case .jointLeftByAnotherLeader: "joint configuration left by another leader"
    case .learnerAdded: "learner added"
    case .memberRemoved: "member removed"
    case .preVoteRefused: "pre-vote refused"
    case .voteRefused: "vote refused"
    case .appendRefused: "append refused"
    case .commandRefused: "command refused"
    case .readRefused: "read refused"
    case .outcomeUnknown: "outcome unknown"
    case .requestReplayed: "request replayed"
    case .requestAbandoned: "request given up"
    case .holdExpired: "hold expired"
    case .holdReacquired: "hold taken once more"
    case .outOfStock: "out of stock"
    case .tornTailCut: "torn tail cut"
    case .unsyncedLost: "unsynced records lost"
    case .stateBehindLog: "log replayed after a restart"
    case .logCut: "log cut"
    case .rotUncovered: "rot uncovered"
    case .replicaReplaced: "replica replaced"
    case .stateStalled: "state stalled"
    case .frameRejected: "frame rejected"
    case .transferAsked: "transfer asked for"
    case .transferDone: "successor told to campaign"
    case .allNodesDown: "all nodes down"
    case .holdTickProposed: "time passed by a tick"
    case .groupAsleep: "group asleep"
    case .partRefused: "part of another shard refused"
    case .holdDecidedAcross: "hold over shards decided"
    case .versionBurned: "version burned"
    case .claimAskedAbout: "home asked about a claim"
    case .claimUnsettled: "claim waits for another version"
    case .confirmedAcross: "hold over shards confirmed"
    case .expiredAcross: "hold over shards expired"
    case .orderDecidedAcross: "order over shards decided"
    case .orderAmendedAcross: "order over shards amended"
    case .orderChangedAcross: "order over shards changed"
    case .orderExpiredAcross: "order over shards expired"
    case .orderReplaced: "order replaced"
    case .allocationMovedAcross: "allocation over shards moved"
    case .moveRefused: "move over shards refused"
    case .numberReplayed: "external number replayed"
    case .numberRefused: "external number of another order"
    case .shipmentReplayed: "shipment replayed"
    case .crashAtPrepareSent: "crash: parts asked for"
    case .crashAtPrepared: "crash: part set aside"
    case .crashAtDecided: "crash: hold decided"
    case .crashAtRefused: "crash: decision refused"
    case .crashAtSettleSent: "crash: outbox sent"
    case .crashAtSettled: "crash: part settled"
    case .crashAtAcknowledged: "crash: outbox acknowledged"
    case .crashAtInquirySent: "crash: home asked"
    case .crashAtBurned: "crash: version burned"
    case .crashAtConfirmed: "crash: hold confirmed"
    case .crashAtConfirmedAgain: "crash: expired hold confirmed"
    case .crashAtReleased: "crash: hold released"
    case .crashAtExpired: "crash: hold expired"
    case .crashBeforeDecided: "crash: about to decide a hold"
    case .crashBeforeConfirmed: "crash: about to decide a confirmation"
    case .crashBeforeOrderDecided: "crash: about to decide an order"
    case .crashAtOrderDecided: "crash: order decided"
    case .crashAtOrderRefused: "crash: order refused at home"
    case .crashBeforeAmended: "crash: about to decide an amendment"
    case .crashAtAmended: "crash: order amended"
    case .crashBeforeMoved: "crash: about to decide a move"
    case .crashAtMoved: "crash: allocation moved"
    case .crashAtOrderChanged: "crash: order paid, kept or cancelled"
    case .crashAtShipped: "crash: order shipped"
    case .crashAtOrderExpired: "crash: order expired"
    case .crashAtOrderPrepareSent: "crash: an order's parts asked for"
    case .crashAtOrderPrepared: "crash: an order's part set aside"
    case .crashAtOrderSettleSent: "crash: an order's outbox sent"
    case .crashAtOrderSettled: "crash: an order's part settled"
    case .crashAtOrderAcknowledged: "crash: an order's outbox acknowledged"
    case .crashAtOrderInquirySent: "crash: home asked about an order"
    case .crashAtOrderBurned: "crash: an order's version burned"
    case .slotsMoved: "slots moved"
    case .shardMade: "shard made"
    case .moveCancelled: "move cancelled"
    case .holdBecameClaims: "hold became claims"
    case .crashAtSlotMessage: "crash: target of a move asked"
    case .crashAtMoveBegun: "crash: move begun"
    case .crashAtStraddled: "crash: orders straddled"
    case .crashAtQueueAcknowledged: "crash: queue acknowledged"
    case .crashAtHandedOver: "crash: slots handed over"
    case .crashAtPacked: "crash: slots packed"
    case .crashAtForgotten: "crash: parcel forgotten"
    case .crashAtMoveEnded: "crash: move ended"
    case .crashAtMoveStopped: "crash: move stopped"
    case .crashAtHistoryTaken: "crash: history taken"
    case .crashAtPartTaken: "crash: part of a parcel taken"
    case .crashAtSlotsTaken: "crash: slots taken in"
    case .crashAtImportEnded: "crash: import ended"
    case .crashAtRecordsForgotten: "crash: records forgotten"
    case .crashAtTidied: "crash: leftovers gone"
    case .crashAtAssigned: "crash: slots assigned in the map"
    }
  }
}

extension Branch {
  /// What enough runs across shards must have reached: each step of the protocol, and a process that ended just there.
  package static let acrossSteps: [Branch] = allCases.filter {
    (Branch.partRefused.rawValue..<Branch.slotsMoved.rawValue).contains($0.rawValue)
  }
}

/// How often each branch was reached.
package struct Coverage: Equatable, Sendable {
  package private(set) var counts: [UInt64] = Array(repeating: 0, count: Branch.allCases.count)

  package init() {}

  /// Counts in the order of the branches; others than that many are none.
  init(_ counts: [UInt64]) {
    if counts.count == Branch.allCases.count { self.counts = counts }
  }

  package subscript(branch: Branch) -> UInt64 {
    get { counts[Int(branch.rawValue)] }
    set { counts[Int(branch.rawValue)] = newValue }
  }

  @inline(__always)
  mutating func reach(_ branch: Branch) { counts[Int(branch.rawValue)] += 1 }

  package mutating func add(_ other: Coverage) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }
}
