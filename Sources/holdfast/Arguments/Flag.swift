/// One flag of a command, as the parser and the help know it.
package struct Flag: Equatable, Sendable {
  package var name: String
  /// What stands for the value in the help; empty for a switch that takes none.
  package var placeholder: String
  package var help: String
  /// May be given more than once.
  package var isRepeatable = false

  package static func value(_ name: String, _ placeholder: String, _ help: String) -> Flag {
    Flag(name: name, placeholder: placeholder, help: help)
  }

  package static func values(_ name: String, _ placeholder: String, _ help: String) -> Flag {
    Flag(name: name, placeholder: placeholder, help: help, isRepeatable: true)
  }

  package static func toggle(_ name: String, _ help: String) -> Flag {
    Flag(name: name, placeholder: "", help: help)
  }

  package var isSwitch: Bool { placeholder.isEmpty }
}

/// One word of a command that has no flag before it.
package struct Operand: Equatable, Sendable {
  package var name: String
  package var help: String
  package var isRequired = true
  /// Takes all words that are left; only the last operand may.
  package var isRepeatable = false

  package init(_ name: String, _ help: String, isRequired: Bool = true, isRepeatable: Bool = false) {
    self.name = name
    self.help = help
    self.isRequired = isRequired
    self.isRepeatable = isRepeatable
  }

  /// As it stands in a line of usage.
  var shown: String { (isRequired ? name : "[\(name)]") + (isRepeatable ? "..." : "") }
}
