/// How the tool ends. Scripts rely on the numbers: never renumber.
package enum ExitCode: Int32, CaseIterable, Sendable {
  case success = 0
  case refused = 1
  case wrongUsage = 2
  case notFound = 3
  case unavailable = 4
  case findings = 5
  case failed = 6

  package var meaning: String {
    switch self {
    case .success: "Done."
    case .refused:
      "Refused by a business rule, such as too little stock; nothing changed. Of an import: some rows were refused."
    case .wrongUsage: "The command line, a file or a value is wrong; nothing was done."
    case .notFound: "The SKU, location, hold or order does not exist."
    case .unavailable: "No node could be asked or serves, or there was no answer in time: the outcome may be unknown."
    case .findings: "A check found something wrong, with the ledger or with the cluster."
    case .failed: "Anything else."
    }
  }
}
