internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

// What the leaders of shards ask of one another goes the ways that calls go: to this Store, to another one of this node, or
// to another node.
//
//   message := shard:u32 call                the call's grammar is in Replication

extension StoreServer {
  /// Carries what the core asks, and what it answers. A question for a shard that this Store leads is carried out at once,
  /// and may ask and answer in turn.
  func carryAcross() {
    while true {
      let calls = store.takeAcrossCalls()
      for call in calls { carry(call) }
      let answers = store.takeAcrossAnswers()
      for (waiter, bytes) in answers {
        guard let call = PendingCall(waiter) else { invariantViolated("an answer across shards has no caller") }
        deliver(.message(bytes), to: call.origin)
      }
      if calls.isEmpty && answers.isEmpty { return }
    }
  }

  private func carry(_ call: AcrossCall) {
    guard let shard = shard(of: call.to) else { return store.unanswered(call.number) }
    var message = ByteWriter(capacity: call.bytes.count + 4)
    message.uint32(shard.rawValue)
    message.append(call.bytes)
    let origin = CallOrigin.part(0, of: gatherings.insert(.across(call.number)), store: UInt16(index))
    store.expectEntry(of: call, in: shard)
    let owner = node.storeIndex(of: shard)
    if owner == index {
      receiveAcross(message.bytes.rawSpan, origin)
    } else if callsPassedOn < Self.callsPassedOnMax {
      callsPassedOn += 1
      outboxes[owner].append(.across(message.bytes, origin))
    } else {
      fail(origin, StoreRefusal.backlogFull)
    }
  }

  private func shard(of address: AcrossCall.Address) -> ShardID? {
    switch address {
    case .shard(let shard): shard
    case .slot(let number): Slot(rawValue: number.rawValue).map { shard(of: $0) }
    }
  }

  /// Carries out what the leader of a shard is asked, here if this Store leads it.
  func receiveAcross(_ message: RawSpan, _ origin: CallOrigin) {
    var reader = ByteReader(message)
    do throws(DecodeError) {
      let shard = ShardID(try reader.uint32())
      let call = try reader.span(count: reader.remaining)
      guard store.leads(shard) else { return routeAcross(message, origin, shard) }
      receiveAcross(call, in: shard, origin)
    } catch {
      fail(origin, CallFailure(error))
    }
  }

  private func routeAcross(_ message: RawSpan, _ origin: CallOrigin, _ shard: ShardID) {
    if origin.kind == .held { return sendOnItsWay(origin.tag) }
    guard let tag = hold(.across, message.copied(), origin, shard) else {
      return fail(origin, StoreRefusal.backlogFull)
    }
    sendOnItsWay(tag)
  }

  private func receiveAcross(_ call: RawSpan, in shard: ShardID, _ origin: CallOrigin) {
    do throws(AcrossCallRefusal) {
      // The method of the waiter is never looked at: its answer is bytes.
      let waiter = PendingCall(origin: origin, method: .clusterGetStatus).waiter
      let node = origin.kind == .peer ? peerCalls[origin.tag]?.node : nil
      if let answer = try store.receive(call, in: shard, from: node, for: waiter) {
        deliver(.message(answer), to: origin)
      }
    } catch {
      switch error {
      case .refused(let refusal): fail(origin, refusal)
      case .malformed(let error): fail(origin, CallFailure(error))
      }
    }
  }

  /// The leader of another shard has answered, or nobody will.
  func acrossAnswered(_ number: UInt64, _ answer: StoreAnswer) {
    switch answer {
    case .message(let bytes): store.answered(number, bytes.rawSpan)
    case .failure: store.unanswered(number)
    }
  }
}
