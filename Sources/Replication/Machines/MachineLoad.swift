package import Basics
internal import Raft

/// The loading of a state machine from what a snapshot brought, apart from the loop: it takes about a second for a million
/// live holds. Made by the Store's thread, run by one of the storage's, and looked at by the Store's when it is answered:
/// never used by two at once, which is what makes it `Sendable`.
package final class MachineLoad: @unchecked Sendable {
  /// A machine in its place, and the index that it has applied.
  typealias Loaded = (place: AnyObject, applied: LogIndex)

  private let load: (any StateReader) throws(StateReadError) -> Loaded
  private(set) var result: Result<Loaded, StateReadError>?

  init(_ load: @escaping (any StateReader) throws(StateReadError) -> Loaded) { self.load = load }

  /// Loads; called once.
  package func run(_ reader: any StateReader) {
    invariant(result == nil, "a machine is loaded once")
    do throws(StateReadError) { result = .success(try load(reader)) } catch { result = .failure(error) }
  }
}
