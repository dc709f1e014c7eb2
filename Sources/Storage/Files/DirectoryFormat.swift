package import Basics

// The file FORMAT at the top of a data directory: lines of text, in this order, each ended by a line feed.
//
//   holdfast data directory
//   format: <decimal>            the version of everything below; a newer one is refused
//   state: initialising | ready  initialising: the stores are not all made yet, nothing was ever stored
//   node: <uuid>                 random, made with the directory; a wiped disk is a new node
//   cluster: <uuid>
//   stores: <decimal>
//   shards: <decimal>           inventory shards that the slots were divided among when the directory was made
//   created: <decimal>           milliseconds since 1970-01-01 00:00 UTC
//   crc32c: <8 hexadecimal digits>   of all bytes before this line

/// What a data directory says about itself.
package struct DirectoryFormat: Equatable, Sendable {
  package static let currentVersion = 1
  private static let title = "holdfast data directory"

  package var version = DirectoryFormat.currentVersion
  var isReady: Bool
  package var node: UniqueID
  package var cluster: UniqueID
  package var storeCount: Int
  package var shardCount: Int
  package var created: Stamp

  func encoded() -> [UInt8] {
    let text = """
      \(Self.title)
      format: \(version)
      state: \(isReady ? "ready" : "initialising")
      node: \(node)
      cluster: \(cluster)
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
    guard version == Self.currentVersion else {
      throw .unusable(
        path: path,
        reason: "the directory has format \(version), this program knows format \(Self.currentVersion); "
          + (version > Self.currentVersion ? "run the newer program" : "it cannot be upgraded"))
    }
    guard lines.count == 10, let state = Self.value("state", in: lines[2]),
      let node = Self.value("node", in: lines[3]).flatMap({ UniqueID(text: $0) }),
      let cluster = Self.value("cluster", in: lines[4]).flatMap({ UniqueID(text: $0) }),
      let storeCount = Self.value("stores", in: lines[5]).flatMap({ Int($0) }),
      let shardCount = Self.value("shards", in: lines[6]).flatMap({ Int($0) }),
      let created = Self.value("created", in: lines[7]).flatMap({ Int64($0) })
    else { throw .damaged(path: path, offset: 0, reason: "a line is missing or unreadable") }
    self.init(
      isReady: state == "ready", node: node, cluster: cluster, storeCount: storeCount, shardCount: shardCount,
      created: Stamp(milliseconds: created))
    guard encoded() == bytes else { throw .damaged(path: path, offset: 0, reason: "the checksum does not match") }
  }

  init(isReady: Bool, node: UniqueID, cluster: UniqueID, storeCount: Int, shardCount: Int, created: Stamp) {
    self.isReady = isReady
    self.node = node
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
