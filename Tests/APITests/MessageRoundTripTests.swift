import API
import Basics
import Testing

@Suite("Messages of the contract")
struct MessageRoundTripTests {
  @Test("a reservation has the bytes that protoc gives it")
  func reservationBytes() throws {
    let request = ReserveRequest(
      requestID: "01890a5d-ac96-774b-bcce-b302099a8057", lines: [ReserveLine(sku: "A", quantity: 2)],
      timeToLive: .init(seconds: 600), reference: "cart")
    let expected: [UInt8] =
      [0x12, 0x24] + Array("01890a5d-ac96-774b-bcce-b302099a8057".utf8) + [0x2A, 5, 0x0A, 1, 0x41, 0x18, 2]
      + [0x3A, 3, 8, 0xD8, 4, 0x42, 4] + Array("cart".utf8)
    #expect(request.encoded() == expected)
    #expect(try ReserveRequest(decoding: expected) == request)
  }

  @Test("a method is found by its path, and nothing else is")
  func methodLookup() {
    for method in Method.allCases { #expect(Method.at(path: method.descriptor.path) == method) }
    for path in ["", "/", "/holdfast.v1.HoldService/", "/holdfast.v1.HoldService/reserve"] {
      #expect(Method.at(path: path) == nil)
    }
  }
}
