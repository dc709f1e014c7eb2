import API
import Basics

/// The message that a view shows.
func materialize(_ view: borrowing ReserveRequestView) -> ReserveRequest {
  var request = ReserveRequest(
    tenant: text(view.tenant), requestID: text(view.requestID), actor: text(view.actor), reason: text(view.reason),
    mode: view.mode, reference: text(view.reference), strategy: view.strategy, split: view.split)
  if let time = view.timeToLive { request.timeToLive = .init(seconds: time.seconds, nanos: time.nanos) }
  var lines = view.lines
  while let line = lines.next() {
    request.lines.append(
      ReserveLine(
        sku: text(line.sku), location: text(line.location), quantity: line.quantity,
        minimumQuantity: line.minimumQuantity))
  }
  var locations = view.locations
  while let location = locations.next() { request.locations.append(text(location)) }
  return request
}

private func text(_ span: RawSpan) -> String { String(decoding: span.copied(), as: UTF8.self) }

private let texts = ["", "A", "TSHIRT-M-BLUE", "Grüße", "日本語", "🧶🧶", "01890a5d-ac96-774b-bcce-b302099a8057"]
private let numbers: [Int64] = [0, 1, -1, 127, 128, 1_000_000, .max, .min]

private func text(_ generator: inout SeededGenerator) -> String { texts[generator.below(texts.count)] }
private func number(_ generator: inout SeededGenerator) -> Int64 { numbers[generator.below(numbers.count)] }

func randomReservation(_ generator: inout SeededGenerator) -> ReserveRequest {
  var request = ReserveRequest(
    tenant: text(&generator), requestID: text(&generator), actor: text(&generator), reason: text(&generator),
    mode: ReserveMode(rawValue: Int32(generator.below(6)) - 1), reference: text(&generator),
    strategy: SourcingStrategy(rawValue: Int32(generator.below(7)) - 1),
    split: SplitPolicy(rawValue: Int32(generator.below(6)) - 1))
  for _ in 0..<generator.below(2) * generator.below(4) { request.locations.append(text(&generator)) }
  for _ in 0..<generator.below(4) {
    request.lines.append(
      ReserveLine(
        sku: text(&generator), location: text(&generator), quantity: number(&generator),
        minimumQuantity: number(&generator)))
  }
  if generator.below(2) == 0 {
    request.timeToLive = .init(
      seconds: number(&generator), nanos: Int32(truncatingIfNeeded: number(&generator)))
  }
  return request
}

/// Damages bytes in one to three places.
func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
  for _ in 0...generator.below(3) {
    let place = generator.below(bytes.count + 1)
    switch generator.below(5) {
    case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.below(8))
    case 2: bytes.removeSubrange(place...)
    case 3: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + generator.below(12))], at: place)
    }
  }
}

func randomResponse(_ generator: inout SeededGenerator) -> ReserveResponse {
  let id = ResourceID(
    id: UniqueID(high: generator.next(), low: generator.next()), homeSlot: UInt16(truncatingIfNeeded: generator.next()))
  var hold = Hold(
    holdID: id.description, tenant: text(&generator), state: HoldState(rawValue: Int32(generator.below(8)) - 1),
    createTime: .init(Stamp(milliseconds: Int64(generator.below(2_000_000_000_000)) - 10_000)),
    expireTime: .init(Stamp(milliseconds: Int64(generator.below(3)) * 500)), reference: text(&generator))
  for _ in 0..<generator.below(4) {
    hold.lines.append(
      HoldLine(
        sku: text(&generator), location: text(&generator), quantity: number(&generator),
        askedQuantity: number(&generator), line: Int32(generator.below(300))))
  }
  if generator.below(2) == 0 { hold.orderID = id.description }
  return ReserveResponse(revision: number(&generator), replayed: generator.below(2) == 0, hold: hold)
}

/// Writes a response from its parts, as a server would.
func write(_ response: ReserveResponse, into writer: inout ByteWriter) {
  guard let hold = response.hold, let id = ResourceID(text: hold.holdID), let create = hold.createTime?.stamp,
    let expire = hold.expireTime?.stamp
  else { fatalError("a sample without a hold") }
  let (tenant, reference) = (Array(hold.tenant.utf8), Array(hold.reference.utf8))
  let direct = ReserveResponseWriter.begin(
    into: &writer, revision: response.revision, replayed: response.replayed, hold: id, tenant: tenant.rawSpan,
    state: hold.state)
  for line in hold.lines {
    let (sku, location) = (Array(line.sku.utf8), Array(line.location.utf8))
    direct.line(
      into: &writer, sku: sku.rawSpan, location: location.rawSpan, quantity: line.quantity,
      askedQuantity: line.askedQuantity, number: Int(line.line))
  }
  direct.end(
    into: &writer, createTime: create, expireTime: expire, order: ResourceID(text: hold.orderID),
    reference: reference.rawSpan)
}
