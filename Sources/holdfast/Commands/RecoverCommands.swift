internal import Basics
internal import Foundation
internal import Recovery

extension Command {
  static let recover = Command.group(
    "recover", "Has shards serve again that have lost their majority for good; offline, on data directories.",
    [recoverReport, recoverPlan, recoverApply, recoverVerify])

  private static let directoryFlag = Flag.values(
    "data-dir", "DIR", "The data directory of a node that does not run; may be given several times.")

  private static let recoverReport = Command(
    name: "report", summary: "Writes what one node's data directory holds, for a plan that is made on another host.",
    flags: [.value("data-dir", "DIR", "The data directory of a node that does not run.")],
    examples: [Example("holdfast recover report --data-dir /var/lib/holdfast > node-1.json", "On each survivor:")],
    offline: { arguments, output throws(ToolError) in
      let path = try Recovering.directory(arguments)
      let report = try Recovering.opened(path) { node throws(RecoveryError) in node.report() }
      output.line(try Recovering.json(report))
      return .success
    })

  private static let recoverPlan = Command(
    name: "plan", summary: "Says what can be kept, exactly what may be lost, and writes the plan.",
    details: """
      For each shard without a majority among the survivors, the voter with the most up-to-date log is kept and becomes \
      its only voter; the others are emptied and get a snapshot. Every write that was acknowledged with a \
      stamp before the one shown is kept; later ones may be lost. The lost nodes must never run again: destroy their disks first.
      """,
    flags: [
      directoryFlag, .values("report", "FILE", "What `recover report` wrote; may be given several times."),
      .values("lost", "NODE", "The number of a node that will never come back; may be given several times."),
      .value("out", "FILE", "Where to write the plan. Without it the plan is only shown."),
    ],
    examples: [
      Example(
        "holdfast recover plan --report node-1.json --lost 2 --lost 3 --out plan.json", "Two of three nodes are gone:")
    ],
    offline: { arguments, output throws(ToolError) in try Recovering.plan(arguments, output) })

  private static let recoverApply = Command(
    name: "apply", summary: "Carries a plan out on one node's data directory, after a typed confirmation.",
    details:
      "It can be repeated: what is done is left alone. Run it on every surviving node before any of them starts.",
    operands: [Operand("PLAN", "The file that `recover plan` wrote.")],
    flags: [
      .value("data-dir", "DIR", "The data directory of a node that does not run."),
      .value("confirm", "CLUSTER", "The cluster's id, typed, in place of being asked for it."),
    ],
    examples: [Example("holdfast recover apply plan.json --data-dir /var/lib/holdfast", "On each survivor:")],
    offline: { arguments, output throws(ToolError) in try Recovering.apply(arguments, output) })

  private static let recoverVerify = Command(
    name: "verify", summary: "Says whether a plan was carried out on a node; ends with 5 when it was not.",
    operands: [Operand("PLAN", "The file that `recover plan` wrote.")],
    flags: [.value("data-dir", "DIR", "The data directory of a node that does not run.")],
    examples: [Example("holdfast recover verify plan.json --data-dir /var/lib/holdfast", "Before the node starts:")],
    offline: { arguments, output throws(ToolError) in
      let plan = try Recovering.planFile(arguments)
      let steps = try Recovering.opened(try Recovering.directory(arguments)) { node throws(RecoveryError) in
        try PlannedNode(node, plan).steps
      }
      Recovering.show(steps, output)
      return steps.allSatisfy { $0.state == .done } ? .success : .findings
    })
}

/// What the commands of `recover` do.
private enum Recovering {
  static func directory(_ arguments: Arguments) throws(ToolError) -> String {
    guard let path = arguments.text("data-dir") else { throw .usage(arguments.error("--data-dir is missing")) }
    return path
  }

  /// Opens a data directory, and gives it back also when the body throws.
  static func opened<Value>(
    _ path: String, _ body: (OfflineNode) throws(RecoveryError) -> Value
  ) throws(ToolError) -> Value {
    do throws(RecoveryError) {
      let node = try OfflineNode(path: path)
      let result: Result<Value, RecoveryError>
      do throws(RecoveryError) { result = .success(try body(node)) } catch { result = .failure(error) }
      try node.close()
      return try result.get()
    } catch {
      throw .input(error.description)
    }
  }

