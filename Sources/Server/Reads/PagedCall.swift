internal import API
internal import Basics
internal import Reactor

/// A list over shards that a client has asked a page of. A shard may have nothing to show; the node that has the call then
/// asks the next one itself, so that a list which finds little costs a caller few calls. Owned by the thread of the Store
/// that has the connection.
struct PagedCall {
  /// How many pages one call asks for at the most.
  static let pagesMax = 32

  var origin: CallOrigin
  var method: Method
  /// The request with the token of the page that is being asked for.
  var message: [UInt8]
  var asked = 1
}

/// An answer to a list, as far as paging is concerned.
struct PageAnswer {
  var isEmpty = true
  var nextPageToken: [UInt8] = []

  /// All lists have elements in one field and the token in the next one: 1 and 2, or after a revision 3 and 4.
  init(_ bytes: [UInt8], _ method: Method) throws(DecodeError) {
    let elements: UInt32 = method == .auditListJournal ? 3 : 1
    var reader = ByteReader(bytes.rawSpan)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case elements << 3 | 2:
        isEmpty = false
        return
      case (elements + 1) << 3 | 2: nextPageToken = try reader.delimited().copied()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

extension StoreServer {
  /// Has a list that a client asked for come back here page by page, until one has something in it.
  ///
  /// - Returns: `false` for a page that another Store or node asks for, which is to be read as it stands.
  func beginPages(_ method: Method, _ message: RawSpan, _ origin: CallOrigin) -> Bool {
    guard origin.kind == .stream else { return false }
    askPage(gatherings.insert(.pages(PagedCall(origin: origin, method: method, message: message.copied()))))
    return true
  }

  private func askPage(_ tag: UInt64) {
    guard case .pages(let call) = gatherings[tag] else { return }
    let message = call.message
    dispatch(call.method, message.rawSpan, .part(0, of: tag, store: UInt16(index)))
  }

  func deliver(_ answer: StoreAnswer, of call: PagedCall, _ tag: UInt64) {
    guard isWaitedFor(call.origin) else {
      gatherings.remove(tag)
      return
    }
    guard case .message(let bytes) = answer, call.asked < PagedCall.pagesMax else {
      gatherings.remove(tag)
      return deliver(answer, to: call.origin)
    }
    do throws(DecodeError) {
      let page = try PageAnswer(bytes, call.method)
      guard page.isEmpty, !page.nextPageToken.isEmpty else {
        gatherings.remove(tag)
        return deliver(answer, to: call.origin)
      }
      var next = call
      next.asked += 1
      // The last token counts, as protobuf has it.
      var token = ByteWriter()
      token.field(4 << 3 | 2, bytes: page.nextPageToken)
      next.message += token.bytes
      gatherings[tag] = .pages(next)
      // What is read behind the collecting part of a turn belongs to the next one.
      loop.requestTurn()
      askPage(tag)
    } catch {
      gatherings.remove(tag)
      deliver(.failure(CallFailure(error)), to: call.origin)
    }
  }
}
