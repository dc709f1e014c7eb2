/// Why storage stopped, or did not start. None of these is retried by the storage itself.
package enum StorageError: Error, Equatable, Sendable {
  /// A call of the operating system failed. `number` is its error number.
  case system(call: String, path: String, number: Int32)
  /// Bytes on disk are not what was written. `offset` is where in the file the damaged structure begins.
  case damaged(path: String, offset: UInt64, reason: String)
  /// Another process owns the data directory.
  case locked(path: String, owner: String)
  /// The directory was not made by this program, or by a newer one, or with other settings.
  case unusable(path: String, reason: String)
  /// RocksDB refused.
  case database(path: String, message: String)
}

extension StorageError {
  /// Whether the disk is full: the only failure that passes by itself.
  var isDiskFull: Bool {
    if case .system(_, _, let number) = self { return number == ErrorNumber.noSpace }
    return false
  }
}

extension StorageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let path, let number):
      "\(call) of \(path) failed: \(ErrorNumber.text(number)) (error \(number))"
    case .damaged(let path, let offset, let reason):
      "\(path) is damaged at offset \(offset): \(reason). Nothing was changed. Restore this node from its peers"
    case .locked(let path, let owner):
      "\(path) is in use by \(owner)"
    case .unusable(let path, let reason):
      "\(path) cannot be used: \(reason)"
    case .database(let path, let message):
      "the state database \(path) failed: \(message)"
    }
  }
}
