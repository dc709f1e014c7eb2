internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// One Store of a node at work: its loop, its connections, its shards and their storage. Everything in it belongs to the
/// loop's thread; other Stores and the storage's threads reach it through its mailbox alone.
final class StoreServer {
  /// The place of this Store among the node's.
  let index: Int
  let node: NodeContext
  let loop: EventLoop
  let store: Store
  let state: StateDatabase
  let log: LogWriter
  let storage: StoreStorage

  var listener: Listener?
  /// The ways to the other nodes; `nil` for a node that is by itself.
  var links: PeerLinks?
  var connections = SlotTable<ServedConnection>()
  /// What all of them together may hold for their clients.
  let sessionBudget: SessionBudget
  /// Which calls are begun, and which wait.
  var admission = Admission()
  var refusals = RefusalWatch()
  var releasedMemory = ReleasedMemory()
  /// Reads that may be answered, and found no time in the turn.
  var confirmedReads = RingBuffer<ReadCompletion>()
  /// How many of them the last turn carried out that had any.
  var confirmedReadsPerTurn = 0
  /// Requests that wait for a read to be confirmed.
  var contexts = ContextTable()
  var gatherings = SlotTable<Gathering>()
  /// Open streams of calls that have one, by the session's tag and the stream.
  var streams: [StreamKey: StreamingCall] = [:]
  /// What the other Stores are to be told at the end of this turn, by their place.
  var outboxes: [[StoreMessage]]
  /// The answer being made; reused.
  var answer = ByteWriter(capacity: 4 << 10)
  var healthWatches = HealthWatches()
  /// Questions about what is new in this Store's shards that wait for an answer.
  var pulls = ParkedPulls()
  var feedReadings = FeedReadings()
  /// The shards whose newest records are kept in memory, and when they were asked for last.
  var tails = SortedMap<ShardID, Instant>()
  var tailsLookedAt = Instant.zero
  /// The change feeds of this Store's connections, by their gatherings.
  var followers: [UInt64] = []
  var feedsAreDue = false
  var nextFeedLook = Instant.distantFuture
  /// The watches of this Store's connections, by their gatherings.
  var watchers: [StreamKey: UInt64] = [:]
  /// How many SKUs, holds and orders they watch together.
  var watchedCount = 0
  /// Those to look at in this turn.
  var watchesDue: [StreamKey] = []
  var nextWatchLook = Instant.distantFuture
  var cutting = JournalCutting()
  var ids = RequestIDSource()
  /// The SKUs of the reservation being read, which are being found; reused.
  var lookups: [SKULookup] = []
  /// The lines of the reservation being read; reused.
  var lines: [GateLine] = []
  /// Why locations do not give what the reservation being read asks for; reused.
  var refusedLocations: [Inventory.LocationRefusal] = []
  var soldOut = LastRefusal()
  /// Texts of the answer being made; reused.
  var texts = AnswerTexts()
  /// Until when leaderships may be handed over before the node takes leave.
  var handOverDeadline: Instant?
  /// When a leadership that nobody took is offered again.
  var nextHandOver = Instant.zero
  /// Some leaderships could not be handed over yet.
  var leadsToTheEnd = false
  var isDraining = false
  /// The node was told that nobody is waited for.
  var wasIdle = false
  var isClockOff = false
  var isDiskSlow = false
  /// Calls that other Stores have not answered yet.
  var callsPassedOn = 0
  /// Calls that are carried out elsewhere, or cannot be carried out yet.
  var held: HeldCalls
  /// Calls of other nodes that are under way here.
  var peerCalls = SlotTable<PeerCall>()
  var unsentAnswers = UnsentAnswers()
  /// How old the states of the replicas that follow can be.
  var freshness = Freshness()
  /// The shard by whose state the call that is being dispatched is checked; `nil` until that is known.
  var checkedShard: ShardID?
  /// Comparisons of claims that are to look again.
  var claimChecks: [UInt64] = []
  /// The slots that the call speaks of, by what was looked up for it.
  var checkedSlots: [Slot] = []
  /// Which slots the commands that are carried out here are about.
  var loadSamples = LoadSamples()
  /// Who waits until this node has applied an index of the meta shard.
  var metaWaits: [MetaWait] = []
  /// The meta shard's index whose locations the other Stores have.
  var sharedMetaIndex: UInt64 = 0
  /// When a caller was answered last.
  var answeredAt = Instant.zero
  /// Whether every replica of the Store has known its leader, and whether one has been without for too long since.
  var isServing = false
  var isLeaderless = false
  /// A copy of what the meta shard says of the cluster; empty until that is known here.
  var cluster = ClusterTable() {
    didSet { if cluster.isFounded { shardMap = cluster.shardMap } }
  }
  /// Which shard has a slot, as far as is known here.
  private(set) var shardMap: ShardMap
  /// What the meta shard's leader has heard last.
  var view = ClusterView()
  var duties: ClusterDuties
  var exclusion = Exclusion()
  /// The node's thread was told that the node must end.
  var isExcluded = false
  /// A copy of the meta shard's table; the Store that has the meta shard sends a new one with each change.
  var locations = LocationTable() {
    didSet {
      locationIDs = locations.locations.map { Array($0.id.utf8) }
      lastRanking = LastRanking()
      soldOut = LastRefusal()
    }
  }
  private(set) var locationIDs: [[UInt8]] = []
  var lastRanking = LastRanking()

  init(
    index: Int, node: NodeContext, loop: EventLoop, store: Store, state: StateDatabase, log: LogWriter,
    storage: StoreStorage
  ) {
    self.index = index
    self.node = node
    shardMap = node.shardMap
    sessionBudget = SessionBudget(bytesMax: max(64 << 20, 4 * node.configuration.messageBytesMax))
    self.loop = loop
    self.store = store
    store.foundingMap = node.shardMap
    self.state = state
    self.log = log
    self.storage = storage
    held = HeldCalls(
      byteCountMax: HeldCalls.byteCountMax / node.storeCount, firstAttempt: .random(in: 0...(.max / 2)))
    outboxes = Array(repeating: [], count: node.storeCount)
    duties = ClusterDuties(storeCount: node.storeCount)
    takeLocations()
  }

  private func takeLocations() {
    if let table = store.locations { locations = table }
  }
}
