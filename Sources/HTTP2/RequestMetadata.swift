internal import Basics
internal import CNGHTTP2

/// Header fields that a client adds to its calls, such as `authorization`. Made once, used for many calls.
package final class RequestMetadata: Sendable {
  package static let fieldsMax = 32

  let fields: [(name: [UInt8], value: [UInt8])]

  /// Names are lower case; a name ending in `-bin` must come with its value in base64.
  package init(_ fields: [(name: String, value: String)]) {
    invariant(fields.count <= Self.fieldsMax, "more metadata fields than a call may have")
    self.fields = fields.map { (Array($0.name.utf8), Array($0.value.utf8)) }
  }

  /// Adds the fields of some lists to a block for the length of `body`: the pointers in the block are valid only there.
  static func with<Result>(
    _ lists: [RequestMetadata?], _ block: inout HeaderBlock, _ body: (borrowing HeaderBlock) -> Result
  ) -> Result {
    let fields = lists.flatMap { $0?.fields ?? [] }
    return append(fields[...], &block, body)
  }

  /// One nesting a field.
  private static func append<Result>(
    _ fields: ArraySlice<(name: [UInt8], value: [UInt8])>, _ block: inout HeaderBlock,
    _ body: (borrowing HeaderBlock) -> Result
  ) -> Result {
    guard let field = fields.first else { return body(block) }
    return unsafe field.name.withUnsafeBufferPointer { name in
      unsafe field.value.withUnsafeBufferPointer { value in
        unsafe block.append(
          nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name.baseAddress),
            value: UnsafeMutablePointer(mutating: value.baseAddress), namelen: name.count, valuelen: value.count,
            flags: 0))
        return append(fields.dropFirst(), &block, body)
      }
    }
  }
}
