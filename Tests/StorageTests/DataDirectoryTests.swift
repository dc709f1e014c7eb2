import Basics
import Glibc
import Testing

@testable import Storage

@Suite struct DataDirectoryTests {
  let folder = TemporaryFolder()
  var path: String { folder.path + "/data" }
  let cluster = UniqueID(high: 7, low: 9)

  func identity(_ number: UInt32 = 1, storeCount: Int = 2) -> DirectoryIdentity {
    DirectoryIdentity(
      number: NodeID(number), cluster: cluster, storeCount: storeCount, shardCount: 8, secret: .random())
  }

  @discardableResult
  func found() throws(StorageError) -> DataDirectory {
    try DataDirectory(founding: path, as: identity(), fileSystem: PosixFileSystem()) { _, _ in }
  }

  func join() throws(StorageError) -> DataDirectory {
    try DataDirectory(joining: path, fileSystem: PosixFileSystem())
  }

  func open() throws(StorageError) -> DataDirectory {
    try DataDirectory(opening: path, fileSystem: PosixFileSystem()) { _, _ in }
  }

  /// The reason of a refusal.
  func refusal(_ body: () throws(StorageError) -> Void) -> StorageError? {
    do throws(StorageError) {
      try body()
      return nil
    } catch { return error }
  }

  func write(_ text: String, _ name: String) throws {
    try PosixFileSystem().write(Array(text.utf8), toNewFile: path + "/" + name, isPrivate: false)
  }

  @Test("a new directory gets an identity, and keeps it")
  func identityIsKept() throws {
    let first: (format: DirectoryFormat, secret: ClusterSecret)
    do {
      let directory = try found()
      first = (directory.format, try directory.secret())
    }
    #expect(first.format.cluster == cluster && first.format.storeCount == 2 && first.format.number == NodeID(1))
    let again = try open()
    #expect(again.format == first.format)
    #expect(try again.secret() == first.secret)
    #expect(try again.seeds().isEmpty)
  }

