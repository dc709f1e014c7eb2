import Testing

@testable import holdfast

@Suite("lines of an order as they are typed")
struct OrderLineTests {
  struct Row: Sendable {
    var text: String
    var line: Int32
    var quantity: String?
  }

  @Test(
    "a number, or a number and a quantity",
    arguments: [
      Row(text: "1", line: 1, quantity: nil), Row(text: "12=3", line: 12, quantity: "3"),
      Row(text: "2=0.5", line: 2, quantity: "0.5"),
    ])
  func lines(_ row: Row) throws {
    let line = try OrderLineText(row.text, Arguments(command: "c"))
    #expect(line.line == row.line && line.quantity == row.quantity)
  }

  @Test("what is no line of an order", arguments: ["", "0", "-1", "1=", "=2", "A=2", "1.5", "99999999999"])
  func wrongLines(_ text: String) {
    #expect(throws: UsageError.self) { try OrderLineText(text, Arguments(command: "c")) }
  }
}
