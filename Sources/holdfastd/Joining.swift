import API
import Client
import Foundation
import Server

/// How long the cluster has to take a node that wants to join: enough for an election or two.
private let joinTimeout = Duration.seconds(30)

/// Makes the data directory of a node that joins, and ends the process.
func joinCluster(_ configuration: NodeConfiguration) -> Never {
  Task {
    do {
      let node = try JoiningNode(configuration)
      let addresses = configuration.cluster.split(separator: ",").map(String.init)
      let client = try HoldfastClient(.init(addresses: addresses, timeout: joinTimeout))
      let answer = try await client.call(ClusterService.addNode, node.request)
      print(try node.finish(answer))
      exit(0)
    } catch let error as HoldfastError {
      complain("\(configuration.cluster) did not take the node: \(error.failure.message)")
      exit(6)
    } catch {
      complain("\(error)")
      exit(error is ConfigurationError ? 2 : Node.End.dataDirectory.rawValue)
    }
  }
  dispatchMain()
}

func complain(_ text: String) {
  FileHandle.standardError.write(Data("holdfastd: \(text)\n".utf8))
}
