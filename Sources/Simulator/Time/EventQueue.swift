/// What is to happen, in the order of time; what is to happen at one time happens in the order in which it was added. So
/// the order of events is a function of what was added, and of nothing else.
///
/// A heap with four children a place, of small keys that point into a pool of events: sifting moves no event.
struct EventQueue<Event> {
  private struct Place {
    var time: WorldTime
    /// Counts additions: the tie-break.
    var number: UInt64
    var slot: Int32

    @inline(__always)
    func isBefore(_ other: Place) -> Bool {
      time.nanoseconds != other.time.nanoseconds
        ? time.nanoseconds < other.time.nanoseconds : number < other.number
    }
  }

  private var heap: [Place] = []
  private var events: [Event?] = []
  private var free: [Int32] = []
  private var nextNumber: UInt64 = 0

  var count: Int { heap.count }
  var isEmpty: Bool { heap.isEmpty }
  var nextTime: WorldTime? { heap.first?.time }

  mutating func add(_ event: Event, at time: WorldTime) {
    let slot: Int32
    if let used = free.popLast() {
      slot = used
      events[Int(slot)] = event
    } else {
      slot = Int32(events.count)
      events.append(event)
    }
    heap.append(Place(time: time, number: nextNumber, slot: slot))
    nextNumber += 1
    siftUp(heap.count - 1)
  }

  mutating func popFirst() -> (time: WorldTime, event: Event)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      siftDown()
    }
    guard let event = events[Int(first.slot)].take() else { return nil }
    free.append(first.slot)
    return (first.time, event)
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    let place = heap[index]
    while index > 0 {
      let parent = (index - 1) / 4
      guard place.isBefore(heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = place
  }

  private mutating func siftDown() {
    let place = heap[0]
    var index = 0
    while true {
      let first = index * 4 + 1
      guard first < heap.count else { break }
      var least = first
      var child = first + 1
      while child < min(first + 4, heap.count) {
        if heap[child].isBefore(heap[least]) { least = child }
        child += 1
      }
      guard heap[least].isBefore(place) else { break }
      heap[index] = heap[least]
      index = least
    }
    heap[index] = place
  }
}
