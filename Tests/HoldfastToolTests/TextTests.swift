import API
import Basics
import Client
import Testing

@testable import holdfast

@Suite("Forms of text")
struct TextTests {
  @Test(
    "durations",
    arguments: [
      ("90s", 90_000), ("15m", 900_000), ("1h30m", 5_400_000), ("500ms", 500), ("2d", 172_800_000), ("0s", 0),
      ("15", nil), ("", nil), ("m", nil), ("1m1m", nil), ("-5s", nil), ("1.5h", nil), ("5 s", nil),
      ("99999999999999999999s", nil), ("9223372036854775807d", nil),
    ] as [(String, Int64?)])
  func durations(_ row: (text: String, milliseconds: Int64?)) {
    #expect(DurationText.parse(row.text) == row.milliseconds.map { .milliseconds($0) })
  }

  @Test("durations are shown in their two largest units")
  func shownDurations() {
    let table: [(Int64, String)] = [
      (0, "0s"), (12, "12ms"), (59_999, "59s"), (90_000, "1m 30s"), (3_600_000, "1h"), (90_061_000, "1d 1h"),
    ]
    for (milliseconds, text) in table { #expect(DurationText.show(milliseconds: milliseconds) == text) }
  }

  @Test(
    "quantities, both ways",
    arguments: [
      ("12.50", 2, 1_250), ("0.05", 2, 5), ("-0.05", 2, -5), ("7", 0, 7), ("-7", 0, -7), ("0.000001", 6, 1),
      ("92233720368547758.07", 2, Int64.max), ("-92233720368547758.08", 2, Int64.min),
    ] as [(String, Int, Int64)])
  func quantities(_ row: (text: String, scale: Int, base: Int64)) {
    #expect(QuantityText.parse(row.text, scale: row.scale) == row.base)
    #expect(QuantityText.show(row.base, scale: row.scale) == row.text)
  }

  @Test("quantities that are typed shorter")
  func shorter() {
    #expect(QuantityText.parse("12", scale: 2) == 1_200)
    #expect(QuantityText.parse("+12.5", scale: 2) == 1_250)
  }

  @Test(
    "what is no quantity",
    arguments: ["", "-", ".", "1.", ".5", "1.234", "1,5", "1e3", " 1", "1.2.3", "٣", "92233720368547758.08"])
  func noQuantity(_ text: String) { #expect(QuantityText.parse(text, scale: 2) == nil) }

  @Test(
    "points in time",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_767_225_599_999, "2025-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func times(_ row: (milliseconds: Int64, text: String)) {
    #expect(TimeText.show(milliseconds: row.milliseconds) == row.text)
  }

  @Test("columns are as wide as their widest cell, and numbers stand flush right")
  func table() {
    var table = Table([.text("SKU"), .number("HELD"), .text("NAME")])
    table.add(["A", "5", "x\u{1B}[1m\ny"])
    table.add(["TSHIRT", "12345", ""])
    #expect(table.lines == ["SKU      HELD  NAME", "A           5  x?[1m?y", "TSHIRT  12345"])
  }

  @Test("facts are aligned, and empty ones left out")
  func facts() {
    #expect(
      Facts.lines([("hold", "h"), ("order", ""), ("reference", "r"), ("x", nil)]) == ["hold:       h", "reference:  r"])
  }

  @Test("JSON is one line in a fixed order, whatever is in it")
  func json() {
    let json = JSON.object([
      "b": .integer(.min), "a": .text("q\"\\\n\t\u{1}é🙂"), "n": .null, "l": .array([.bool(true), .unsigned(.max)]),
      "o": .object([]),
    ])
    #expect(
      json.line
        == #"{"b":-9223372036854775808,"a":"q\"\\\n\t\u0001é🙂","n":null,"l":[true,18446744073709551615],"o":{}}"#)
  }

  @Test("a hold as JSON keeps its names")
  func holdJSON() {
    let hold = Hold(
      holdID: "h", tenant: "default", state: .active,
      lines: [.init(sku: "A", location: "B", quantity: 2, askedQuantity: 3)],
      createTime: .init(seconds: 1_767_225_700), expireTime: .init(seconds: 1_767_226_300), reference: "cart")
    #expect(
      JSON(hold).line == #"{"hold_id":"h","tenant":"default","state":"ACTIVE","#
        + #""lines":[{"sku":"A","location":"B","quantity":2,"asked_quantity":3,"line":0}],"#
        + #""create_time":"2026-01-01T00:01:40.000Z","expire_time":"2026-01-01T00:11:40.000Z","#
        + #""order_id":"","reference":"cart"}"#)
  }

  @Test(
    "the nearest word",
    arguments: [
      ("recieve", "receive"), ("STATUS", "status"), ("hodl", "hold"), ("xyzzy", nil), ("s", nil),
    ] as [(String, String?)])
  func nearest(_ row: (word: String, found: String?)) {
    #expect(NearestWord.of(row.word, among: ["receive", "status", "hold", "verify"]) == row.found)
  }

  @Test("each kind of failure has its exit code")
  func exitCodes() {
    func code(_ failure: CallFailure, mayHave: Bool = false) -> ExitCode {
      ErrorText.exitCode(HoldfastError(failure, mayHaveTakenEffect: mayHave, requestID: nil))
    }
    #expect(code(CallFailure(.outOfStock, "")) == .refused)
    #expect(code(CallFailure(.requestIDReused, "")) == .refused)
    #expect(code(CallFailure(.revisionMismatch, "")) == .refused)
    #expect(code(CallFailure(.invalidField, "")) == .wrongUsage)
    #expect(code(CallFailure(.unknownSKU, "")) == .notFound)
    #expect(code(CallFailure(.noLeader, "")) == .unavailable)
    #expect(code(CallFailure(.noLeader, ""), mayHave: true) == .unavailable)
    #expect(code(CallFailure(.deadline, ""), mayHave: true) == .unavailable)
    #expect(code(CallFailure(status: .internal, message: "")) == .failed)
  }

  @Test("an unknown outcome says how to find out")
  func unknownOutcome() {
    let id = UniqueID(high: 0x0189_0A5D_AC96_774B, low: 0xBCCE_B302_099A_8057)
    let error = HoldfastError(CallFailure(.deadline, "no answer"), mayHaveTakenEffect: true, requestID: id)
    #expect(ErrorText.lines(error).joined().contains("--id 01890a5d-ac96-774b-bcce-b302099a8057"))
    #expect(JSON(error).line.contains(#""outcome_unknown":true,"request_id":"01890a5d-ac96-774b-bcce-b302099a8057""#))
  }
}

@Suite("CSV")
struct CSVTests {
  private func rows(_ text: String) throws(CSV.Failure) -> [[String]] { try CSV(Array(text.utf8)).rows.map(\.fields) }

