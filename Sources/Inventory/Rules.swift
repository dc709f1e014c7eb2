internal import Basics

/// The numbers that decide outcomes. Every replica must use the same ones, so they change only with the version of an
/// entry, never by configuration.
package enum Rules {
  /// No single movement and no balance that may not be negative is larger: sums of a thousand of them fit `Int64`.
  package static let quantityMax: Int64 = 1 << 53
  /// A contra account reaches this only after a thousand years of receipts.
  static let contraMax: Int64 = 1 << 62
  /// What came into the house of a row in all, less what was taken out by hand. It bounds what goes to customers, for which
  /// nobody asks when a shipment is told: what is missing of the promised is not above ``quantityMax``.
  static let broughtMax = contraMax - 2 * quantityMax

  /// No stamp is later (it is in the year 6429), so that no arithmetic on stamps can overflow.
  static let stampMax: Int64 = 1 << 47

  /// Revisions are told as signed numbers, and go on from here.
  static let revisionMax: UInt64 = 1 << 62

  package static let linesMax = 100
  /// A line of a request may be had in several parts, which are stored as lines.
  package static let linePartsMax = 200
  /// How many acknowledgements one command carries.
  package static let acksMax = 2_000
  /// A name that is taken with a claim, as its owner encodes it.
  static let claimNameBytesMax = 512
  package static let rankedLocationsMax = 100
  /// Among how many locations one line may be divided.
  package static let partsOfLineMax = 10
  /// How many locations a search for few parcels chooses one after the other, before the lines that are left are placed
  /// one by one.
  static let parcelsMax = 8
  /// How many locations a refusal explains of one line, and an outcome in all.
  package static let refusedLocationsOfLineMax = 16
  package static let refusedLocationsMax = 48
  package static let closedLocationsMax = 4_096
  package static let skuTextBytesMax = 128
  package static let tenantBytesMax = 64
  package static let nameBytesMax = 512
  package static let attributesBytesMax = 16_384
  package static let referenceBytesMax = 64
  package static let actorBytesMax = 64
  package static let externalNumberBytesMax = 64
  package static let reasonBytesMax = 128
  package static let channelBytesMax = 64
  package static let shipmentIDBytesMax = 64
  /// An order's lines may become more than those of a request, by amendments and by stock from several locations.
  package static let orderLinesMax = 200
  package static let shipmentsMax = 100
  package static let replacementsMax = 10
  package static let scaleMax: UInt8 = 6
  /// SKU numbers stay below 2^31.
  static let skuNumberMax: UInt32 = 0x7FFF_FFFF

  package static let timeToLiveMillisecondsMin: Int64 = 1_000
  package static let timeToLiveMillisecondsMax: Int64 = 86_400_000

  /// How long an order may wait to be paid: up to 90 days.
  package static let payWithinMilliseconds: ClosedRange<Int64> = 1_000...7_776_000_000

  /// Holds expire at multiples of this: the expiry asked for, rounded up. So a hold is never released early and at
  /// most this much late, and a row of stock has at most 864,000 different expiries to keep in order.
  package static let bucketMilliseconds: Int64 = 100

  /// How long a request id is remembered. A version 7 id carries its time; an older one is refused.
  package static let retentionMilliseconds: Int64 = 72 * 3_600_000
  /// A version 7 id may be this far ahead of the shard's stamp.
  package static let futureMilliseconds: Int64 = 24 * 3_600_000
  /// A version 7 id that was settled when it was older than this is filed by the time it was settled, like an id
  /// without a time, so that it is kept for a full retention after that.
  static let settledByIDMilliseconds: Int64 = 24 * 3_600_000

  /// How many due holds one entry turns into expired ones, at most.
  package static let sweepHoldsPerEntry = 512
  /// How many unpaid orders one entry expires, at most; each is read from keyed state.
  package static let sweepOrdersPerEntry = 64
  /// How many lines of orders one entry fills that waited for stock, at most.
  package static let backordersPerEntry = 256
  /// How many SKUs and stock rows one entry looks at, at most, for lines that wait for stock.
  package static let backorderLooksPerEntry = 2_048

  /// The last bucket that is due at a stamp.
  static func dueBucket(at stamp: Stamp) -> Int64 {
    (stamp.milliseconds + (isMutated(.expiresEarly) ? 2_000 : 0)) / bucketMilliseconds
  }

  /// The bucket in which a hold made at a stamp expires.
  static func expiryBucket(at stamp: Stamp, timeToLive milliseconds: Int64) -> Int64 {
    (stamp.milliseconds + milliseconds + bucketMilliseconds - 1) / bucketMilliseconds
  }

  static func expiry(ofBucket bucket: Int64) -> Stamp { Stamp(milliseconds: bucket * bucketMilliseconds) }
}

/// What one replica may choose for itself, because no outcome depends on it.
package struct LedgerLimits: Sendable {
  /// How many recently used request ids are remembered in memory, so that a fresh id costs no read.
  package var recentIDsMax: Int
  /// How far behind the last stamp their times reach.
  package var recentIDsAgeMilliseconds: Int64
  /// How many forgotten request records one sweep removes one by one.
  package var retentionSweepMax: Int

  package init(
    recentIDsMax: Int = 1 << 20, recentIDsAgeMilliseconds: Int64 = 900_000, retentionSweepMax: Int = 256
  ) {
    self.recentIDsMax = recentIDsMax
    self.recentIDsAgeMilliseconds = recentIDsAgeMilliseconds
    self.retentionSweepMax = retentionSweepMax
  }
}
