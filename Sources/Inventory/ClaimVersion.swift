// How the versions of a hold or order over several slots are numbered. Never renumber.
//
//   version below 2^32 := count
//   any other version  := 2^32 + count << 16 | home
//
// A home counts the versions of an id, and a participant compares them. So that it never compares those of two homes, which
// have nothing to do with each other, a version names the home that counts. Two homes come to the same id when a caller uses
// it for different content. Versions that name no home are those of a cluster some of whose programs do not know the others,
// and of what was in one shard when a slot of it left.

/// What a version of a claim says beside its order.
package enum ClaimVersion {
  private static let named: UInt64 = 1 << 32
  private static let homeBits: UInt64 = 16

  /// How often the id's version was raised.
  static func count(_ version: UInt64) -> UInt64 {
    version < named ? version : (version - named) >> homeBits
  }

  /// The home that counts; `nil` in a version that names none.
  package static func home(of version: UInt64) -> SlotNumber? {
    version < named ? nil : SlotNumber(UInt16(truncatingIfNeeded: version))
  }

  /// The same count, said by a home. One that names none stays so.
  static func version(_ version: UInt64, of home: SlotNumber) -> UInt64 {
    version < named ? version : make(count(version), home)
  }

  /// The next version of an id, which names its home if the last one did or `namesHome` says so.
  ///
  /// - Parameter decided: the one that is being decided, which follows the last; 0 for none.
  package static func next(
    after version: UInt64, home: SlotNumber, namesHome: Bool = false, decided: UInt64 = 0
  ) -> UInt64 {
    if decided > 0 { return decided }
    return version >= named || namesHome ? make(count(version) &+ 1, home) : version + 1
  }

  /// Whether a version is the next one after another, and its home's.
  package static func follows(_ version: UInt64, _ last: UInt64, of home: SlotNumber) -> Bool {
    version > last && count(version) == count(last) &+ 1 && self.home(of: version) ?? home == home
  }

  private static func make(_ count: UInt64, _ home: SlotNumber) -> UInt64 {
    named &+ (count << homeBits | UInt64(home.rawValue))
  }
}
