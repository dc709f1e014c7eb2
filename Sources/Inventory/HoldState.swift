/// What became of a hold. Stored; never renumber.
package enum HoldState: UInt8, Sendable {
  case active = 1
  case confirmed = 2
  case released = 3
  case expired = 4
}

/// What an order is up to: always derived from the counters of its lines, never stored.
package enum OrderStatus: Sendable {
  case ready
  case partiallyShipped
  case shipped
  case cancelled
}
