package import API
internal import Basics
import Foundation
internal import Storage

/// Makes the data directories of nodes: once for each node, before it runs for the first time.
package enum DirectoryMaking {
  /// Makes the first node of a new cluster, and tells what there is now.
  package static func found(_ configuration: NodeConfiguration) throws -> String {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let storeCount = configuration.storeCount == 0 ? max(1, processors - 1) : configuration.storeCount
    let identity = DirectoryIdentity(
      cluster: UniqueID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)), storeCount: storeCount,
      shardCount: configuration.shardCount,
      secret: try configuration.secretFile.map { try readSecret($0) } ?? .random())
    let path = configuration.dataDirectory
    try StorageEngine.found(
      path, as: identity, log: StorageConfiguration(configuration, storeCount: storeCount).log)
    return """
      \(path) is node 1 of the new cluster \(identity.cluster): \(storeCount) stores, \(configuration.shardCount) shards.
      Run it with: \(configuration.commandToRun)
      Whoever is to join needs a copy of \(path)/SECRET: holdfastd join --help
      """
  }

  static func readSecret(_ path: String) throws -> ClusterSecret {
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw ConfigurationError("the secret file \(path) cannot be read: \(error.localizedDescription)")
    }
    guard let secret = ClusterSecret(text: text) else {
      throw ConfigurationError("the secret file \(path) must hold 64 hexadecimal digits")
    }
    return secret
  }
}

/// A node on its way into a cluster: it asks a member for a number, and makes its directory from the answer. The
/// directory's random id is durable before the first question, so that an interrupted node that asks again is known.
package final class JoiningNode {
  private let configuration: NodeConfiguration
  private let directory: DataDirectory
  private let secret: ClusterSecret
  /// What to ask a node of the cluster. It proves that the secret is known and does not tell it.
  package let request: AddNodeRequest

  package init(_ configuration: NodeConfiguration) throws {
    self.configuration = configuration
    guard let path = configuration.secretFile else { throw ConfigurationError("--secret-file is required") }
    secret = try DirectoryMaking.readSecret(path)
    directory = try StorageEngine.beginJoining(configuration.dataDirectory)
    var request = AddNodeRequest()
    request.directoryID = directory.format.node.description
    request.clientAddress = Self.address(configuration.listen) { .client(configuration, bound: $0) }
    request.peerAddress = Self.address(configuration.peerListenAddress) { .peer(configuration, bound: $0) }
    request.zone = configuration.zone
    request.featureLevel = UInt32(configuration.featureLevelMax)
    request.version = holdfastVersion
    request.proof = AddNodeProof.of(request, secret)
    self.request = request
  }

  /// Makes the directory, and tells what there is now.
  package func finish(_ answer: AddNodeResponse) throws -> String {
    guard let number = UInt32(exactly: answer.nodeID), number > 1, let cluster = UniqueID(text: answer.clusterID),
      answer.storeCount >= 1, answer.shardCount >= 1
    else { throw ConfigurationError("the cluster's answer makes no sense: \(answer)") }
    let identity = DirectoryIdentity(
      number: NodeID(number), cluster: cluster, storeCount: Int(answer.storeCount),
      shardCount: Int(answer.shardCount), secret: secret,
      seeds: answer.seeds.map {
        ClusterSeed(node: NodeID(UInt32(truncatingIfNeeded: $0.nodeID)), peerAddress: $0.peerAddress)
      })
    try StorageEngine.finishJoining(
      directory, as: identity, log: StorageConfiguration(configuration, storeCount: identity.storeCount).log)
    return """
      \(directory.path) is node \(number) of the cluster \(cluster).
      Run it with: \(configuration.commandToRun)
      Give it its share with: holdfast cluster add \(number)
      """
  }

  /// A port that the system is yet to pick is not told: the node will, once it runs.
  private static func address(_ listen: ListenAddress, _ advertised: (ListenAddress) -> AdvertisedAddress) -> String {
    let address = advertised(listen).text
    return address.hasSuffix(":0") ? "" : address
  }
}

/// The proof that whoever wants to join knows the cluster's secret.
enum AddNodeProof {
  /// The code of the request without its proof, under the secret. Protobuf leaves the order of fields open; ours is fixed.
  static func of(_ request: AddNodeRequest, _ secret: ClusterSecret) -> [UInt8] {
    var unproven = request
    unproven.proof = []
    let message = unproven.encoded()
    return HMAC.sha256(key: secret.bytes.rawSpan, message: message.rawSpan)
  }

  static func isValid(_ request: AddNodeRequest, _ secret: ClusterSecret) -> Bool {
    let proof = request.proof
    let expected = of(request, secret)
    return proof.rawSpan.equalsInConstantTime(expected.rawSpan)
  }
}

extension NodeConfiguration {
  /// What runs the node that is being made: settings are not kept in its directory, so its addresses are given again, and so
  /// is whatever else it is to have.
  fileprivate var commandToRun: String {
    let usual = NodeConfiguration()
    var words = ["holdfastd", "--data-dir", dataDirectory]
    if listen != usual.listen { words += ["--listen", listen.description] }
    if let peerListen { words += ["--peer-listen", peerListen.description] }
    if let advertise { words += ["--advertise", advertise] }
    if allowsUnprotected { words.append("--allow-unprotected") }
    return words.joined(separator: " ")
  }
}