  @Test("the format file is read back as written, and refused when a byte changed")
  func formatFile() throws {
    var format = DirectoryFormat(
      state: .ready, node: UniqueID(high: 1, low: 2), number: NodeID(77), cluster: cluster, storeCount: 3,
      shardCount: 1, created: Stamp(milliseconds: 4))
    for number in UInt64(0)..<20 { format.starts = format.starts.next(UniqueID(high: 6, low: number)) }
    let bytes = format.encoded()
    #expect(try DirectoryFormat(bytes, path: "FORMAT") == format)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1
      #expect(throws: StorageError.self, "byte \(place)") { try DirectoryFormat(changed, path: "FORMAT") }
      #expect(throws: StorageError.self, "\(place) bytes") {
        try DirectoryFormat(Array(bytes.prefix(place)), path: "FORMAT")
      }
    }
  }

  @Test("each start has an id of its own, which is on disk before anybody hears of it")
  func starts() throws {
    do { try found() }
    var known = NodeStarts.none
    for number in 1...20 {
      let directory = try open()
      #expect(directory.format.starts == known, "opening alone is no start: tools open directories too")
      try directory.beginStart()
      known = directory.format.starts
      #expect(known.latest.number == UInt32(number) && known.latest.id != .zero)
      #expect(!known.earlier.contains(known.latest.id))
      #expect(try DirectoryFormat.read(directory: path)?.starts == known)
    }
    #expect(known.earlier.count == NodeStarts.earlierCountMax)
  }

  @Test("a second owner is refused and told who the first one is")
  func lock() throws {
    let first = try found()
    #expect(
      refusal { () throws(StorageError) in _ = try open() }
        == .locked(path: path + "/LOCK", owner: "process \(getpid())"))
    withExtendedLifetime(first) {}
  }

  @Test("another format is refused by number", arguments: [(3, "cannot be upgraded"), (5, "newer program")])
  func otherFormat(version: Int, said: String) throws {
    do { try found() }
    try write("holdfast data directory\nformat: \(version)\nsomething: else\n", "FORMAT")
    let text = refusal { () throws(StorageError) in _ = try open() }?.description ?? ""
    #expect(text.contains("format \(version)") && text.contains(said))
  }

  @Test("a folder that holds something else is refused")
  func strangers() throws {
    try PosixFileSystem().makeDirectory(path)
    try write("hello", "letter.txt")
    let refusals = [
      refusal { () throws(StorageError) in _ = try found() }, refusal { () throws(StorageError) in _ = try join() },
    ]
    for refusal in refusals { #expect(refusal?.description.contains("letter.txt") == true) }
  }

  @Test("the secret is nobody's but its owner's")
  func secretIsPrivate() throws {
    try PosixFileSystem().makeDirectory(path)
    // An earlier attempt may have left the file with any mode.
    try write("left", "SECRET.new")
    try found()
    var status = stat()
    #expect(unsafe stat(path + "/SECRET", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test("a secret is read back from its text, and from nothing else")
  func secretText() {
    let secret = ClusterSecret.random()
    #expect(secret != ClusterSecret.random())
    #expect(ClusterSecret(text: secret.text) == secret)
    #expect(ClusterSecret(text: secret.text.uppercased()) == secret)
    for text in ["", String(secret.text.dropLast(2)), secret.text + "0", secret.text.replacing("\n", with: "é")] {
      #expect(ClusterSecret(text: text) == nil)
    }
    #expect("\(secret)" == "a secret")
  }
}

extension DataDirectoryTests {
  @Test("a directory whose making was interrupted is made anew")
  func interrupted() throws {
    var made = 0
    let error = refusal { () throws(StorageError) in
      _ = try DataDirectory(founding: path, as: identity(), fileSystem: PosixFileSystem()) {
        (_, store) throws(StorageError) in
        if store == 1 { throw .system(call: "test", path: "", number: 5) }
        made += 1
      }
    }
    #expect(error != nil && made == 1)
    let directory = try DataDirectory(opening: path, fileSystem: PosixFileSystem()) {
      (_, _) throws(StorageError) in made += 1
    }
    #expect(made == 3 && directory.format.state == .ready)
  }

  @Test("a directory that is made is not founded and not joined once more")
  func madeOnce() throws {
    do { try found() }
    let refusals = [
      refusal { () throws(StorageError) in _ = try found() }, refusal { () throws(StorageError) in _ = try join() },
    ]
    for refusal in refusals {
      #expect(refusal?.description.contains("node 1 of cluster \(cluster) already") == true)
    }
  }

  @Test("whoever joins asks under one id, however often it is interrupted, and keeps it as a node")
  func joining() throws {
    let first: UniqueID
    do { first = try join().format.node }
    #expect(refusal { () throws(StorageError) in _ = try open() }?.description.contains("holdfastd join again") == true)
    var wanted = identity(3)
    wanted.seeds = [ClusterSeed(node: NodeID(1), peerAddress: "node-1:7401")]
    do {
      let directory = try join()
      #expect(directory.format.node == first)
      let error = refusal { () throws(StorageError) in
        try directory.finishJoining(as: wanted) { (_, _) throws(StorageError) in
          throw .system(call: "test", path: "", number: 5)
        }
      }
      #expect(error != nil)
    }
    do {
      let directory = try join()
      #expect(directory.format.node == first)
      try directory.finishJoining(as: wanted) { _, _ in }
    }
    let directory = try open()
    #expect(directory.format.node == first && directory.format.number == NodeID(3))
    #expect(try directory.secret() == wanted.secret)
    #expect(try directory.seeds() == wanted.seeds)
  }

  @Test("what joined in part founds no cluster")
  func joinedInPart() throws {
    do {
      let directory = try join()
      _ = refusal { () throws(StorageError) in
        try directory.finishJoining(as: identity(3)) { (_, _) throws(StorageError) in
          throw .system(call: "test", path: "", number: 5)
        }
      }
    }
    #expect(refusal { () throws(StorageError) in try found() } != nil)
  }
}
