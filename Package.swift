// swift-tools-version: 6.2
import PackageDescription

/// Release builds are laid out by how often each branch is taken (profile-guided optimisation): what a node and the
/// benchmark client did under load when `Scripts/profile` last ran. A function that has changed since then is compiled as
/// if there were no profile. Measured: 32,660 instructions a reservation instead of 34,040 (as `Scripts/bench` counts
/// them), and 5 % more reservations a second from 16 connections with 16 calls each (median of five pairs; single ones lie
/// 12 % to either side).
let profile = "\(Context.packageDirectory)/Sources/release.profdata"
/// Set by `Scripts/profile`: programs that count, and write their counts when they end.
let isProfiling = Context.environment["HOLDFAST_PROFILING"] != nil
let profiling = ["-Xfrontend", isProfiling ? "-ir-profile-generate" : "-ir-profile-use=\(profile)"]

/// Every Swift target is built with the same strict settings; release builds optimise across modules, because the
/// seams between modules are crossed for each message (measured: 12 ns a call without the flag, 0.4 ns with it).
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  // Overlapping access to a class's property is looked for in debug builds, in which the tests run, and not in release
  // builds (measured: 5 % of the HTTP/2 server's time).
  .unsafeFlags(
    ["-cross-module-optimization", "-enforce-exclusivity=unchecked", "-static-stdlib"] + profiling,
    .when(configuration: .release)),
]

/// Released programs carry Swift's runtime with them: they run where no Swift is installed, and a call into the runtime
/// (retain, release, allocate) does not go by way of the dynamic linker's table (measured: 2 to 4 % of a node's time).
let staticRuntime: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib"] + (isProfiling ? ["-profile-generate"] : []), .when(configuration: .release))
]

/// A library module and its tests. The allow-list of `Scripts/check` holds the same arrows, import by import.
func module(
  _ name: String, _ dependencies: [Target.Dependency], tests: [Target.Dependency] = [], exclude: [String] = [],
  testsExclude: [String] = []
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict),
    .testTarget(
      name: name + "Tests", dependencies: [.target(name: name)] + dependencies + tests, exclude: testsExclude,
      swiftSettings: strict),
  ]
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: staticRuntime)
}

let doors: [Target] = [
  .target(name: "CLinux"),
  .target(name: "CPrefetch"),
  .target(name: "CChecksum"),
  .target(name: "CAllocations"),
  .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
  .systemLibrary(name: "CRocksDB", providers: [.apt(["librocksdb-dev"])]),
]

let core: [Target] =
  module("Basics", ["CPrefetch", "CChecksum"])
  + module("Raft", ["Basics"], tests: ["RaftTranscripts"], testsExclude: ["Transcripts"])
  + module("Inventory", ["Basics"])
  + module("Placement", ["Basics"])
  + module("Replication", ["Basics", "Raft", "Inventory", "Placement"])
  + module("Simulator", ["Basics", "Raft", "Inventory", "Placement", "Replication"])
  + module("RaftTranscripts", ["Basics", "Raft"])

let edge: [Target] =
  module("API", ["Basics"], exclude: ["Protos"], testsExclude: ["Protos", "Fixtures"])
  + module("HTTP2", ["Basics", "CNGHTTP2"])
  + module("Reactor", ["Basics", "CLinux"])
  + module("Storage", ["Basics", "Raft", "Inventory", "Replication", "CRocksDB", "CLinux"], tests: ["Simulator"])
  + module(
    "Server", ["Basics", "Raft", "Inventory", "Placement", "Replication", "API", "HTTP2", "Reactor", "Storage"],
    tests: ["Client"])
  + module("Recovery", ["Basics", "Raft", "Placement", "Replication", "Storage"])
  + module("Client", ["Basics", "API", "HTTP2", "Reactor", "Placement"])
  + module("Bench", ["Basics", "API", "HTTP2", "Reactor", "Client"])
  + module("Peers", ["Basics", "HTTP2", "Reactor"])

let programs: [Target] = [
  program("holdfastd", ["Server", "Client", "API"]),
  program("holdfast", ["Client", "Recovery", "API", "Basics"]),
  program("holdfast-bench", ["Bench"]),
  program("holdfast-peers", ["Peers"]),
  program("holdfast-sim", ["RaftTranscripts", "Simulator", "Raft", "Basics", "CAllocations"]),
  .testTarget(
    name: "HoldfastToolTests", dependencies: ["holdfast", "Client", "Recovery", "API", "Basics"], swiftSettings: strict),
]

let package = Package(
  name: "holdfast",
  products: [.library(name: "HoldfastClient", targets: ["Client", "API"])],
  targets: doors + core + edge + programs
)
