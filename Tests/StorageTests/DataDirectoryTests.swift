import Basics
import Glibc
import Testing

@testable import Storage

@Suite struct DataDirectoryTests {
  let folder = TemporaryFolder()
  var path: String { folder.path + "/data" }
  let cluster = UniqueID(high: 7, low: 9)

  func open(storeCount: Int = 2) throws(StorageError) -> DataDirectory {
    try DataDirectory(path: path, storeCount: storeCount, cluster: cluster, fileSystem: PosixFileSystem()) { _, _ in }
  }

  /// The reason of a refusal.
  func refusal(_ body: () throws(StorageError) -> Void) -> StorageError? {
    do throws(StorageError) {
      try body()
      return nil
    } catch { return error }
  }

  func write(_ text: String, _ name: String) throws {
    try PosixFileSystem().write(Array(text.utf8), toNewFile: path + "/" + name)
  }

  @Test("a new directory gets an identity, and keeps it")
  func identity() throws {
    let first: DirectoryFormat
    do { first = try open().format }
    #expect(first.cluster == cluster && first.storeCount == 2 && first.version == 1)
    #expect(try open().format == first)
  }

  @Test("the format file is read back as written, and refused when a byte changed")
  func formatFile() throws {
    let format = DirectoryFormat(
      isReady: true, node: UniqueID(high: 1, low: 2), cluster: cluster, storeCount: 3, shardCount: 1,
      created: Stamp(milliseconds: 4))
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

  @Test("a second owner is refused and told who the first one is")
  func lock() throws {
    let first = try open()
    #expect(
      refusal { () throws(StorageError) in _ = try open() }
        == .locked(path: path + "/LOCK", owner: "process \(getpid())"))
    withExtendedLifetime(first) {}
  }

  @Test("a newer format is refused by number")
  func newerFormat() throws {
    do { _ = try open() }
    try write("holdfast data directory\nformat: 2\nsomething: new\n", "FORMAT")
    let text = refusal { () throws(StorageError) in _ = try open() }?.description ?? ""
    #expect(text.contains("format 2") && text.contains("newer program"))
  }

  @Test("another number of stores is refused, with both numbers")
  func storeCount() throws {
    do { _ = try open(storeCount: 2) }
    let text = refusal { () throws(StorageError) in _ = try open(storeCount: 4) }?.description ?? ""
    #expect(text.contains("made for 2 stores") && text.contains("opened with 4"))
  }

  @Test("a folder that holds something else is refused")
  func strangers() throws {
    try PosixFileSystem().makeDirectory(path)
    try write("hello", "letter.txt")
    let text = refusal { () throws(StorageError) in _ = try open() }?.description ?? ""
    #expect(text.contains("letter.txt"))
  }

  @Test("a directory whose making was interrupted is made anew")
  func interrupted() throws {
    var made = 0
    let error = refusal { () throws(StorageError) in
      _ = try DataDirectory(path: path, storeCount: 2, cluster: cluster, fileSystem: PosixFileSystem()) {
        (_, store) throws(StorageError) in
        if store == 1 { throw .system(call: "test", path: "", number: 5) }
        made += 1
      }
    }
    #expect(error != nil && made == 1)
    let directory = try DataDirectory(path: path, storeCount: 2, cluster: cluster, fileSystem: PosixFileSystem()) {
      (_, _) throws(StorageError) in made += 1
    }
    #expect(made == 3 && directory.format.isReady)
  }
}
