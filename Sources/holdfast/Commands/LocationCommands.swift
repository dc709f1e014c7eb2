internal import API
internal import Client

extension Command {
  static let location = group(
    "location", "Makes and lists locations: the places where stock lies.",
    [locationPut, locationGet, locationList, locationOpen, locationDrain, locationClose])

  private static let states: [(word: String, value: LocationState)] = [
    ("active", .active), ("draining", .draining), ("closed", .closed),
  ]

  private static let locationPut = Command(
    name: "put", summary: "Makes a location, or replaces one that exists: what is not given is then as in a new one.",
    operands: [Operand("LOCATION", "Its id: 1 to 64 bytes.")],
    flags: [
      .value("name", "TEXT", "For people; at most 256 bytes."),
      .value("zone", "TEXT", "A region or group of locations."),
      .value(
        "priority", "N",
        "Where a reservation names no location, active ones are tried from the lowest priority up. Default: 0."),
      .value(
        "state", "STATE",
        "active; draining: no new stock and holds, what is promised still ships; closed: nothing moves."
          + " Default: active."),
    ] + Session.unexplainedWriteFlags,
    examples: [
      Example("holdfast location put BER1 --name 'Berlin, hall 1' --zone eu-central --priority 10", "A warehouse:"),
      Example("holdfast location put BER1 --name 'Berlin, hall 2' --zone eu-central --priority 20", "All of it anew:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let location = try session.usage { () throws(UsageError) in
        Location(
          location: arguments.required(0), name: arguments.text("name") ?? "", zone: arguments.text("zone") ?? "",
          priority: Int32(try arguments.integer("priority", in: 0...1_000_000) ?? 0),
          state: try arguments.choice("state", states) ?? .active)
      }
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.putLocation(location, options: options)
      }
      session.output.show(
        .object([
          "location": JSON(written.value), "revision": .integer(written.revision), "replayed": .bool(written.replayed),
        ]), Table.locations([written.value]).lines)
      return .success
    })

  private static let locationGet = Command(
    name: "get", summary: "Shows one location.", operands: [Operand("LOCATION", "Its id.")],
    examples: [Example("holdfast location get BER1", "What is known of it:")],
    action: { session throws(ToolError) in
      let id = session.arguments.required(0)
      let location = try await session.ask { () throws(HoldfastError) in
        try await session.client.location(id).value
      }
      session.output.show(JSON(location), Table.locations([location]).lines)
      return .success
    })

  private static let locationList = Command(
    name: "list", summary: "Lists the locations of the tenant.", flags: [Session.limitFlag],
    examples: [Example("holdfast location list", "All of them, by id:")],
    action: { session throws(ToolError) in
      let list = try await session.collect(session.client.locations(), limit: try session.limit())
      return session.show(
        list, json: { JSON($0) }, table: { .locations($0) },
        none: "no locations yet; make one: holdfast location put LOCATION")
    })
}
