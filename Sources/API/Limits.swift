/// The bounds that the contract states in its comments, for those who check them. Bytes are those of UTF-8.
public enum Limits {
  public static let tenantBytesMax = 64
  public static let skuBytesMax = 128
  public static let locationBytesMax = 64
  public static let nameBytesMax = 256
  public static let zoneBytesMax = 64
  public static let actorBytesMax = 64
  public static let reasonBytesMax = 128
  public static let referenceBytesMax = 64
  public static let externalNumberBytesMax = 64
  public static let channelBytesMax = 64
  public static let shipmentIDBytesMax = 64
  public static let attributeCountMax = 16
  public static let attributeKeyBytesMax = 64
  public static let attributeValueBytesMax = 256

  /// The largest quantity in a request, in the SKU's base unit.
  public static let quantityMax: Int64 = 1 << 53
  public static let quantityScaleMax: Int32 = 6
  public static let priorityMax: Int32 = 1_000_000

  public static let reserveLineCountMax = 100
  public static let rankedLocationCountMax = 100
  public static let batchReserveCountMax = 1000
  public static let putSKUsCountMax = 1000
  public static let batchGetStockCountMax = 500
  public static let availabilityLocationCountMax = 100
  /// How many requests of one `ReserveStream` may be unanswered.
  public static let reserveStreamUnansweredMax = 10_000

  public static let pageSizeDefault: Int32 = 100
  public static let pageSizeMax: Int32 = 1000

  public static let timeToLiveMillisecondsMin: Int64 = 1000
  public static let timeToLiveMillisecondsMax: Int64 = 24 * 60 * 60 * 1000
  public static let timeToLiveMillisecondsDefault: Int64 = 15 * 60 * 1000
  public static let stalenessMillisecondsMin: Int64 = 1
  public static let stalenessMillisecondsMax: Int64 = 60 * 60 * 1000

  /// The tenant of a request that names none.
  public static let tenantDefault = "default"
}
