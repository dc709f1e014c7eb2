internal import Basics

/// Writes the commands of a Redis load: one call of the script that reserves, and the wait for its copies.
///
///     EVALSHA <script> <2 * batch> (stock:<sku> hold:<id>)... 1
struct ReserveScript {
  /// Everything before the first key, and everything after the last one.
  private let head: [UInt8]
  private let tail = Array("$1\r\n1\r\n".utf8)
  private let wait: [UInt8]
  private let batch: Int

  static let skuDigits = 12

  /// - Parameters:
  ///   - digest: the SHA-1 of the script, as `SCRIPT LOAD` answered it.
  ///   - copies: how many replicas an acknowledgement waits for; 0 waits for none.
  init(digest: String, batch: Int, copies: Int) {
    self.batch = batch
    let keys = String(2 * batch)
    head = Array(
      ("*\(4 + 2 * batch)\r\n$7\r\nEVALSHA\r\n$\(digest.utf8.count)\r\n\(digest)\r\n"
        + "$\(keys.utf8.count)\r\n\(keys)\r\n").utf8)
    let count = String(copies)
    wait = Array("*3\r\n$4\r\nWAIT\r\n$\(count.utf8.count)\r\n\(count)\r\n$5\r\n10000\r\n".utf8)
  }

  /// Appends one call for SKUs and ids drawn from `random`.
  func appendCall(_ skuCount: Int, _ random: inout SeededGenerator, to output: inout ByteWriter) {
    output.append(head.rawSpan)
    for _ in 0..<batch {
      appendStockKey(random.below(skuCount), to: &output)
      appendHoldKey(random.next(), random.next(), to: &output)
    }
    output.append(tail.rawSpan)
  }

  /// Appends the wait of up to ten seconds for what was called before.
  func appendWait(to output: inout ByteWriter) { output.append(wait.rawSpan) }

  private static let stockHead = Array("$\(6 + skuDigits)\r\nstock:".utf8)
  private static let holdHead = Array("$37\r\nhold:".utf8)
  private static let lineEnd = Array("\r\n".utf8)

  private func appendStockKey(_ sku: Int, to output: inout ByteWriter) {
    output.append(Self.stockHead.rawSpan)
    let start = output.count
    for _ in 0..<Self.skuDigits { output.uint8(UInt8(ascii: "0")) }
    var rest = sku
    var place = start + Self.skuDigits - 1
    while rest > 0, place >= start {
      output.bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      place -= 1
    }
    output.append(Self.lineEnd.rawSpan)
  }

  private func appendHoldKey(_ high: UInt64, _ low: UInt64, to output: inout ByteWriter) {
    output.append(Self.holdHead.rawSpan)
    appendHexadecimal(high, to: &output)
    appendHexadecimal(low, to: &output)
    output.append(Self.lineEnd.rawSpan)
  }
}

/// Appends sixteen lower-case digits.
func appendHexadecimal(_ value: UInt64, to output: inout ByteWriter) {
  var shift: UInt64 = 64
  while shift > 0 {
    shift -= 4
    output.uint8(hexadecimalCharacter(UInt8(value >> shift & 15)))
  }
}
