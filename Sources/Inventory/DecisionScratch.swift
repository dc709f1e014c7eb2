internal import Basics

/// What is noted while the lines of one request are decided. Owned by the ledger; reused from request to request.
struct DecisionScratch: Sendable {
  /// A hold line of whose request line a part waits for stock.
  struct Backordered: Sendable {
    /// The place in `holdLines`.
    var holdLine: Int
    var quantity: Int64
  }

  /// A row that may give a line.
  struct Offer: Sendable {
    var line: Int
    /// The place in `candidates`.
    var candidate: Int
    var row: Int32
  }

  /// How much of what is left to be placed a location could give.
  struct Score: Sendable {
    /// Lines as a whole.
    var lines = 0
    var quantity: Int64 = 0
    /// What it has of them all, where the one with the most is wanted; else 0.
    var stock: Int64 = 0
  }

  /// The first line that could not be given.
  var shortage: Shortage?
  /// What is refused whatever the mode says.
  var refusal: Refusal?
  var backordered: [Backordered] = []
  /// Why locations did not give what was asked.
  var refusals: [LocationRefusal] = []

  // For lines that are decided together.
  /// The ranked locations, and behind them those that lines name besides.
  var candidates: [LocationNumber] = []
  var rankedCount = 0
  var offers: [Offer] = []
  var scores: [Score] = []
  /// What has been taken for each line, `nil` while it is not placed.
  var placed: [(row: Int32, quantity: Int64)?] = []
  /// What a trial took, to be given back.
  var tried: [(row: Int32, quantity: Int64)] = []

  mutating func begin() {
    shortage = nil
    refusal = nil
    if !backordered.isEmpty { backordered.removeAll(keepingCapacity: true) }
    if !refusals.isEmpty { refusals.removeAll(keepingCapacity: true) }
  }

  /// How much of the request line that a hold line belongs to waits for stock.
  func backordered(at holdLine: Int) -> Int64 {
    for part in backordered where part.holdLine == holdLine { return part.quantity }
    return 0
  }
}
