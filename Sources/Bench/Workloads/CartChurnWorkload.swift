/// Carts that come and go and buy nothing: reserves, extends a share of the holds, then releases a share of all; the rest
/// expires while the load goes on.
final class CartChurnWorkload: HoldWorkload {
  let context: LoadContext
  let calls: HoldCalls

  init(_ context: LoadContext) {
    self.context = context
    calls = HoldCalls(context)
  }

  func step(_ place: Int, after operation: Operation) -> Operation? {
    switch operation {
    case .reserve: context.draws(context.plan.extendShare) ? .extend : parting()
    case .extend: parting()
    case .release, .repeated, .confirm, .batch, .order, .orderAcross, .orderRepeated, .getStock, .batchGetStock,
      .getHold:
      nil
    }
  }

  private func parting() -> Operation? { context.draws(context.plan.releaseShare) ? .release : nil }
}
