/// Reserves and confirms: each hold becomes an order.
final class ReserveConfirmWorkload: HoldWorkload {
  let context: LoadContext
  let calls: HoldCalls

  init(_ context: LoadContext) {
    self.context = context
    calls = HoldCalls(context)
  }

  func step(_ place: Int, after operation: Operation) -> Operation? { operation == .reserve ? .confirm : nil }
}
