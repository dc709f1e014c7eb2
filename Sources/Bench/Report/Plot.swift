internal import Basics
internal import Glibc

/// Curves over a common x axis, as SVG. A plain value.
struct Plot {
  struct Curve {
    var name: String
    var points: [(x: Double, y: Double)]

    init(_ name: String, _ points: [(Double, Double)]) {
      self.name = name
      self.points = points
    }
  }

  static let colours = ["#3465a4", "#cc4125", "#4e9a06", "#8e44ad", "#c17d11", "#16a085", "#555555", "#d4a017"]
  private static let (width, height) = (860.0, 240.0)
  private static let (left, right, top, bottom) = (70.0, 120.0, 30.0, 40.0)

  var title: String
  var xName: String
  var yName: String
  var curves: [Curve]
  /// `nil`: at round numbers.
  var xTicks: [(Double, String)]?
  /// What happened at which x.
  var marks: [(x: Double, name: String)] = []

  var svg: String {
    let points = curves.flatMap(\.points)
    let xMax = max(points.map(\.x).max() ?? 1, 1e-9)
    let yMax = max(points.map(\.y).max() ?? 1, 1e-9) * 1.05
    let ticks = xTicks?.filter { $0.0 <= xMax + 1e-9 } ?? Self.ticks(to: xMax)
    var parts = [
      "<svg viewBox=\"0 0 \(Self.text(Self.width)) \(Self.text(Self.height))\" width=\"100%\" role=\"img\">",
      "<text x=\"\(Self.text(Self.left))\" y=\"18\" font-weight=\"bold\">\(ResultPage.escape(title)) (\(yName))</text>",
    ]
    for (value, label) in Self.ticks(to: yMax) {
      let y = Self.text(place(0, value, xMax, yMax).y)
      parts.append(
        "<path d=\"M\(Self.text(Self.left)) \(y)H\(Self.text(Self.width - Self.right))\" stroke=\"#ddd\"/>"
          + "<text x=\"\(Self.text(Self.left - 6))\" y=\"\(y)\" text-anchor=\"end\">\(label)</text>")
    }
    for (value, label) in ticks {
      let x = Self.text(place(value, 0, xMax, yMax).x)
      parts.append("<text x=\"\(x)\" y=\"\(Self.text(Self.height - 22))\" text-anchor=\"middle\">\(label)</text>")
    }
    parts.append(
      "<text x=\"\(Self.text((Self.left + Self.width - Self.right) / 2))\" y=\"\(Self.text(Self.height - 6))\">\(xName)</text>"
    )
    for mark in marks where mark.x <= xMax {
      let x = Self.text(place(mark.x, 0, xMax, yMax).x)
      parts.append(
        "<path d=\"M\(x) \(Self.text(Self.top))V\(Self.text(Self.height - Self.bottom))\" stroke=\"#999\""
          + " stroke-dasharray=\"3 3\"/><text x=\"\(x)\" y=\"\(Self.text(Self.top - 2))\">"
          + "\(ResultPage.escape(mark.name))</text>")
    }
    for (number, curve) in curves.enumerated() { parts.append(draw(curve, number, xMax, yMax)) }
    return parts.joined() + "</svg>"
  }

  private func draw(_ curve: Curve, _ number: Int, _ xMax: Double, _ yMax: Double) -> String {
    let colour = Self.colours[number % Self.colours.count]
    let points = curve.points.map { point in
      let place = place(point.x, point.y, xMax, yMax)
      return "\(Self.text(place.x)),\(Self.text(place.y))"
    }
    let label = Self.text(Self.top + 10 + 16 * Double(number))
    return
      "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" points=\"\(points.joined(separator: " "))\"/>"
      + "<text x=\"\(Self.text(Self.width - Self.right + 10))\" y=\"\(label)\" style=\"fill:\(colour)\">"
      + "\(ResultPage.escape(curve.name))</text>"
  }

  private func place(_ x: Double, _ y: Double, _ xMax: Double, _ yMax: Double) -> (x: Double, y: Double) {
    (
      Self.left + x / xMax * (Self.width - Self.left - Self.right),
      Self.height - Self.bottom - y / yMax * (Self.height - Self.top - Self.bottom)
    )
  }

  /// From 0 to the end, at most ten, at 1, 2 or 5 times a power of ten.
  static func ticks(to end: Double) -> [(Double, String)] {
    var step = pow(10, (log10(end / 10)).rounded(.down))
    for factor in [2, 2.5, 2] where end / step > 10 { step *= factor }
    let digits = step >= 1 ? 0 : Int((-log10(step)).rounded(.up))
    return (0...Int(end / step)).map { (Double($0) * step, ResultTable.decimal(Double($0) * step, digits)) }
  }

  private static func text(_ value: Double) -> String { ResultTable.decimal(value, 1) }
}