  @Test(
    "what a file may look like",
    arguments: [
      ("a,b\n1,2\n", [["1", "2"]]), ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
      ("\u{FEFF}a,b\n1,2", [["1", "2"]]), ("a,b\n\n1,2\n\n", [["1", "2"]]),
      ("a,b\n1,\n,2\n", [["1", ""], ["", "2"]]),
      ("a,b\n\"1,\"\"x\"\"\",\"2\n3\"\n", [["1,\"x\"", "2\n3"]]), ("a\n\"\"\nx\n", [["x"]]),
      ("a,b\n 1 ,\" 2 \"\n", [["1", " 2 "]]), ("a,b\n1\n1,2,3\n", [["1"], ["1", "2", "3"]]), ("a,b\n", []),
    ] as [(String, [[String]])])
  func right(_ row: (text: String, rows: [[String]])) throws { #expect(try rows(row.text) == row.rows) }

  @Test(
    "what it may not, and on which line",
    arguments: [
      ("", 1), ("\n\n", 1), ("a,A\n1,2", 1), ("a,b\n1,\"2\n3", 2), ("a,b\n1,2\n\"x\"y,2", 3), ("a,b\n\n1,x\"y", 3),
    ] as [(String, Int)])
  func wrong(_ row: (text: String, line: Int)) {
    let failure = #expect(throws: CSV.Failure.self) { _ = try rows(row.text) }
    #expect(failure?.line == row.line)
  }

  @Test("bytes that are no UTF-8 are refused")
  func notText() {
    #expect(throws: CSV.Failure.self) { try CSV([UInt8(ascii: "a"), 10, 0xFF, 10]) }
  }

  @Test("rows know their lines and columns, also after a field of two lines")
  func lines() throws {
    let csv = try CSV(Array("SKU, Name\n\"A\nB\",x\nC,y\n".utf8))
    #expect(csv.columns == ["sku", "name"])
    #expect(csv.rows.map(\.line) == [2, 4])
    #expect(csv.field("name", of: csv.rows[1]) == "y")
    #expect(csv.field("scale", of: csv.rows[1]) == nil)
  }

  @Test("random bytes never trap")
  func random() {
    var generator = SeededGenerator(seed: 1)
    let alphabet = Array("a,\"\n\r 1".utf8) + [0xC3, 0xFF]
    for _ in 0..<5_000 {
      let bytes = (0..<generator.below(40)).map { _ in alphabet[generator.below(alphabet.count)] }
      _ = try? CSV(bytes)
    }
  }

  @Test("a record is read as it was written")
  func records() throws {
    let rows = [["a", "b"], ["", " x "], ["1,2", "he said \"no\""], ["two\nlines", "end\r\n"], ["é", "-"]]
    let text = rows.map { CSV.line($0) }.joined(separator: "\n")
    let csv = try CSV(Array(text.utf8))
    #expect(csv.columns == rows[0])
    #expect(csv.rows.map(\.fields) == Array(rows.dropFirst()))
  }
}

@Suite("times as people type them")
struct TypedTimeTests {
  @Test(
    "dates, times and ages",
    arguments: [
      ("1970-01-01", 0), ("2026-01-01", 1_767_225_600_000), ("2026-01-01T08:30", 1_767_256_200_000),
      ("2026-01-01T08:30:01Z", 1_767_256_201_000), ("2026-01-01T08:30:01.250Z", 1_767_256_201_250),
      ("2024-02-29", 1_709_164_800_000), ("1h", 6_400_000), ("0s", 10_000_000),
    ] as [(String, Int64)])
  func typed(text: String, milliseconds: Int64) {
    #expect(TimeText.parse(text, now: Stamp(milliseconds: 10_000_000)) == Stamp(milliseconds: milliseconds))
  }

  @Test(
    "what is shown can be typed", arguments: [0, 1, 951_782_400_000, 1_767_225_600_123, 4_102_444_799_999] as [Int64])
  func shown(milliseconds: Int64) {
    #expect(TimeText.parse(TimeText.show(milliseconds: milliseconds)) == Stamp(milliseconds: milliseconds))
  }

  @Test("a duration may mean from now on")
  func ahead() {
    #expect(
      TimeText.parse("5m", isAhead: true, now: Stamp(milliseconds: 1_000)) == Stamp(milliseconds: 301_000))
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "now", "2026", "2026-1-1", "2026-13-01", "2026-02-30", "2025-02-29", "2026-01-01T", "2026-01-01T24:00",
      "2026-01-01T10:60", "2026-01-01T10:00:00.1Z", "2026-01-01 10:00", "-1h", "1969-12-31",
    ])
  func wrong(text: String) { #expect(TimeText.parse(text, now: Stamp(milliseconds: 0)) == nil) }
}
