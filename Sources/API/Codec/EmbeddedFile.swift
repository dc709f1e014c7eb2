internal import Basics

/// A `.proto` file as reflection tells it. The values are written by `Scripts/generate-api`.
struct EmbeddedFile: Sendable {
  /// The name by which files import it, such as `holdfast/v1/common.proto`.
  let name: String
  /// The names of the files that it imports.
  let dependencies: [String]
  /// The full names of its services.
  let services: [String]
  /// The full names of its messages.
  let messages: [String]
  /// The full names of its messages, fields, alternatives, enumerations, services and methods.
  let symbols: [String]
  /// The encoded `google.protobuf.FileDescriptorProto`, as hexadecimal digits: the compiler takes a long text in no
  /// time, but minutes for a long array.
  let digits: StaticString

  /// The encoded `google.protobuf.FileDescriptorProto`.
  var descriptor: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.utf8CodeUnitCount / 2)
    var high: UInt8?
    for character in digits.description.utf8 {
      guard let digit = hexadecimalDigit(character) else { invariantViolated("an embedded file is not hexadecimal") }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return bytes
  }
}
