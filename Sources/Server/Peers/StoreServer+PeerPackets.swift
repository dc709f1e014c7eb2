internal import API
internal import Basics

// Calls of other nodes go no further than here.

extension StoreServer {
  func received(_ call: RemoteCall, from peer: NodeID) {
    let failure = CallFailure(status: .unimplemented, message: "this node carries out no calls of other nodes")
    _ = links?.send(.answer(RemoteAnswer(id: call.id, outcome: .failure(failure))), to: peer)
  }

  func received(_ answer: RemoteAnswer, from peer: NodeID) {}

  func peerConnected(_ node: NodeID) {}

  func peerLost(_ node: NodeID) {}
}
