import API
import Basics
import Foundation
import Testing

@testable import Server
@testable import Storage

@Suite struct JoiningTests {
  private func request() -> AddNodeRequest {
    AddNodeRequest(
      directoryID: "0198c1f2-7b3a-4c4d-9e5f-001122334466", clientAddress: "h:1", peerAddress: "h:2", zone: "z",
      featureLevel: 1, version: "v")
  }

  @Test func `a proof is valid for the secret and the words that it was made of`() throws {
    let secret = ClusterSecret.random()
    var request = request()
    request.proof = AddNodeProof.of(request, secret)
    #expect(AddNodeProof.isValid(request, secret))
    #expect(!AddNodeProof.isValid(request, .random()))
    // As it comes over the wire.
    #expect(AddNodeProof.isValid(try AddNodeRequest(decoding: request.encoded()), secret))
    var changed: [AddNodeRequest] = []
    for change in [
      { $0.directoryID = "0198c1f2-7b3a-4c4d-9e5f-001122334467" }, { $0.clientAddress = "h:3" },
      { $0.peerAddress = "" }, { $0.zone = "y" }, { $0.featureLevel = 2 }, { $0.proof.removeLast() },
      { $0.proof[0] ^= 1 }, { $0.proof = [] },
    ] as [(inout AddNodeRequest) -> Void] {
      var copy = request
      change(&copy)
      changed.append(copy)
    }
    for request in changed { #expect(!AddNodeProof.isValid(request, secret)) }
  }

  @Test(arguments: [
    ("node-1", "node-1:7400"), ("node-1:80", "node-1:80"), ("[::1]", "[::1]:7400"), ("[::1]:5", "[::1]:5"),
    ("10.0.0.1", "10.0.0.1:7400"),
  ])
  func `an address is told with a port`(text: String, told: String) {
    #expect(AdvertisedAddress(text, boundPort: 7400)?.text == told)
  }

  @Test(arguments: ["", "a b", ":7400", "host:", "host:0", "host:70000", "::1", "[::1", "h\u{e9}", "a:b:1"])
  func `what nobody can connect to is no address`(text: String) {
    #expect(AdvertisedAddress(text, boundPort: 7400) == nil)
  }

  @Test func `a node tells what it was told to, else where it listens`() {
    var configuration = NodeConfiguration()
    let (client, peer) = (ListenAddress(host: "10.0.0.7", port: 7400), ListenAddress(host: "10.0.0.7", port: 7401))
    configuration.listen = client
    func told() -> [String] {
      [
        AdvertisedAddress.client(configuration, bound: client).text,
        AdvertisedAddress.peer(configuration, bound: peer).text,
      ]
    }
    #expect(told() == ["10.0.0.7:7400", "10.0.0.7:7401"])
    configuration.advertise = "node-7:80"
    #expect(told() == ["node-7:80", "node-7:7401"])
    configuration.peerAdvertise = "inner-7"
    #expect(told() == ["node-7:80", "inner-7:7401"])
  }

  @Test func `a node that listens everywhere tells the machine's name`() {
    let everywhere = ListenAddress(host: "0.0.0.0", port: 7400)
    let told = AdvertisedAddress.client(NodeConfiguration(), bound: everywhere).text
    #expect(told.hasSuffix(":7400") && !told.hasPrefix("0.0.0.0") && told.count > 5)
  }

  private func folder() -> String { NSTemporaryDirectory() + "holdfast-\(UUID())" }

  @Test func `who joins asks again under the same id, and is a node when it is answered`() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let secret = ClusterSecret.random()
    try secret.text.write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
    var configuration = NodeConfiguration()
    configuration.dataDirectory = folder + "/data"
    configuration.secretFile = folder + "/secret"
    configuration.listen = ListenAddress(host: "127.0.0.1", port: 0)
    let first: AddNodeRequest
    do { first = try JoiningNode(configuration).request }
    do {
      let node = try JoiningNode(configuration)
      #expect(node.request == first)
      #expect(first.clientAddress.isEmpty && first.peerAddress.isEmpty)
      #expect(AddNodeProof.isValid(first, secret))
      var answer = AddNodeResponse(
        nodeID: 4, clusterID: "0198c1f2-7b3a-4c4d-9e5f-001122334455", storeCount: 2, shardCount: 8)
      answer.seeds = [.init(nodeID: 1, peerAddress: "127.0.0.1:1")]
      #expect(try node.finish(answer).contains("node 4"))
    }
    let format = try #require(try DirectoryFormat.read(directory: configuration.dataDirectory))
    #expect(format.state == .ready && format.number.rawValue == 4 && format.storeCount == 2 && format.shardCount == 8)
    #expect(throws: StorageError.self) { try JoiningNode(configuration) }
  }

  @Test func `an answer that makes no sense makes no node`() throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try ClusterSecret.random().text.write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
    var configuration = NodeConfiguration()
    configuration.dataDirectory = folder + "/data"
    configuration.secretFile = folder + "/secret"
    let node = try JoiningNode(configuration)
    let good = AddNodeResponse(
      nodeID: 4, clusterID: "0198c1f2-7b3a-4c4d-9e5f-001122334455", storeCount: 1, shardCount: 8)
    for change in [{ $0.nodeID = 1 }, { $0.nodeID = 1 << 40 }, { $0.clusterID = "" }, { $0.storeCount = 0 }]
      as [(inout AddNodeResponse) -> Void]
    {
      var answer = good
      change(&answer)
      #expect(throws: ConfigurationError.self) { try node.finish(answer) }
    }
    #expect(try DirectoryFormat.read(directory: configuration.dataDirectory)?.state == .joining)
  }
}
