/// What became of a hold. Stored; never renumber.
package enum HoldState: UInt8, Sendable {
  case active = 1
  case confirmed = 2
  case released = 3
  case expired = 4
}
