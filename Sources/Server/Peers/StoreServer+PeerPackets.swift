internal import Basics

// Commands and reports of other nodes go no further than here; for calls see ``StoreServer/received(_:from:)``.

extension StoreServer {
  func receivedClusterCommands(_ bytes: [UInt8], from peer: NodeID) {}

  func receivedNodeReport(_ bytes: [UInt8], from peer: NodeID) {}

  func peerConnected(_ node: NodeID) {}
}
