internal import API
internal import Basics

/// A page of a list on its way out: it ends when it has as many bytes as an answer should, whatever its caller asked for.
/// Of all lists but the journal's, whose records are small: elements in field 1, the token in field 2.
struct PageWriter {
  /// One element more may come on top, of 2 MiB at the most: a SKU's stock at all locations, an order with all its
  /// shipments. So an answer stays below the 4 MiB that clients take, and on its way from another node it is no longer
  /// in the way of others than a full batch of a shard's log.
  static let byteCountMax = 1 << 20

  private var output = ByteWriter()
  private(set) var count = 0

  var isFull: Bool { output.count >= Self.byteCountMax }

  mutating func append(_ element: some ProtobufMessage) {
    output.field(1 << 3 | 2, message: element)
    count += 1
  }

  /// The answer; the token is empty on the last page.
  consuming func finished(_ nextPageToken: String) -> [UInt8] {
    output.field(2 << 3 | 2, text: nextPageToken)
    return output.bytes
  }
}
