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
//   crc32c: <8 hexadecimal digits>   of all bytes before this line
//
// Version 1 has no `number`: it was written by nodes that were alone, and reads as number 1. Opening such a directory
// writes the present version.

/// What a data directory says about itself.
package struct DirectoryFormat: Equatable, Sendable {
  package static let currentVersion = 3
  private static let title = "holdfast data directory"

  package enum State: String, Sendable {
    /// The directory has its random id, and its cluster has not been heard of yet.
    case joining
    /// The stores are not all made yet; nothing was ever stored.
    case initialising
    case ready
  }

  package var version = DirectoryFormat.currentVersion
  package var state: State
  package var node: UniqueID
  package var number: NodeID
  package var cluster: UniqueID
  package var storeCount: Int
  package var shardCount: Int
  package var created: Stamp

  func encoded() -> [UInt8] {
    let text = """
      \(Self.title)
      format: \(version)
      state: \(state.rawValue)
      node: \(node)
      \(version == 1 ? "" : "number: \(number)\n")cluster: \(cluster)
      stores: \(storeCount)
      shards: \(shardCount)
      created: \(created.milliseconds)

      """
    var bytes = Array(text.utf8)
    let digits = String(CRC32C.checksum(bytes.rawSpan), radix: 16)
    bytes.append(contentsOf: "crc32c: \(String(repeating: "0", count: 8 - digits.count))\(digits)\n".utf8)
    return bytes
  }

  /// Reads the file; the error is its `reason`.
  init(_ bytes: [UInt8], path: String) throws(StorageError) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard lines.first == Self.title, lines.count > 1,
      let version = Self.value("format", in: lines[1]).flatMap({ Int($0) })
    else { throw .unusable(path: path, reason: "this is not the format file of a Holdfast data directory") }
    guard version >= 1 && version <= Self.currentVersion else {
      throw .unusable(
        path: path,
        reason: "the directory has format \(version), this program knows format \(Self.currentVersion); "
          + (version > Self.currentVersion ? "run the newer program" : "it cannot be upgraded"))
    }
    var rest = lines[2...]
    func next(_ name: String) -> String? { rest.popFirst().flatMap { Self.value(name, in: $0) } }
    guard let state = next("state").flatMap({ State(rawValue: $0) }),
      let node = next("node").flatMap({ UniqueID(text: $0) }),
      let number = version == 1 ? 1 : next("number").flatMap({ UInt32($0) }),
      let cluster = next("cluster").flatMap({ UniqueID(text: $0) }),
      let storeCount = next("stores").flatMap({ Int($0) }),
      let shardCount = next("shards").flatMap({ Int($0) }),
      let created = next("created").flatMap({ Int64($0) })
    else { throw .damaged(path: path, offset: 0, reason: "a line is missing or unreadable") }
    self.init(
      state: state, node: node, number: NodeID(number), cluster: cluster, storeCount: storeCount,
      shardCount: shardCount, created: Stamp(milliseconds: created))
    self.version = version
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
