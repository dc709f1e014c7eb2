/// The hash function SHA-256 (FIPS 180-4, section 6.2), for proofs that a message comes from who knows a secret.
public struct SHA256: Sendable {
  public static let digestByteCount = 32
  static let blockByteCount = 64

  /// The eight words of the intermediate hash value.
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  /// Bytes of a block that is not whole yet.
  private var block: [UInt8] = []
  private var byteCount: UInt64 = 0
  private var schedule = [UInt32](repeating: 0, count: 64)

  public init() { block.reserveCapacity(Self.blockByteCount) }

  public static func digest(_ bytes: borrowing RawSpan) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  public mutating func update(_ bytes: borrowing RawSpan) {
    byteCount &+= UInt64(bytes.byteCount)
    for offset in 0..<bytes.byteCount { add(bytes[byte: offset]) }
  }

  /// The digest of all that was given; nothing more may be given.
  public mutating func finish() -> [UInt8] {
    // Section 5.1.1: a one bit, zeros up to eight bytes before a block's end, the length in bits.
    let bitCount = byteCount &* 8
    add(0x80)
    while block.count != Self.blockByteCount - 8 { add(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) { add(UInt8(truncatingIfNeeded: bitCount >> shift)) }
    var digest: [UInt8] = []
    for word in state {
      for shift: UInt32 in [24, 16, 8, 0] { digest.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return digest
  }

  private mutating func add(_ byte: UInt8) {
    block.append(byte)
    guard block.count == Self.blockByteCount else { return }
    compress()
    block.removeAll(keepingCapacity: true)
  }

  private mutating func compress() {
    extendSchedule()
    // The working variables by the standard's names.
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for round in 0..<64 {
      let mixed = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
      let first = h &+ mixed &+ ((e & f) ^ (~e & g)) &+ sha256Constants[round] &+ schedule[round]
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let second = (Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  /// Section 6.2.2, step 1.
  private mutating func extendSchedule() {
    for index in 0..<16 {
      schedule[index] = 0
      for byte in 0..<4 { schedule[index] = schedule[index] << 8 | UInt32(block[4 * index + byte]) }
    }
    for index in 16..<64 {
      let (old, recent) = (schedule[index - 15], schedule[index - 2])
      let low = Self.rotate(old, 7) ^ Self.rotate(old, 18) ^ old >> 3
      let high = Self.rotate(recent, 17) ^ Self.rotate(recent, 19) ^ recent >> 10
      schedule[index] = high &+ schedule[index - 7] &+ low &+ schedule[index - 16]
    }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
}

/// The code of a message under a key (HMAC, RFC 2104) over SHA-256.
public enum HMAC {
  public static func sha256(key: borrowing RawSpan, message: borrowing RawSpan) -> [UInt8] {
    var block = key.byteCount > SHA256.blockByteCount ? SHA256.digest(key) : key.copied()
    block += [UInt8](repeating: 0, count: SHA256.blockByteCount - block.count)
    let (innerPad, outerPad) = (block.map { $0 ^ 0x36 }, block.map { $0 ^ 0x5C })
    var inner = SHA256()
    inner.update(innerPad.rawSpan)
    inner.update(message)
    let digest = inner.finish()
    var outer = SHA256()
    outer.update(outerPad.rawSpan)
    outer.update(digest.rawSpan)
    return outer.finish()
  }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2).
private let sha256Constants: [UInt32] = [
  0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
  0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
  0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
  0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
  0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
  0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
  0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
  0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
]
