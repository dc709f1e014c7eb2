internal import Raft

extension StoryWorld {
  /// Runs the nodes of `places` until nothing is left to do: what they want to send and write, their disks, and the
  /// letters to them, in the order in which they were sent. Letters to others stay.
  ///
  /// - Returns: whether they settled within a bound.
  package mutating func stabilize(_ places: [Int]) -> Bool {
    for _ in 0..<10_000 {
      var isBusy = false
      for place in places where work(place) { isBusy = true }
      var rest: [Letter] = []
      let sent = letters
      letters = []
      for letter in sent {
        if let place = self.place(of: letter.message.to), places.contains(place) {
          deliver(letter)
          isBusy = true
        } else {
          rest.append(letter)
        }
      }
      // What deliveries made nodes send comes behind what was under way.
      letters = rest + letters
      if !isBusy { return true }
    }
    return false
  }

  /// - Returns: whether there was anything to do.
  private mutating func work(_ place: Int) -> Bool {
    guard nodes[place].isUp else { return false }
    let wants = nodes[place].group.hasOutgoing || nodes[place].group.hasReady || nodes[place].group.hasCommitted
    sendOutgoing(place)
    collect(place)
    guard !nodes[place].diskIsHeld else { return wants }
    var wrote = false
    while !nodes[place].batches.isEmpty {
      persist(place)
      wrote = true
    }
    return wants || wrote
  }
}
