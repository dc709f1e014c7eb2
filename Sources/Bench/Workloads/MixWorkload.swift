internal import Basics

/// Reserves, then confirms a share of the holds, releases another share and leaves the rest.
final class MixWorkload: HoldWorkload {
  let context: LoadContext
  let calls: HoldCalls

  init(_ context: LoadContext) {
    self.context = context
    calls = HoldCalls(context)
  }

  func step(_ place: Int, after operation: Operation) -> Operation? {
    guard operation == .reserve else { return nil }
    let (plan, draw) = (context.plan, context.generator.unit())
    if draw < plan.confirmShare { return .confirm }
    return draw < plan.confirmShare + plan.releaseShare ? .release : nil
  }
}
