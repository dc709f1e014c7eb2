internal import Basics

extension Method {
  /// The method at an HTTP/2 path, or `nil`. Allocates nothing: the server asks this for every call.
  public static func at(path: RawSpan) -> Method? {
    var index = Int(truncatingIfNeeded: StableHash.hash(path)) & pathTable.mask
    while let method = pathTable.places[index] {
      let candidate = pathTable.paths[Int(method.rawValue)]
      if candidate.rawSpan.elementsEqual(path) { return method }
      index = (index &+ 1) & pathTable.mask
    }
    return nil
  }

  public static func at(path: String) -> Method? {
    let bytes = Array(path.utf8)
    return at(path: bytes.rawSpan)
  }
}

/// Finds a method by its path: open addressing over a table at most half full, so that a search ends soon. Made once,
/// then only read, by any thread.
private struct PathTable: Sendable {
  var places: [Method?]
  var paths: [[UInt8]]
  var mask: Int

  init() {
    var size = 4
    while size < Method.allCases.count * 2 { size *= 2 }
    mask = size - 1
    paths = Method.allCases.map { Array($0.descriptor.path.utf8) }
    places = Array(repeating: nil, count: size)
    for method in Method.allCases {
      let path = paths[Int(method.rawValue)]
      var index = Int(truncatingIfNeeded: StableHash.hash(path.rawSpan)) & mask
      while places[index] != nil { index = (index + 1) & mask }
      places[index] = method
    }
  }
}

private let pathTable = PathTable()
