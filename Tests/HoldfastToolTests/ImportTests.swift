import API
import Basics
import Client
import Foundation
import Testing

@testable import holdfast

@Suite("Rows of a file, on their way into an import")
struct ImportTests {
  private let scales: [String: Result<Int, HoldfastError>] = [
    "A": .success(0), "RICE": .success(3),
    "GONE": .failure(.notFound(CallFailure(.unknownSKU, "no SKU GONE", metadata: ["sku": "GONE"]))),
  ]

  /// The row behind the first line of a file, or what is wrong with it.
  private func row(_ kind: ImportKind, _ lines: String...) throws -> Result<ImportRow, ImportKind.Problem> {
    let csv = try CSV(Array(lines.joined(separator: "\n").utf8))
    try kind.check(csv)
    do throws(ImportKind.Problem) { return .success(try kind.row(csv.rows[0], of: csv, scales: scales)) } catch {
      return .failure(error)
    }
  }

  @Test("a SKU, with its attributes")
  func sku() throws {
    let found = try row(.skus, "sku,name,scale,lot,attribute.color", "RICE,\"Rice, loose\",3,0.5,white")
    let sku = SKU(sku: "RICE", name: "Rice, loose", quantityScale: 3, attributes: ["color": "white"], lotSize: 500)
    guard case .success(let row) = found, case .sku(let read)? = row.content else {
      Issue.record("\(found)")
      return
    }
    #expect(row.row == 2 && read.sku == sku.sku && read.name == sku.name && read.attributes == sku.attributes)
    #expect(read.quantityScale == 3 && read.lotSize == 500)
  }

  @Test("stock, in the decimals of its SKU")
  func stock() throws {
    let expected = ImportStock(sku: "RICE", location: "BER1", quantity: 2_500, toQualityControl: true, reason: "PO-1")
    #expect(
      try row(.stock, "sku,location,quantity,quality_control,reason", "RICE,BER1,2.5,yes,PO-1")
        == .success(ImportRow(row: 2, content: .stock(expected))))
  }

  @Test("an order of several lines")
  func order() throws {
    let found = try row(.orders, "lines,external_number,pay_within", "A=2 RICE=0.5@BER1,SO-1,24h")
    guard case .success(let row) = found, case .order(let order)? = row.content else {
      Issue.record("\(found)")
      return
    }
    #expect(order.lines.map(\.sku) == ["A", "RICE"] && order.lines.map(\.quantity) == [2, 500])
    #expect(order.lines.map(\.location) == ["", "BER1"] && order.externalNumber == "SO-1")
    #expect(order.payWithin?.seconds == 86_400)
  }

  @Test(
    "what is wrong with a row is said",
    arguments: [
      (ImportKind.stock, "sku,location,quantity", "A,BER1,1.5", "INVALID_ROW"),
      (.stock, "sku,location,quantity", "A,BER1", "INVALID_ROW"),
      (.stock, "sku,location,quantity", "GONE,BER1,1", "UNKNOWN_SKU"),
      (.stock, "sku,location,quantity", "NEW,BER1,1", "UNAVAILABLE"),
      (.stock, "sku,location,quantity,quality_control", "A,BER1,1,maybe", "INVALID_ROW"),
      (.skus, "sku,scale", "A,7", "INVALID_ROW"), (.orders, "lines", "A", "INVALID_ROW"),
      (.orders, "lines,pay_within", "A=1,soon", "INVALID_ROW"),
    ] as [(ImportKind, String, String, String)])
  func wrong(kind: ImportKind, columns: String, line: String, reason: String) throws {
    guard case .failure(let problem) = try row(kind, columns, line) else {
      Issue.record("\(line) was taken")
      return
    }
    #expect(problem.reason == reason && !problem.text.isEmpty)
  }

  @Test("a torn line of the results is cut off, and the last result of a line counts")
  func results() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "results-\(RequestIDs.next()).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let id = RequestIDs.next()
    let results = try ImportResults(path, id, isResumed: false)
    let problem = ImportKind.Problem(text: "said \"no\",\nthen nothing", reason: "OUT_OF_STOCK")
    try results.add([.init(line: 2), .init(line: 3, problem: problem), .init(line: 4, problem: problem)])
    try results.add([.init(line: 3, problem: nil, replayed: true)])
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("\(id),5,refused,X,\"torn".utf8))
    try handle.close()
    try ImportResults.mend(path)
    let csv = try CSV(Array(Data(contentsOf: URL(filePath: path))))
    let known = try ImportResults.read(csv, path)
    #expect(known.importID == id && known.done == [2, 3])
    try ImportResults(path, id, isResumed: true).add([.init(line: 4)])
    #expect(try ImportResults.read(CSV(Array(Data(contentsOf: URL(filePath: path)))), path).done == [2, 3, 4])
  }

  @Test("progress says how far, how fast and how long still")
  func progress() {
    var progress = ImportProgress(total: 200, skipped: 50, Output(isJSON: true))
    progress.add((0..<50).map { ImportResults.Row(line: $0, problem: $0 == 7 ? .init(text: "no") : nil) })
    #expect(progress.text(after: .seconds(5)) == "100 of 200 rows (50 %), 10 rows/s, 1 refused, 10s left")
  }
}
