/// Runs one of our own stories.
package struct Story {
  package private(set) var outputs: [[String]] = []
  /// The first directive whose trace is another than expected, as its place in the script.
  package private(set) var firstMismatch: Int?
  package private(set) var violations: [String] = []

  package init(_ script: Script) {
    var world = StoryWorld()
    for (place, directive) in script.directives.enumerated() {
      let output = world.run(directive)
      outputs.append(output)
      if output != directive.expected, firstMismatch == nil { firstMismatch = place }
    }
    violations = world.violations
  }

  package var isAsExpected: Bool { firstMismatch == nil && violations.isEmpty }
}
