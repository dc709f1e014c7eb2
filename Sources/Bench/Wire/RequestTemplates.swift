internal import API
internal import Basics

/// The message of a Reserve call, or of a BatchReserve call with `batch` reservations, ready but for its ids and SKUs.
struct ReserveTemplate: Sendable {
  private(set) var bytes: [UInt8]
  private let idOffset: Int
  private let skuOffset: Int
  private let stride: Int

  init(tenant: String, names: SKUNames, quantity: Int, timeToLiveSeconds: Int, batch: Int) {
    func encoded(_ id: UniqueID, _ sku: Int) -> [UInt8] {
      let request = ReserveRequest(
        tenant: tenant, requestID: id.description,
        lines: [ReserveLine(sku: names.name(sku), quantity: Int64(quantity))],
        timeToLive: WellKnown.Duration(milliseconds: Int64(timeToLiveSeconds) * 1_000))
      if batch == 1 { return request.encoded() }
      return BatchReserveRequest(requests: Array(repeating: request, count: batch)).encoded()
    }
    bytes = encoded(.zero, 0)
    idOffset = Array.firstDifference(bytes, encoded(UniqueID(high: .max, low: .max), 0))
    skuOffset = Array.firstDifference(bytes, encoded(.zero, 99_999_999))
    stride = bytes.count / batch
  }

  @inline(__always)
  mutating func set(_ position: Int, id: UniqueID, sku: Int) {
    bytes.replace(at: position &* stride &+ idOffset, with: id)
    bytes.replace(at: position &* stride &+ skuOffset, withSKU: sku)
  }
}

/// The message of a ConfirmHold, ReleaseHold or ExtendHold call, ready but for its ids.
struct FollowUpTemplate: Sendable {
  private(set) var bytes: [UInt8]
  private let requestOffset: Int
  private let holdOffset: Int

  static func confirm(tenant: String) -> FollowUpTemplate {
    FollowUpTemplate { ConfirmHoldRequest(tenant: tenant, requestID: $0, holdID: $1).encoded() }
  }

  static func release(tenant: String) -> FollowUpTemplate {
    FollowUpTemplate { ReleaseHoldRequest(tenant: tenant, requestID: $0, holdID: $1).encoded() }
  }

  static func extend(tenant: String, timeToLiveSeconds: Int) -> FollowUpTemplate {
    FollowUpTemplate {
      ExtendHoldRequest(
        tenant: tenant, requestID: $0, holdID: $1,
        timeToLive: WellKnown.Duration(milliseconds: Int64(timeToLiveSeconds) * 1_000)
      ).encoded()
    }
  }

  private init(_ encode: (_ requestID: String, _ holdID: String) -> [UInt8]) {
    let least = UniqueID.zero.description
    let greatest = UniqueID(high: .max, low: .max).description
    bytes = encode(least, least + "-0000")
    requestOffset = Array.firstDifference(bytes, encode(greatest, least + "-0000"))
    holdOffset = Array.firstDifference(bytes, encode(least, greatest + "-0000"))
  }

  mutating func set(request: UniqueID, hold: UniqueID, suffix: UInt16) {
    bytes.replace(at: requestOffset, with: request)
    bytes.replace(at: holdOffset, with: hold)
    bytes.replace(at: holdOffset + UniqueID.textLength + 1, withSuffix: suffix)
  }
}

/// A hold's id as the contract tells it: the request's id, a dash and four hexadecimal digits.
enum HoldName {
  static let length = UniqueID.textLength + 5

  static func text(_ id: UniqueID, suffix: UInt16) -> String {
    var bytes: [UInt8] = []
    id.appendText(to: &bytes)
    bytes.append(contentsOf: Array("-0000".utf8))
    bytes.replace(at: UniqueID.textLength + 1, withSuffix: suffix)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func read(_ text: RawSpan) -> (id: UniqueID, suffix: UInt16)? {
    guard text.byteCount == length, let id = UniqueID(text: text.extracting(first: UniqueID.textLength)) else {
      return nil
    }
    var suffix: UInt16 = 0
    for offset in (UniqueID.textLength + 1)..<length {
      guard let digit = hexadecimalDigit(text[byte: offset]) else { return nil }
      suffix = suffix << 4 | UInt16(digit)
    }
    return (id, suffix)
  }
}
