/// Quantities as people write them: in whole units with as many decimals as the SKU's quantity scale. A SKU of scale 2
/// has `12.50` where its base unit counts 1250.
package enum QuantityText {
  /// Scales that a SKU may have.
  package static let scales = 0...6

  package static func show(_ quantity: Int64, scale: Int) -> String {
    if scale <= 0 { return String(quantity) }
    let digits = String(quantity.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return (quantity < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
  }

  /// The number in base units; `nil` when it is no number, has more decimals than the scale, or does not fit.
  package static func parse(_ text: String, scale: Int) -> Int64? {
    var rest = Substring(text)
    var sign = ""
    if let first = rest.first, first == "-" || first == "+" {
      sign = first == "-" ? "-" : ""
      rest = rest.dropFirst()
    }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
      return nil
    }
    let decimals = parts.count == 2 ? parts[1] : ""
    guard decimals.count <= scale else { return nil }
    let zeros = String(repeating: "0", count: scale - decimals.count)
    return Int64(sign + parts[0] + decimals + zeros)
  }
}
