internal import Foundation

// The holdfast command line tool; see Tool.swift for how it runs and Commands for what it can do.
let code = await Tool.run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
exit(code.rawValue)
