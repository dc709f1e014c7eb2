/// The kinds of fault, by the names that the command line knows.
package enum FaultKind: UInt8, CaseIterable, Sendable {
  // Processes.
  case crash, crashAll, pause
  /// Others take a node for gone whose process runs.
  case falseAlarm
  // The network.
  case isolate, chase, oneWay, split, bridge, ring, loss, duplication, reordering, corruption, slowNetwork
  // Disks.
  case slowDisk, failedSync, diskFull, stall, flush, rot
  // Clocks.
  case clockJump, clockDrift
  // Ops.
  case membership, transfer
  /// A disk acknowledges what it has not written, and a power loss uncovers it. No majority protocol survives that: it
  /// is never chosen unless it is asked for by name, and then the checkers must find it out.
  case lyingDisk

  package var name: String {
    switch self {
    case .crash: "crash"
    case .crashAll: "crash-all"
    case .pause: "pause"
    case .falseAlarm: "false-alarm"
    case .isolate: "isolate"
    case .chase: "chase"
    case .oneWay: "one-way"
    case .split: "split"
    case .bridge: "bridge"
    case .ring: "ring"
    case .loss: "loss"
    case .duplication: "duplication"
    case .reordering: "reordering"
    case .corruption: "corruption"
    case .slowNetwork: "slow-network"
    case .slowDisk: "slow-disk"
    case .failedSync: "failed-sync"
    case .diskFull: "disk-full"
    case .stall: "stall"
    case .flush: "flush"
    case .rot: "rot"
    case .clockJump: "clock-jump"
    case .clockDrift: "clock-drift"
    case .membership: "membership"
    case .transfer: "transfer"
    case .lyingDisk: "lying-disk"
    }
  }

  package init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// What `--faults all` means: everything that the protocol promises to survive.
  package static var survivable: [FaultKind] { allCases.filter { $0 != .lyingDisk } }

  /// How often it is chosen, against the others.
  var weight: Int {
    switch self {
    case .chase, .membership: 6
    case .crash, .isolate, .oneWay, .flush, .transfer: 4
    case .crashAll, .rot, .failedSync, .diskFull: 1
    case .pause, .split, .bridge, .ring, .loss, .duplication, .reordering, .corruption, .slowNetwork, .slowDisk,
      .stall, .clockJump, .clockDrift, .lyingDisk, .falseAlarm:
      2
    }
  }

  /// Whether it begins and ends, or happens once.
  var lasts: Bool {
    switch self {
    case .failedSync, .flush, .rot, .clockJump, .membership, .transfer, .falseAlarm: false
    case .crash, .crashAll, .pause, .isolate, .chase, .oneWay, .split, .bridge, .ring, .loss, .duplication, .reordering,
      .corruption, .slowNetwork, .slowDisk, .diskFull, .stall, .clockDrift, .lyingDisk:
      true
    }
  }
}
