internal import API
internal import Basics

/// Makes orders of several lines, of which a share has lines in several shards: those are all or nothing too, but cost
/// more. A share is sent once more with the same id.
final class OrdersWorkload: Workload {
  private struct Place {
    var order = OrderRecord(id: .zero, firstLine: 0, lineCount: 0)
    var slot: UInt16 = 0
    var skus: [UInt32] = []
  }

  private let context: LoadContext
  private let shape: OrderShape
  private var places: [Place]

  init(_ context: LoadContext) {
    guard let shape = context.plan.orders else { invariantViolated("orders are asked for without their shape") }
    self.context = context
    self.shape = shape
    places = Array(repeating: Place(), count: context.placeCount)
  }

  func begin(_ place: Int) -> Operation {
    let isAcross = context.draws(shape.acrossShare)
    places[place].skus = shape.lines(
      first: context.picker.next(), isAcross: isAcross, using: &context.generator)
    // The lowest slot is the order's home, whose leader decides.
    places[place].slot = places[place].skus.map { shape.slotOfSKU[Int($0)] }.min() ?? 0
    places[place].order = OrderRecord(id: context.freshID(), firstLine: 0, lineCount: 0)
    return isAcross ? .orderAcross : .order
  }

  func message(_ call: LoadCall) -> [UInt8] {
    let (place, plan) = (places[call.place], context.plan)
    return CreateOrderRequest(
      tenant: plan.tenant, requestID: place.order.id.description,
      lines: place.skus.map { NewOrderLine(sku: plan.names.name(Int($0)), quantity: Int64(plan.quantity)) }
    ).encoded()
  }

  func keySlot(_ call: LoadCall) -> UInt16? { places[call.place].slot }

  func received(_ message: RawSpan, for call: LoadCall) throws(DecodeError) -> Reading {
    let response = try CreateOrderResponse(decoding: message)
    guard let order = response.order else { throw .invalid("an order's answer without the order") }
    if call.operation == .orderRepeated {
      let known = places[call.place].order
      if response.replayed, order.orderID == HoldName.text(known.id, suffix: known.suffix) { return .outcome(.done) }
      context.failures.add("a repeated request got another answer: \(known.id): \(order.orderID)")
      return .outcome(.wrong)
    }
    guard let name = HoldName.read(Array(order.orderID.utf8).rawSpan) else {
      throw .invalid("an order's id of another form")
    }
    places[call.place].order.suffix = name.suffix
    places[call.place].order.knowledge = .made
    context.orders.append(places[call.place].order, places[call.place].skus)
    let skus = places[call.place].skus
    let faults = OrderCheck.faults(of: order, skus, context.plan.quantity, context.plan.names)
    let isRight = name.id == places[call.place].order.id && (!response.replayed || context.mayBeReplayed(call))
    if isRight, faults.isEmpty { return .outcome(.done) }
    context.failures.add("the order that was made is not the one asked for: \(order.orderID): \(faults)")
    return .outcome(.wrong)
  }

  func ended(_ call: LoadCall, _ outcome: Outcome, isUnknown: Bool) -> Operation? {
    if call.operation == .orderRepeated { return nil }
    context.count(outcome)
    if isUnknown, places[call.place].order.knowledge == .unknown {
      context.orders.append(places[call.place].order, places[call.place].skus)
    }
    return outcome == .done && context.draws(context.plan.duplicateShare) ? .orderRepeated : nil
  }
}
