package import Basics

// The file FORMAT at the top of a data directory: lines of text, in this order, each ended by a line feed.
//
//   holdfast data directory
//   format: <decimal>            the version of everything below; a newer one is refused
//   state: joining | initialising | ready
//   node: <uuid>                 random, made with the directory; a wiped disk is a new node
//   number: <decimal>            the node's number in its cluster; 0 while it is joining
//   cluster: <uuid>
//   stores: <decimal>
//   shards: <decimal>           inventory shards that the slots were divided among when the directory was made
//   created: <decimal>           milliseconds since 1970-01-01 00:00 UTC
//   start: <decimal> <uuid>      the last start of the node's program on this directory: its number, and an id of its own
//   earlier: <uuid>*             the ids of the starts before it, the newest first, each after a space; at most 15
//   crc32c: <8 hexadecimal digits>   of all bytes before this line
//
// Earlier versions are refused: nothing turns their states and logs into those of this one.

/// What a data directory says about itself.
package struct DirectoryFormat: Equatable, Sendable {
  package static let currentVersion = 4
  private static let title = "holdfast data directory"

  package enum State: String, Sendable {
    /// The directory has its random id, and its cluster has not been heard of yet.
    case joining
    /// The stores are not all made yet; nothing was ever stored.
    case initialising
    case ready
  }

  package var version: Int { Self.currentVersion }
  package var state: State
  package var node: UniqueID
  package var number: NodeID
  package var cluster: UniqueID
  package var storeCount: Int
  package var shardCount: Int
  package var created: Stamp
  package var starts = NodeStarts.none

  func encoded() -> [UInt8] {
    let text = """
      \(Self.title)
      format: \(version)
      state: \(state.rawValue)
      node: \(node)
      number: \(number)
      cluster: \(cluster)
      stores: \(storeCount)
      shards: \(shardCount)
      created: \(created.milliseconds)
      start: \(starts.latest.number) \(starts.latest.id)
      earlier:\(starts.earlier.map { " \($0)" }.joined())

      """
    var bytes = Array(text.utf8)
    let digits = String(CRC32C.checksum(bytes.rawSpan), radix: 16)
    bytes.append(contentsOf: "crc32c: \(String(repeating: "0", count: 8 - digits.count))\(digits)\n".utf8)
    return bytes
  }

  /// Reads the last two lines before the checksum.
  private static func starts(_ lines: inout ArraySlice<String>) -> NodeStarts? {
    guard let start = lines.popFirst().flatMap({ value("start", in: $0) })?.split(separator: " "), start.count == 2,
      let number = UInt32(start[0]), let id = UniqueID(text: String(start[1])),
      let line = lines.popFirst(), line.hasPrefix("earlier:")
    else { return nil }
    var earlier: [UniqueID] = []
    for text in line.dropFirst("earlier:".count).split(separator: " ") {
      guard let id = UniqueID(text: String(text)) else { return nil }
      earlier.append(id)
    }
    return NodeStarts(number: number, id: id, earlier: earlier)
  }

  /// Reads the file; the error is its `reason`.
  init(_ bytes: [UInt8], path: String) throws(StorageError) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard lines.first == Self.title, lines.count > 1,
      let version = Self.value("format", in: lines[1]).flatMap({ Int($0) })
    else { throw .unusable(path: path, reason: "this is not the format file of a Holdfast data directory") }
    guard version == Self.currentVersion else {
      throw .unusable(
        path: path,
        reason: "the directory has format \(version), this program knows format \(Self.currentVersion); "
          + (version > Self.currentVersion ? "run the newer program" : "it cannot be upgraded"))
    }
    var rest = lines[2...]
    func next(_ name: String) -> String? { rest.popFirst().flatMap { Self.value(name, in: $0) } }
    guard let state = next("state").flatMap({ State(rawValue: $0) }),
      let node = next("node").flatMap({ UniqueID(text: $0) }),
      let number = next("number").flatMap({ UInt32($0) }),
      let cluster = next("cluster").flatMap({ UniqueID(text: $0) }),
      let storeCount = next("stores").flatMap({ Int($0) }),
      let shardCount = next("shards").flatMap({ Int($0) }),
      let created = next("created").flatMap({ Int64($0) }),
      let starts = Self.starts(&rest)
    else { throw .damaged(path: path, offset: 0, reason: "a line is missing or unreadable") }
    self.init(
      state: state, node: node, number: NodeID(number), cluster: cluster, storeCount: storeCount,
      shardCount: shardCount, created: Stamp(milliseconds: created))
    self.starts = starts
    guard encoded() == bytes else { throw .damaged(path: path, offset: 0, reason: "the checksum does not match") }
  }

  init(
    state: State, node: UniqueID, number: NodeID, cluster: UniqueID, storeCount: Int, shardCount: Int,
    created: Stamp
  ) {
    self.state = state
    self.node = node
    self.number = number
    self.cluster = cluster
    self.storeCount = storeCount
    self.shardCount = shardCount
    self.created = created
  }

  private static func value(_ name: String, in line: String) -> String? {
    line.hasPrefix(name + ": ") ? String(line.dropFirst(name.utf8.count + 2)) : nil
  }
}

extension DirectoryFormat {
  /// What the directory at `path` says about itself, without opening it; `nil` when there is none yet.
  package static func read(directory path: String) throws(StorageError) -> DirectoryFormat? {
    let file = path + "/FORMAT"
    return try PosixFileSystem().contents(file).map { bytes throws(StorageError) in
      try DirectoryFormat(bytes, path: file)
    }
  }
}
