import Client
import Testing

@testable import Bench

@Suite struct CommandLineTests {
  private func configuration(_ line: String) throws -> BenchConfiguration {
    let request = try CommandLineReader.read(line.split(separator: " ").map(String.init))
    guard case .perform(let configuration) = request else { throw UsageError(message: "not a command") }
    return configuration
  }

  @Test func `no options are the defaults`() throws {
    #expect(try configuration("run") == BenchConfiguration(.run))
    #expect(try configuration("flash-sale") == BenchConfiguration(.flashSale))
  }

  @Test func `every option reaches its place`() throws {
    var expected = BenchConfiguration(.run)
    expected.servers = [NodeName(host: "a", port: 1), NodeName(host: "::1", port: 2), NodeName(host: "b", port: 7400)]
    expected.connections = 64
    expected.inFlight = 2
    expected.threads = 3
    expected.deadlineMilliseconds = 500
    expected.workload = .mix
    expected.confirmShare = 0.6
    expected.releaseShare = 0.4
    expected.duplicateShare = 0.1
    expected.quantity = 7
    expected.timeToLiveSeconds = 60
    expected.tenant = "t"
    expected.skuCount = 5
    expected.choice = .zipf(theta: 0.8)
    expected.unitsPerSKU = 9
    expected.location = "L"
    expected.prefix = "p"
    expected.setsUp = false
    expected.length = .seconds(1.5)
    expected.warmupSeconds = 0
    expected.ratePerSecond = 100
    expected.arrivals = .poisson
    expected.queueMax = 12
    expected.lateMillisecondsMax = 3
    expected.seed = 77
    expected.retries = true
    expected.endsOnDisconnect = true
    expected.recordPath = "r"
    expected.verifies = false
    expected.verifySample = 4
    expected.jsonPath = "-"
    expected.isQuiet = true
    let line =
      "run --server a:1,[::1]:2,b --connections 64 --in-flight=2 --threads 3 --deadline-ms 500 --workload mix"
      + " --confirm-share 0.6 --release-share 0.4 --duplicate-share 0.1 --quantity 7 --ttl 60 --tenant t --skus 5"
      + " --choice zipf:0.8 --units 9 --location L --prefix p --no-setup --seconds 1.5 --warmup 0 --rate 100"
      + " --arrivals poisson --queue 12 --late-ms 3 --seed 77 --retry --continue-on-disconnect --record r --no-verify"
      + " --verify-sample 4 --json - --quiet"
    #expect(try configuration(line) == expected)
    #expect(try configuration("run --count 10").length == .count(10))
    #expect(try configuration("run --batch 10").batch == 10)
    #expect(try configuration("flash-sale --buyers 5 --stock 2").buyers == 5)
    #expect(try configuration("flash-sale --buyers 5 --stock 2").stock == 2)
  }

  @Test(arguments: [
    ("", "say what to do: run, flash-sale or verify"),
    ("fly", "\"fly\" is no command; there are run, flash-sale and verify"),
    ("run fast", "\"fast\" is not an option; options begin with --"),
    ("run --speed 3", "--speed is no option; see holdfast-bench run --help"),
    ("run --buyers 3", "--buyers has no meaning for run"),
    ("run --connections", "--connections needs a value: C"),
    ("run --connections 0", "--connections is \"0\"; allowed is a whole number from 1 to 10000"),
    ("run --connections 3 --connections 3", "--connections is given twice"),
    ("run --quiet=yes", "--quiet takes no value"),
    ("run --seconds nan", "--seconds is \"nan\"; allowed is a number from 0.1 to 86400.0"),
    ("run --server a:b", "--server is \"a:b\"; allowed is HOST:PORT, several with commas between"),
    ("run --server a:1,", "--server is \"a:1,\"; allowed is HOST:PORT, several with commas between"),
    ("run --server ::1", "--server is \"::1\"; allowed is HOST:PORT, several with commas between"),
    ("run --arrivals never", "--arrivals is \"never\"; allowed is constant or poisson"),
    ("run --arrivals poisson", "--arrivals has no meaning without --rate"),
    ("run --seconds 1 --count 2", "--seconds and --count cannot both be given"),
    ("run --confirm-share 1", "--confirm-share has no meaning without --workload mix"),
    ("run --workload mix --confirm-share 0.9", "--confirm-share and --release-share add up to more than 1"),
    ("run --no-setup", "--no-setup has no meaning without --prefix"),
    ("run --count 10 --batch 3", "--count is not a multiple of --batch"),
    ("run --threads 17", "--threads is more than --connections"),
    ("verify", "verify needs --record FILE, as written by a run"),
    ("help fly", "\"fly\" is no command; there are run, flash-sale and verify"),
  ])
  func `wrong usage is told plainly`(line: String, message: String) {
    #expect(throws: UsageError(message: message)) { try configuration(line) }
  }

  @Test func `help and version are understood in the usual places`() throws {
    #expect(try CommandLineReader.read(["--help"]) == .help(nil))
    #expect(try CommandLineReader.read(["help", "run"]) == .help(.run))
    #expect(try CommandLineReader.read(["run", "--skus", "3", "--help"]) == .help(.run))
    #expect(try CommandLineReader.read(["--version"]) == .version)
  }

  @Test(arguments: BenchConfiguration.Command.allCases)
  func `help names every option of its command and fits a terminal`(command: BenchConfiguration.Command) {
    let text = HelpText.text(for: command)
    for option in BenchOption.table {
      let named = text.contains("  --\(option.name)\n") || text.contains("  --\(option.name) ")
      #expect(named == option.commands.contains(command), "\(option.name)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }
}
