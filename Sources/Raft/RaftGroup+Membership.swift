internal import Basics

// Membership changes (thesis §4). A change takes effect where its entry is *applied*, on each member for itself, not where
// it is appended: then nothing has to be taken back when an entry is replaced.
//
// Why that is safe although members are at different configurations. A leader proposes a change only when it has applied
// the one before. So a log with two changes proves that the first is committed, and whoever has it commits it, also after
// a restart that forgot the commit index (`commitProvenChanges`); and nobody campaigns with a committed change that it has
// not applied (`mayCampaign`). So who counts votes or acceptances is at the configuration before the last change in its
// log, or behind it. Majorities of configurations that follow each other have a member in common. And of a configuration
// further on a member cannot have missed the change: a majority of the one in between has it, and refuses to elect a log
// without it.

extension RaftGroup {
  /// Proposes a change of the group's members.
  @discardableResult
  package mutating func propose(_ change: ConfigurationChange) throws(ChangeRefusal) -> LogIndex {
    let payload = change.encoded()
    if let refusal = proposalRefusal(byteCount: payload.count) { throw .notProposable(refusal) }
    if options.validatesChanges { try check(change) }
    pendingChange = log.lastIndex.next
    return propose(.configuration, payload)
  }

  private func check(_ change: ConfigurationChange) throws(ChangeRefusal) {
    guard pendingChange <= appliedIndex || isMutated(.changesInOneStep) else {
      throw .changePending(through: pendingChange)
    }
    let changed: Configuration
    do throws(ConfigurationChangeError) {
      changed = try configuration.changed(by: change)
    } catch {
      throw .impossible(error)
    }
    guard changed.voters.count <= options.votersMax, changed.learners.count <= options.learnersMax,
      changed.learnersNext.count <= options.learnersMax
    else { throw .tooManyMembers }
    guard let lagMax = options.promotionLagEntriesMax else { return }
    for voter in changed.voters where !configuration.isVoter(voter) {
      guard configuration.isLearner(voter), progress.match(of: voter) + lagMax >= log.lastIndex else {
        throw .notCaughtUp(voter)
      }
    }
  }

  /// The configuration after entry `index`, which is applied or handed out to be: what the owner is to store with the
  /// effects.
  package func configuration(through index: LogIndex) -> Configuration {
    var result = configuration
    for change in log.changes where change > appliedIndex && change <= index {
      result = Self.configuration(result, after: log[change])
    }
    return result
  }

  /// The last change in the log that is not applied, committed or not.
  package var lastUnappliedChange: LogIndex? { log.changes.last.flatMap { $0 > appliedIndex ? $0 : nil } }

  /// All changes in the log but the last are committed: the proposer of each had applied the one before.
  mutating func commitProvenChanges() {
    guard options.validatesChanges, log.changes.count > 1 else { return }
    hardState.commit = max(hardState.commit, log.changes[log.changes.count - 2])
  }

  /// A change that does not fit is no change, on every member alike.
  private static func configuration(_ configuration: Configuration, after entry: Entry) -> Configuration {
    let change: ConfigurationChange
    do throws(DecodeError) {
      change = try ConfigurationChange(decoding: entry.payload)
    } catch {
      invariantViolated("entry \(entry.index) was let in as a change and is none: \(error)")
    }
    do throws(ConfigurationChangeError) {
      return try configuration.changed(by: change)
    } catch {
      return configuration
    }
  }

  /// Takes the changes in `(appliedIndex, index]` into effect.
  mutating func applyChanges(through index: LogIndex) {
    for change in log.changes where change > appliedIndex && change <= index {
      let changed = Self.configuration(configuration, after: log[change])
      if changed != configuration { switchConfiguration(to: changed) }
    }
  }

  mutating func adoptConfiguration(_ changed: Configuration) {
    configuration = changed
    // A new member is sent the last entry first: mostly it refuses that, and says what it has.
    let next = max(log.lastIndex, LogIndex(1))
    let window = inflights()
    progress.adopt(changed) { newcomer in
      var fresh = Progress(
        member: newcomer, isLearner: changed.isLearner(newcomer), next: next, inflights: window)
      // It gets time for a first answer, also if its first message is a snapshot.
      fresh.isActive = true
      return fresh
    }
  }

  private mutating func switchConfiguration(to changed: Configuration) {
    adoptConfiguration(changed)
    guard role == .leader else { return }
    if !changed.isVoter(member) && options.stepsDownOnRemoval { return becomeFollower(term: term, leader: .none) }
    if transferTarget != .none && !changed.isVoter(transferTarget) { abortTransfer() }
    if advanceCommitByCounting() {
      broadcastAppend()
    } else {
      // Who is new is to hear of it now and not with the next heartbeat.
      for place in 0..<progress.count where progress[place].member != member {
        sendAppend(place, evenIfEmpty: false)
      }
    }
    confirmRounds()
  }

  /// A joint configuration is left by whoever leads when it is applied (thesis §4.3): also by a leader that only
  /// inherited it.
  mutating func leaveJointIfDue() {
    guard role == .leader, configuration.leavesAutomatically, appliedIndex >= pendingChange,
      transferTarget == .none, configuration.contains(member)
    else { return }
    pendingChange = log.lastIndex.next
    _ = propose(.configuration, ConfigurationChange.leaveJoint.encoded())
  }
}
