import Foundation
import Testing

@testable import Server

@Suite struct ConfigurationTests {
  private func read(_ arguments: [String], _ environment: [String: String] = [:]) throws -> NodeConfiguration {
    guard case .serve(let configuration) = try ConfigurationReader.read(arguments: arguments, environment: environment)
    else { throw ConfigurationError("nothing to serve") }
    return configuration
  }

  private func file(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "/holdfast-\(UUID()).json"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `a flag wins over a variable, a variable over the file`() throws {
    let path = try file(#"{"stores": 3, "shards": 5, "log-level": "debug", "data-dir": "/from/file"}"#)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let configuration = try read(
      ["--config", path, "--stores=1"], ["HOLDFAST_STORES": "2", "HOLDFAST_SHARDS": "4"])
    #expect(configuration.storeCount == 1)
    #expect(configuration.shardCount == 4)
    #expect(configuration.logLevel == .debug)
    #expect(configuration.dataDirectory == "/from/file")
  }

  @Test(arguments: [
    (["--data-dir", "d", "--shards", "0"], "the flag --shards wants a whole number from 1 to 1024, not '0'"),
    (["--data-dir", "d", "--shards", "x"], "the flag --shards wants a whole number from 1 to 1024, not 'x'"),
    (["--data-dir", "d", "--listen", "nowhere"], "HOST:PORT with a numeric address"),
    (["--data-dir", "d", "--log-segment-bytes", "1KiB"], "a size from 1048576"),
    (["--data-dir", "d", "--data-dir", "e"], "given twice"),
    (["--data-dir", "d", "--peers", "2=nowhere"], "N=HOST:PORT with a node's number"),
    (["--data-dir", "d", "--shard", "1"], "there is no flag --shard"),
    (["--data-dir", "d", "stray"], "'stray' is neither init or join nor a flag"),
    (["--data-dir"], "--data-dir needs a value"),
    (["--data-dir", ""], "a value that is not empty"),
    ([], "--data-dir is required"),
    (["--data-dir", "d", "--listen", "0.0.0.0:1"], "--allow-unprotected"),
    (["--data-dir", "d", "--config", "/does/not/exist"], "cannot be read"),
  ])
  func `what is wrong is named`(arguments: [String], message: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try read(arguments) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [#"{"shard": 1}"#, #"[1]"#, "{", #"{"shards": [1]}"#, #"{"shards": 1.5}"#])
  func `a wrong file is refused with its path`(text: String) throws {
    let path = try file(text)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: ConfigurationError.self) { try read(["--data-dir", "d", "--config", path]) }
    #expect(error?.description.contains(path) == true)
  }

  @Test func `beyond loopback only by saying so`() throws {
    #expect(throws: ConfigurationError.self) { try read(["--data-dir", "d", "--listen", "10.0.0.1:7400"]) }
    let configuration = try read(["--data-dir", "d", "--listen", "10.0.0.1:7400", "--allow-unprotected"])
    #expect(configuration.listen == ListenAddress(host: "10.0.0.1", port: 7400))
  }

  @Test func `init, join and nothing say what is to be done`() throws {
    let flags = ["--data-dir", "d", "--cluster", "h:1", "--secret-file", "s"]
    guard case .serve = try ConfigurationReader.read(arguments: flags, environment: [:]),
      case .found = try ConfigurationReader.read(arguments: ["init"] + flags, environment: [:]),
      case .join(let configuration) = try ConfigurationReader.read(arguments: ["join"] + flags, environment: [:])
    else {
      Issue.record("the words are read")
      return
    }
    #expect(configuration.cluster == "h:1" && configuration.secretFile == "s")
  }

  @Test(arguments: [
    (["join", "--data-dir", "d", "--secret-file", "s"], "--cluster is required"),
    (["join", "--data-dir", "d", "--cluster", "h:1"], "--secret-file is required"),
    (["join", "init"], "'init' is neither"),
    (["--data-dir", "d", "init"], "'init' is neither"),
    (["init"], "--data-dir is required"),
    (["init", "--data-dir", "d", "--peer-listen", "0.0.0.0:1"], "--allow-unprotected"),
    (["init", "--data-dir", "d", "--listen", "7400", "--peer-listen", "7400"], "are both 127.0.0.1:7400"),
    (["init", "--data-dir", "d", "--listen", "65535"], "say --peer-listen"),
    (["init", "--data-dir", "d", "--advertise", "a b"], "HOST or HOST:PORT"),
    (["init", "--data-dir", "d", "--feature-level-max", "0"], "from 1 to"),
  ])
  func `what is wrong with a node of a cluster is named`(arguments: [String], message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationReader.read(arguments: arguments, environment: [:])
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `other nodes connect to the next port, or to one that the system picks`() throws {
    #expect(try read(["--data-dir", "d", "--listen", "80"]).peerListenAddress.description == "127.0.0.1:81")
    #expect(try read(["--data-dir", "d", "--listen", "[::1]:0"]).peerListenAddress.description == "[::1]:0")
    #expect(
      try read(["--data-dir", "d", "--listen", "80", "--peer-listen", "9"]).peerListenAddress.description
        == "127.0.0.1:9")
  }

  @Test(arguments: [
    ("7400", "127.0.0.1:7400"), (":0", "127.0.0.1:0"), ("localhost:1", "127.0.0.1:1"), ("[::1]:80", "[::1]:80"),
    ("*:9", "0.0.0.0:9"),
  ])
  func `addresses have one form`(text: String, shown: String) {
    #expect(ListenAddress(text: text)?.description == shown)
  }

  @Test(arguments: ["", "a", "1:2:3", "::1:80", "127.0.0.1:65536", "127.0.0.1:-1"])
  func `other text is no address`(text: String) { #expect(ListenAddress(text: text) == nil) }

  @Test func `help names every setting and its default`() throws {
    guard case .print(let help) = try ConfigurationReader.read(arguments: ["--help"], environment: [:]) else {
      Issue.record("help is printed")
      return
    }
    for setting in Setting.table { #expect(help.contains("--\(setting.name)")) }
  }

  @Test func `text in a log line cannot break it`() {
    #expect(Logger.quoted("a\"b\\c\nd\u{1}") == #""a\"b\\c\nd\u0001""#)
  }
}
