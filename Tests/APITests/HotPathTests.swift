import API
import Basics
import Testing

@Suite("The hot path beside the generated types")
struct HotPathTests {
  @Test("the view of a reservation says what the generated type says, on 40,000 mutated messages")
  func reserveRequestDifferential() {
    var generator = SeededGenerator(seed: 7)
    var accepted = 0
    for round in 0..<40_000 {
      var input = randomReservation(&generator).encoded()
      if round % 4 == 1 { input += randomReservation(&generator).encoded() }
      if round % 4 > 1 { mutate(&input, &generator) }
      let generated = Result { () throws(DecodeError) in try ReserveRequest(decoding: input) }
      let viewed = Result { () throws(DecodeError) in materialize(try ReserveRequestView(decoding: input.rawSpan)) }
      #expect(viewed == generated, "\(input)")
      if case .success = generated { accepted += 1 }
    }
    #expect(accepted > 20_000 && accepted < 39_000)
  }

  @Test("the view refuses the 101st line")
  func lineBound() throws {
    let hundred = ReserveRequest(lines: Array(repeating: ReserveLine(sku: "A", quantity: 1), count: 100)).encoded()
    #expect(try ReserveRequestView(decoding: hundred.rawSpan).lineCount == 100)
    let error = DecodeError.tooManyElements(field: "ReserveRequest.lines", limit: 100)
    let more = hundred + [0x2A, 0]
    #expect(throws: error) { _ = try ReserveRequestView(decoding: more.rawSpan).lineCount }
    #expect(throws: error) { try ReserveRequest(decoding: more) }
  }

  @Test("the reservations of a batch are those of the generated type")
  func batchDifferential() {
    var generator = SeededGenerator(seed: 8)
    for round in 0..<5_000 {
      let requests = (0..<generator.below(4)).map { _ in randomReservation(&generator) }
      var input = BatchReserveRequest(requests: requests).encoded()
      if round % 2 == 1 { mutate(&input, &generator) }
      let generated = Result { () throws(DecodeError) in try BatchReserveRequest(decoding: input).requests }
      let viewed = Result { () throws(DecodeError) in
        var reservations = try BatchedReservations(decoding: input.rawSpan)
        var found: [ReserveRequest] = []
        let count = reservations.count
        while let reservation = reservations.next() {
          found.append(materialize(try ReserveRequestView(decoding: reservation)))
        }
        #expect(found.count == count)
        return found
      }
      // The reservations are read after all else: of several errors it may be another one.
      #expect((try? viewed.get()) == (try? generated.get()), "\(input)")
    }
  }

  @Test("a batch of 1001 is refused by both")
  func batchBound() {
    let input = Array(repeatElement([0x0A, 0x00] as [UInt8], count: 1001).joined())
    let error = DecodeError.tooManyElements(field: "BatchReserveRequest.requests", limit: 1000)
    #expect(throws: error) { try BatchReserveRequest(decoding: input) }
    #expect(throws: error) { _ = try BatchedReservations(decoding: input.rawSpan).count }
  }

  @Test("a stream's request has the tag and the reservation of the generated type, also in pieces")
  func streamDifferential() throws {
    var generator = SeededGenerator(seed: 9)
    for round in 0..<8_000 {
      var input = streamRequest(&generator).encoded()
      if round % 4 > 1 { input += streamRequest(&generator).encoded() }
      if round % 2 == 1 { mutate(&input, &generator) }
      let generated = Result { () throws(DecodeError) in
        let request = try ReserveStreamRequest(decoding: input)
        return ReserveStreamRequest(tag: request.tag, request: request.request ?? ReserveRequest())
      }
      let viewed = Result { () throws(DecodeError) in
        let view = try StreamedReservation(decoding: input.rawSpan)
        return ReserveStreamRequest(
          tag: view.tag, request: materialize(try ReserveRequestView(decoding: view.reservation)))
      }
      #expect((try? viewed.get()) == (try? generated.get()), "\(input)")
    }
  }

  @Test("pieces of a reservation that cannot be merged refuse the request before anything is done")
  func piecesThatCannotBeMerged() {
    let input: [UInt8] = [0x12, 1, 0xFF, 0x12, 0]
    #expect(throws: DecodeError.self) { _ = try StreamedReservation(decoding: input.rawSpan).tag }
  }

  @Test("a response written from its parts has the generated type's bytes")
  func reserveResponseDifferential() {
    var generator = SeededGenerator(seed: 10)
    for _ in 0..<5_000 {
      let response = randomResponse(&generator)
      var writer = ByteWriter()
      writer.uint8(0xEE)
      write(response, into: &writer)
      #expect(writer.bytes == [0xEE] + response.encoded())
    }
  }

  @Test(
    "an out-of-stock refusal written from its parts has the general type's bytes",
    arguments: [
      ("TSHIRT", "", 2, 0), ("Grüße", "BER1", 1_000_000_000_000_000, 999), ("A", "B", 10, -1), ("", "", .max, .min),
      (String(repeating: "s", count: 128), String(repeating: "l", count: 64), 100, 99),
    ] as [(String, String, Int64, Int64)])
  func outOfStock(sku: String, location: String, asked: Int64, available: Int64) {
    for (account, locations) in [(Account.available, ""), (.qualityControl, "AMS EMPTY 0, BER TOO_LITTLE 1")] {
      let (skuBytes, locationBytes, reasons) = (Array(sku.utf8), Array(location.utf8), Array(locations.utf8))
      let refusal = OutOfStock(
        sku: skuBytes.rawSpan, location: locationBytes.rawSpan, account: account, asked: asked, available: available,
        locations: reasons.rawSpan)
      var failure = CallFailure.outOfStock(
        sku: sku, location: location, account: account, asked: asked, available: available)
      let place = location.isEmpty ? "" : " at '\(location)'"
      #expect(failure.message == "SKU '\(sku)' has \(available) \(account.name)\(place), not the \(asked) asked for")
      let facts = [
        "sku": sku, "location": location, "account": account.name, "asked": "\(asked)", "available": "\(available)",
      ]
      #expect(failure.metadata == facts)
      if !locations.isEmpty { failure.metadata["locations"] = locations }
      var writer = ByteWriter()
      refusal.appendMessage(to: &writer)
      #expect(writer.bytes == Array(failure.message.utf8))
      writer.removeAll()
      refusal.appendStatusDetails(to: &writer)
      #expect(writer.bytes == failure.statusDetails())
      writer.removeAll()
      refusal.appendCallError(to: &writer)
      #expect(writer.bytes == CallError(failure).encoded())
    }
  }

  @Test("an id's text is written and read, and nothing else is read")
  func resourceID() {
    let text = "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
    let id = ResourceID(id: UniqueID(high: 0x0189_0a5d_ac96_774b, low: 0xbcce_b302_099a_8057), homeSlot: 0x1f3a)
    #expect(id.description == text)
    #expect(ResourceID(text: text) == id)
    #expect(ResourceID(text: text.uppercased()) == id)
    for bad in [
      "", String(text.dropLast()), text + "0", text.replacing("-1f", with: "_1f"), text.replacing("3a", with: "3g"),
    ] {
      #expect(ResourceID(text: bad) == nil, "\(bad)")
    }
  }
}

private func streamRequest(_ generator: inout SeededGenerator) -> ReserveStreamRequest {
  ReserveStreamRequest(
    tag: generator.next(), request: generator.below(5) == 0 ? nil : randomReservation(&generator))
}
