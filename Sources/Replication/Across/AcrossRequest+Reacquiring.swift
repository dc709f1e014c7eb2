internal import Basics
package import Inventory

extension AcrossRequest {
  /// What asks once more for all lines of other shards of a hold that has expired, just as they were.
  ///
  /// - Parameter decide: makes the command that confirms the hold with these parts.
  /// - Returns: `nil` for a hold that has not expired, or has nothing in other shards.
  package static func reacquiring(
    _ hold: HoldView, _ header: RequestHeader, tenant: [UInt8],
    _ decide: @escaping (_ version: UInt64, _ parts: [ClaimPart]) -> Command
  ) -> AcrossRequest? {
    guard hold.state == .expired else { return nil }
    var parts: [AcrossPart] = []
    for line in hold.lines where line.remote >= 0 && line.granted > 0 {
      let item = hold.remotes[Int(line.remote)]
      let asked = AcrossLine(sku: Array(item.sku.utf8), location: line.location, quantity: line.granted)
      if let part = parts.firstIndex(where: { $0.slot == item.slot }) {
        parts[part].lines.append(asked)
      } else {
        parts.append(AcrossPart(slot: item.slot, lines: [asked]))
      }
    }
    guard !parts.isEmpty else { return nil }
    var request = AcrossRequest(
      claim: hold.id, request: header.id, home: hold.home, tenant: tenant, parts: parts
    ) { version, grants in
      decide(version, grants.map { ClaimPart(slot: $0.slot, token: $0.token) }.filter { $0.token != 0 })
    }
    request.actor = Array(header.actor.utf8)
    return request
  }
}
