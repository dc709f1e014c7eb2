internal import Basics
internal import Raft

extension StoryWorld {
  /// Why a command of a story cannot be carried out. Part of its output.
  struct Refusal: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  /// Runs a directive and the commands in the lines behind it; returns the whole trace.
  mutating func run(_ directive: Script.Directive) -> [String] {
    perform(directive.command)
    for line in directive.input {
      do throws(Command.ParseError) { perform(try Command(line)) } catch { tell("error: \(error.message)") }
    }
    for violation in violations { tell("VIOLATION: \(violation)") }
    let trace = takeTrace()
    return trace.isEmpty ? ["ok"] : trace
  }

  mutating func perform(_ command: Command) {
    do throws(Refusal) { try run(command) } catch { tell("error: \(error.message)") }
  }

  mutating func run(_ command: Command) throws(Refusal) {
    switch command.name {
    case "add-nodes": try addNodes(command)
    case "campaign": try act(living(command)) { $0.campaign() }
    case "change": try proposeChange(command)
    case "compact": try compact(command)
    case "crash": try crash(command)
    case "cut": try cut(command)
    case "deliver", "drop", "duplicate": try handleLetters(command)
    case "forget-leader": try act(living(command)) { $0.forgetLeader() }
    case "heal": cuts = []
    case "hold-disk": nodes[try living(command)].diskIsHeld = true
    case "letters": for letter in letters { tell(StoryText.message(letter.message)) }
    case "log": tellLog(try node(command))
    case "partition": try partition(command)
    case "persist": persist(try living(command))
    case "propose": try propose(command)
    case "read": try read(command)
    case "release-disk": nodes[try living(command)].diskIsHeld = false
    case "restart": try restart(command)
    case "send": try sendAll(command)
    case "set-election-timeout": try setElectionTimeout(command)
    case "sleep": try sleep(command)
    case "snapshot-failed": try reportSnapshot(command)
    case "stabilize": try stabilize(command)
    case "state": for state in states { tell(state) }
    case "status": tellStatus(try node(command))
    case "tick": try tick(command)
    case "transfer": try transfer(command)
    case "unreachable": try reportUnreachable(command)
    case "wake": try act(living(command)) { $0.wake() }
    default: throw Refusal("unknown command '\(command.name)'; see --help")
    }
  }

  // MARK: Arguments

  func node(_ command: Command, at place: Int = 0) throws(Refusal) -> Int {
    guard place < command.plain.count else { throw Refusal("\(command.name) needs a node") }
    guard let number = UInt64(command.plain[place]), let node = self.place(of: MemberID(number)) else {
      throw Refusal("no node \(command.plain[place])")
    }
    return node
  }

  func living(_ command: Command) throws(Refusal) -> Int {
    let place = try node(command)
    guard nodes[place].isUp else { throw Refusal("node \(nodes[place].member) is down") }
    return place
  }

  /// The nodes named, or all.
  func selected(_ command: Command) throws(Refusal) -> [Int] {
    if command.plain.isEmpty || command.plain == ["all"] { return Array(nodes.indices) }
    var places: [Int] = []
    for place in command.plain.indices { places.append(try node(command, at: place)) }
    return places
  }

  static func number(_ text: String, of key: String) throws(Refusal) -> Int {
    guard let number = Int(text), number >= 0, number <= 1_000_000_000 else {
      throw Refusal("\(key)=\(text) is no number that makes sense")
    }
    return number
  }

  static func flag(_ text: String, of key: String) throws(Refusal) -> Bool {
    switch text {
    case "on", "true": return true
    case "off", "false": return false
    default: throw Refusal("\(key)=\(text) is neither on nor off")
    }
  }

  static func members(_ values: [String], of key: String) throws(Refusal) -> [MemberID] {
    var members: [MemberID] = []
    for value in values { members.append(MemberID(UInt64(try number(value, of: key)))) }
    return members
  }
}
