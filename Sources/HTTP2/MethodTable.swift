internal import Basics

/// Who sends one message and who many.
package enum MethodKind: UInt8, Sendable {
  case unary
  case serverStream
  case clientStream
  case bidirectional

  /// Whether the request is exactly one message.
  @inline(__always)
  package var takesOneMessage: Bool { self == .unary || self == .serverStream }
  @inline(__always)
  package var answersOneMessage: Bool { self == .unary || self == .clientStream }
}

/// A method's place in its ``MethodTable``.
package struct MethodID: RawRepresentable, Hashable, Sendable {
  package var rawValue: UInt16
  @inline(__always) package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// The methods that a server answers or a client calls: `/package.Service/Method` to a small number, the place in the
/// list it was made from. Looked up by bytes, without making a `String`. Immutable: any thread may use it.
@safe package final class MethodTable: Sendable {
  package struct Method: Sendable {
    package var path: String
    package var kind: MethodKind

    package init(_ path: String, _ kind: MethodKind) {
      self.path = path
      self.kind = kind
    }
  }

  package let methods: [Method]
  /// All paths, one after the other. Never moved, because a client's headers point into it, and never written again.
  private nonisolated(unsafe) let text: UnsafeRawBufferPointer
  private let ranges: [Range<Int>]
  /// Open addressing, at most half full; -1 is an empty place.
  private let places: [Int16]

  package init(_ methods: [Method]) {
    invariant(methods.count < Int(Int16.max), "too many methods for a table")
    self.methods = methods
    var text: [UInt8] = []
    var ranges: [Range<Int>] = []
    var size = 8
    while size < methods.count * 2 { size *= 2 }
    var places = [Int16](repeating: -1, count: size)
    for (index, method) in methods.enumerated() {
      let bytes = Array(method.path.utf8)
      ranges.append(text.count..<text.count + bytes.count)
      text += bytes
      var place = Int(truncatingIfNeeded: StableHash.hash(bytes.rawSpan)) & (size - 1)
      while places[place] >= 0 { place = (place + 1) & (size - 1) }
      places[place] = Int16(index)
    }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, text.count), alignment: 16)
    unsafe copy.copyBytes(from: text)
    unsafe self.text = UnsafeRawBufferPointer(copy)
    self.ranges = ranges
    self.places = places
  }

  deinit { unsafe text.deallocate() }

  package func kind(_ id: MethodID) -> MethodKind { methods[Int(id.rawValue)].kind }

  package func find(_ path: RawSpan) -> MethodID? {
    let mask = places.count &- 1
    var place = Int(truncatingIfNeeded: StableHash.hash(path)) & mask
    while places[place] >= 0 {
      let index = Int(places[place])
      if unsafe path.elementsEqual(RawSpan(_unsafeBytes: bytes(index))) { return MethodID(rawValue: UInt16(index)) }
      place = (place &+ 1) & mask
    }
    return nil
  }

  private func bytes(_ index: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: text[ranges[index]])
  }

  /// The path's bytes, valid as long as the table.
  func path(_ id: MethodID) -> UnsafeRawBufferPointer { unsafe bytes(Int(id.rawValue)) }
}
