import Basics
import Testing

@Suite struct UniqueIDTests {
  @Test func `the text form is canonical and is read in either case`() {
    let id = UniqueID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    #expect(id.description == "01234567-89ab-cdef-fedc-ba9876543210")
    #expect(UniqueID(text: id.description) == id)
    #expect(UniqueID(text: id.description.uppercased()) == id)
  }

  @Test(arguments: [
    "", "0", "0123456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba987654321",
    "01234567-89ab-cdef-fedc-ba9876543210 ",
    "01234567-89ab-cdef-fedc-ba987654321g", "01234567_89ab_cdef_fedc_ba9876543210",
    "{1234567-89ab-cdef-fedc-ba987654321}",
  ])
  func `other text is no identifier`(text: String) { #expect(UniqueID(text: text) == nil) }

  @Test func `every byte at every place is judged as a digit by digit reading judges it`() {
    let text = Array("01890a5d-ac96-774b-bcce-b302099a8057".utf8)
    for place in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[place] = byte
        #expect(UniqueID(text: changed.rawSpan) == slowly(changed), "byte \(byte) at \(place)")
      }
    }
  }

  private func slowly(_ text: [UInt8]) -> UniqueID? {
    var words: [UInt64] = [0, 0]
    var digits = 0
    for (place, byte) in text.enumerated() {
      if [8, 13, 18, 23].contains(place) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = hexadecimalDigit(byte) else { return nil }
      words[digits / 16] = words[digits / 16] << 4 | UInt64(digit)
      digits += 1
    }
    return UniqueID(high: words[0], low: words[1])
  }

  @Test func `version 7 carries its time and sorts by it`() {
    let early = UniqueID(version7At: 1_700_000_000_000, randomHigh: .max, randomLow: .max)
    let late = UniqueID(version7At: 1_700_000_000_001, randomHigh: 0, randomLow: 0)
    #expect(early.version7Milliseconds == 1_700_000_000_000)
    #expect(early < late)
    #expect(late.description.split(separator: "-")[2].first == "7")
    #expect(UniqueID(text: "0198a0b5-0000-4000-8000-000000000000")?.version7Milliseconds == nil)
  }
}