  static func plan(_ arguments: Arguments, _ output: Output) throws(ToolError) -> ExitCode {
    var reports: [NodeReport] = []
    for path in arguments.texts("data-dir") {
      reports.append(try opened(path) { node throws(RecoveryError) in node.report() })
    }
    for path in arguments.texts("report") { reports.append(try decoded(NodeReport.self, path)) }
    guard !reports.isEmpty else { throw .usage(arguments.error("name the survivors with --data-dir or --report")) }
    var lost: Set<UInt32> = []
    for text in arguments.texts("lost") {
      guard let node = UInt32(text) else {
        throw .usage(arguments.error("--lost wants a node's number, not '\(text)'"))
      }
      lost.insert(node)
    }
    let plan: RecoveryPlan
    do throws(RecoveryError) { plan = try RecoveryPlan(reports, lost: lost) } catch { throw .input(error.description) }
    let text = try json(plan)
    if output.isJSON { output.line(text) } else { output.lines(lines(plan)) }
    if let path = arguments.text("out") { try write(text + "\n", to: path) }
    return .success
  }

  static func apply(_ arguments: Arguments, _ output: Output) throws(ToolError) -> ExitCode {
    let plan = try planFile(arguments)
    let path = try directory(arguments)
    let typed: String
    if let given = arguments.text("confirm") {
      typed = given
    } else {
      output.lines(lines(plan))
      output.note("This cannot be undone. Type the cluster's id to go on:")
      typed = readLine() ?? ""
    }
    guard typed.trimmingCharacters(in: .whitespaces) == plan.cluster else {
      throw .input("that is not the id of the plan's cluster: nothing was done")
    }
    let steps = try opened(path) { node throws(RecoveryError) in
      let planned = try PlannedNode(node, plan)
      try planned.apply()
      return planned.steps.count
    }
    output.show(.object(["steps": .integer(Int64(steps))]), ["\(steps) steps are carried out on \(path)"])
    return .success
  }

  static func planFile(_ arguments: Arguments) throws(ToolError) -> RecoveryPlan {
    try decoded(RecoveryPlan.self, arguments.required(0))
  }

  static func show(_ steps: [PlannedNode.Step], _ output: Output) {
    for step in steps {
      let state: String
      switch step.state {
      case .open: state = "open"
      case .done: state = "done"
      case .unexpected(let reason): state = "unexpected: \(reason)"
      }
      output.show(.object(["step": .text(step.text), "state": .text(state)]), ["\(step.text): \(state)"])
    }
    if steps.isEmpty { output.note("the plan has nothing to do on this node") }
  }

  /// The plan for people, with the bound of what may be lost.
  private static func lines(_ plan: RecoveryPlan) -> [String] {
    var lines = [
      "cluster \(plan.cluster), lost for good: node \(plan.lost.map(String.init).joined(separator: ", "))"
    ]
    for shard in plan.gone {
      lines.append("shard \(shard): NO COPY IS LEFT. All of it is lost, and it cannot serve again")
    }
    lines.append("\(plan.untouched.count) shards have their majority and are left alone")
    for one in plan.kept {
      lines.append(
        "shard \(one.shard): \(one.member) becomes the only voter\(one.wasVoter ? "" : " although it never had a vote");"
          + " kept: all entries up to \(one.lastIndex) (term \(one.lastTerm)), all that was acknowledged before"
          + " \(TimeText.show(milliseconds: one.committedStamp)); what was acknowledged later may be lost")
    }
    for one in plan.emptied {
      lines.append("shard \(one.shard): \(one.member) is emptied and gets a snapshot")
    }
    if plan.kept.isEmpty, plan.gone.isEmpty { lines.append("nothing is to be done: no shard has lost its majority") }
    return lines
  }

  // MARK: Files

  static func json(_ value: some Encodable) throws(ToolError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do { return String(decoding: try encoder.encode(value), as: UTF8.self) } catch {
      throw .input("it cannot be written as JSON: \(error.localizedDescription)")
    }
  }

  private static func decoded<Value: Decodable>(_ type: Value.Type, _ path: String) throws(ToolError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw .input("\(path) cannot be read as a \(type): \(error.localizedDescription)")
    }
  }

  private static func write(_ text: String, to path: String) throws(ToolError) {
    do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      throw .input("\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}
