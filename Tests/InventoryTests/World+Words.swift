import Basics
import Inventory

extension World {
  /// An outcome in the words of the twin.
  func describe(_ outcome: Outcome) -> String {
    let lines = lines(outcome).map {
      Twin.Line(
        sku: $0.sku, location: $0.location, asked: $0.asked, granted: $0.granted,
        remote: $0.remote < 0 ? nil : outcomes.remotes[Int($0.remote)])
    }
    let text: String
    switch outcome.result {
    case .ticked: text = "ticked"
    case .swept: text = "swept"
    case .locationsSet: text = "locations set"
    case .allocationMoved(let owner, _): text = "moved \(owner)"
    case .refused(let refusal): text = "refused \(refusal)"
    case .skuPut(let put): text = "sku \(put.sku) \(put.revision) \(put.change)"
    case .stockChanged(let changed):
      text = "stock \(changed.stock) #\(changed.sequence) \(changed.available) \(changed.onHand)"
    case .reserved(let grant):
      text = "hold \(grant.hold) \(grant.state) \(grant.expiry.milliseconds) \(Twin.describe(lines))"
    case .extended(let hold, let expiry): text = "extended \(hold) \(expiry.milliseconds)"
    case .released(let hold): text = "released \(hold)"
    case .orderChanged(let order): text = "order \(order)"
    case .claimPrepared(let grant):
      let shortage = grant.shortage.map { "\($0)" } ?? "nil"
      text = "prepared \(grant.claim) \(grant.version) \(Twin.describe(lines)) \(shortage)"
    case .claimUnsettled(let claim, let version): text = "unsettled \(claim) \(version)"
    case .claimSettled(let claim, let version): text = "settled \(claim) \(version)"
    case .burned(let id, let version): text = "burned \(id) \(version)"
    case .acknowledged: text = "acknowledged"
    case .slots: text = "a step of a move"
    case .confirmed(let done):
      text = "confirmed \(done.hold) as \(done.order) \(!done.isReacquired)"
    }
    return outcome.isReplay ? text + " replay" : text
  }
}
