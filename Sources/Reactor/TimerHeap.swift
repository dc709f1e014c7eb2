internal import Basics

/// Names one scheduled timer. After it fired or was cancelled the name means nothing, also when its place is reused.
package struct TimerID: Hashable, Sendable {
  fileprivate var place: Int32
  fileprivate var generation: UInt32

  package static let none = TimerID(place: -1, generation: 0)
}

/// Receives due timers on the loop's thread.
package protocol TimerHandler: AnyObject {
  func timerFired(_ id: TimerID, token: UInt64)
}

/// Deadlines in a binary heap, each knowing its place, so that a cancelled one leaves at once. Owned by one loop.
struct TimerHeap {
  private struct Timer {
    var deadline: Instant = .distantFuture
    var position = -1
    var generation: UInt32 = 0
    var token: UInt64 = 0
    var handler: (any TimerHandler)?
  }

  /// Invariant: `timers[heap[i].place].position == i`, and no entry is due before its parent.
  private var heap: [(deadline: UInt64, place: Int32)] = []
  private var timers: [Timer] = []
  private var free: [Int32] = []

  var count: Int { heap.count }
  var next: Instant { heap.isEmpty ? .distantFuture : Instant(nanoseconds: heap[0].deadline) }

  mutating func schedule(at deadline: Instant, _ handler: any TimerHandler, token: UInt64) -> TimerID {
    let place: Int32
    if let reused = free.popLast() {
      place = reused
    } else {
      place = Int32(timers.count)
      timers.append(Timer())
    }
    let index = Int(place)
    timers[index].deadline = deadline
    timers[index].token = token
    timers[index].handler = handler
    heap.append((deadline.nanoseconds, place))
    timers[index].position = heap.count - 1
    siftUp(heap.count - 1)
    return TimerID(place: place, generation: timers[index].generation)
  }

  /// Does nothing when the timer has fired or was cancelled already.
  mutating func cancel(_ id: TimerID) {
    guard id.place >= 0, Int(id.place) < timers.count else { return }
    let timer = timers[Int(id.place)]
    guard timer.generation == id.generation, timer.position >= 0 else { return }
    remove(at: timer.position)
  }

  /// Takes the earliest timer if it is due.
  mutating func popDue(_ now: Instant) -> (id: TimerID, handler: any TimerHandler, token: UInt64)? {
    guard let first = heap.first, first.deadline <= now.nanoseconds else { return nil }
    let timer = timers[Int(first.place)]
    guard let handler = timer.handler else { invariantViolated("a scheduled timer has no handler") }
    let id = TimerID(place: first.place, generation: timer.generation)
    remove(at: 0)
    return (id, handler, timer.token)
  }

  private mutating func remove(at position: Int) {
    let place = Int(heap[position].place)
    let last = heap.removeLast()
    if position < heap.count {
      heap[position] = last
      timers[Int(last.place)].position = position
      siftDown(position)
      siftUp(position)
    }
    timers[place].position = -1
    timers[place].generation &+= 1
    timers[place].handler = nil
    free.append(Int32(place))
  }

  private mutating func siftUp(_ start: Int) {
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      if heap[parent].deadline <= heap[position].deadline { return }
      swapPlaces(parent, position)
      position = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var position = start
    while true {
      var least = position
      for child in (2 * position + 1)...(2 * position + 2) where child < heap.count {
        if heap[child].deadline < heap[least].deadline { least = child }
      }
      if least == position { return }
      swapPlaces(least, position)
      position = least
    }
  }

  private mutating func swapPlaces(_ first: Int, _ second: Int) {
    heap.swapAt(first, second)
    timers[Int(heap[first].place)].position = first
    timers[Int(heap[second].place)].position = second
  }
}
