import Basics
import Testing

@testable import Peers

@Suite struct MessageTests {
  @Test func `a call of the script is the command that Redis's protocol asks for`() {
    let script = ReserveScript(digest: "abc", batch: 2, copies: 1)
    var random = SeededGenerator(seed: 1)
    var output = ByteWriter()
    script.appendCall(1, &random, to: &output)
    script.appendWait(to: &output)
    var random2 = SeededGenerator(seed: 1)
    func hold() -> String {
      _ = random2.below(1)
      var text = ByteWriter()
      appendHexadecimal(random2.next(), to: &text)
      appendHexadecimal(random2.next(), to: &text)
      return "$37\r\nhold:\(String(decoding: text.bytes, as: UTF8.self))\r\n"
    }
    let stock = "$18\r\nstock:000000000000\r\n"
    let expected =
      "*8\r\n$7\r\nEVALSHA\r\n$3\r\nabc\r\n$1\r\n4\r\n" + stock + hold() + stock + hold() + "$1\r\n1\r\n"
      + "*3\r\n$4\r\nWAIT\r\n$1\r\n1\r\n$5\r\n10000\r\n"
    #expect(String(decoding: output.bytes, as: UTF8.self) == expected)
  }

  @Test func `a SKU's number is written in twelve digits`() {
    let script = ReserveScript(digest: "abc", batch: 1, copies: 0)
    var random = SeededGenerator(seed: 5)
    var twin = random
    var output = ByteWriter()
    script.appendCall(123_456, &random, to: &output)
    let digits = String(twin.below(123_456))
    let key = "stock:" + String(repeating: "0", count: 12 - digits.utf8.count) + digits
    #expect(String(decoding: output.bytes, as: UTF8.self).contains(key))
  }

  @Test func `a transaction of etcd has the bytes that its contract says`() {
    var output = ByteWriter()
    EtcdTransaction.encode(stock: Array("s".utf8), hold: Array("h".utf8), known: 5, left: 9, to: &output)
    let compare: [UInt8] = [0x0A, 7, 0x10, 2, 0x1A, 1, 0x73, 0x30, 5]
    let swap: [UInt8] = [0x12, 8, 0x12, 6, 0x0A, 1, 0x73, 0x12, 1, 0x39]
    let record: [UInt8] = [0x12, 10, 0x12, 8, 0x0A, 1, 0x68, 0x12, 3, 0x73, 0x3A, 0x31]
    let read: [UInt8] = [0x1A, 5, 0x0A, 3, 0x0A, 1, 0x73]
    #expect(output.bytes == compare + swap + record + read)
  }

  @Test func `a swap's answer tells the revision, a failed comparison the stock as it is`() throws {
    // header { cluster_id 1, revision 300, raft_term 2 }, succeeded
    let swapped: [UInt8] = [0x0A, 7, 0x08, 1, 0x18, 0xAC, 0x02, 0x20, 2, 0x10, 1]
    let answer = try EtcdAnswer(decoding: swapped.rawSpan)
    #expect(answer.isSwapped && answer.revision == 300)
    // header { revision 7 }, responses { range { header {}, kvs { key "s", create 1, mod 6, version 2, value "41" }, count 1 } }
    let value: [UInt8] = [0x0A, 1, 0x73, 0x10, 1, 0x18, 6, 0x20, 2, 0x2A, 2, 0x34, 0x31]
    let range: [UInt8] = [0x0A, 0, 0x12, UInt8(value.count)] + value + [0x20, 1]
    let failed: [UInt8] =
      [0x0A, 2, 0x18, 7, 0x1A, UInt8(range.count + 2), 0x0A, UInt8(range.count)] + range
    let other = try EtcdAnswer(decoding: failed.rawSpan)
    #expect(!other.isSwapped && other.stockRevision == 6 && other.stockLeft == 41)
    for count in 1..<failed.count where count != 4 {
      #expect(throws: DecodeError.self) { try EtcdAnswer(decoding: Array(failed[..<count]).rawSpan) }
    }
  }

  @Test func `all stock is read into the place of its SKU`() throws {
    // Two of `kvs { key "stock/N", mod_revision R, value "L" }`, and a count.
    func pair(_ sku: String, _ revision: UInt8, _ left: String) -> [UInt8] {
      let key = Array("stock/\(sku)".utf8)
      let value = Array(left.utf8)
      let body = [0x0A, UInt8(key.count)] + key + [0x18, revision, 0x2A, UInt8(value.count)] + value
      return [0x12, UInt8(body.count)] + body
    }
    let bytes = pair("0", 3, "70") + pair("1", 4, "80") + [0x20, 2]
    let stock = EtcdStock(skuCount: 2)
    try stock.learn(EtcdRange.stocks(in: bytes.rawSpan))
    #expect(stock.stock(of: 0) == EtcdStock.Known(revision: 3, left: 70))
    #expect(stock.stock(of: 1) == EtcdStock.Known(revision: 4, left: 80))
    let strange = try EtcdRange.stocks(in: pair("2", 5, "1").rawSpan)
    #expect(throws: DecodeError.self) { try stock.learn(strange) }
  }

  @Test func `what was decided earlier does not replace what is known`() {
    let stock = EtcdStock(skuCount: 1)
    stock.learn(0, revision: 8, left: 3)
    stock.learn(0, revision: 7, left: 4)
    #expect(stock.stock(of: 0) == EtcdStock.Known(revision: 8, left: 3))
  }

  @Test func `percentiles are those of the sorted list`() {
    let sorted: [UInt32] = Array(1...200)
    #expect(percentile(50, of: sorted) == 100)
    #expect(percentile(99, of: sorted) == 198)
    #expect(percentile(100, of: sorted) == 200)
    #expect(percentile(99, of: [7]) == 7)
    #expect(percentile(99, of: []) == 0)
  }

  @Test func `a command line that is not understood is refused`() throws {
    let order = try PeersOrder(["redis", "--port", "6000", "--script", "abc", "--copies", "1", "--in-flight", "16"])
    #expect(order.peer == .redis(digest: "abc", copies: 1) && order.plan.inFlight == 16 && order.plan.port == 6_000)
    for wrong in [
      [], ["redis"], ["redis", "--port", "1"], ["etcd", "--port", "70000"], ["etcd", "--port", "1", "--batch", "2"],
      ["mongo", "--port", "1"], ["etcd", "--port", "1", "--what", "2"], ["etcd", "--port"],
    ] { #expect(throws: PeersUsageError.self) { try PeersOrder(wrong) } }
  }
}
