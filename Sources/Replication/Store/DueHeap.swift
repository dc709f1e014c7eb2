internal import Basics

/// Which replica has something that falls due, the earliest first: a binary heap that is corrected lazily. Owned by the
/// Store, whose thread uses it. Equal stamps come in the order of the places, so that every run is the same.
struct DueHeap {
  private struct Due {
    var stamp: Stamp
    var place: Int

    func isBefore(_ other: Due) -> Bool { stamp == other.stamp ? place < other.place : stamp < other.stamp }
  }

  private var heap: [Due] = []
  /// For each place the stamp of its newest entry in the heap; any other entry of it is out of date.
  private var current: [Stamp?] = []

  /// Sets when the replica at a place is due, or that it is not.
  mutating func set(_ place: Int, _ stamp: Stamp?) {
    while current.count <= place { current.append(nil) }
    guard current[place] != stamp else { return }
    current[place] = nil
    guard let stamp else { return }
    if heap.count > 2 * current.count + 64 { rebuild() }
    current[place] = stamp
    heap.append(Due(stamp: stamp, place: place))
    siftUp(heap.count - 1)
  }

  /// The earliest stamp at which a replica is due.
  mutating func first() -> Stamp? {
    dropOutdated()
    return heap.first?.stamp
  }

  /// Takes out a replica that is due at the stamp.
  mutating func popDue(at stamp: Stamp) -> Int? {
    dropOutdated()
    guard let first = heap.first, first.stamp <= stamp else { return nil }
    removeFirst()
    current[first.place] = nil
    return first.place
  }

  private mutating func dropOutdated() {
    while let first = heap.first, current[first.place] != first.stamp { removeFirst() }
  }

  /// Drops what is out of date, so that the heap stays in proportion to the replicas.
  private mutating func rebuild() {
    heap = []
    for (place, stamp) in current.enumerated() {
      guard let stamp else { continue }
      heap.append(Due(stamp: stamp, place: place))
    }
    heap.sort { $0.isBefore($1) }
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  private mutating func siftUp(_ start: Int) {
    var place = start
    while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }
}
