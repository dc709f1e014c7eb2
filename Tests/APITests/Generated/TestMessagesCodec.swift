// Written by Scripts/generate-api from holdfast/test/codec.proto. Do not edit.

import API
import Basics

extension TestMessages {

  /// `holdfast.test.Color`.
  enum Color: ProtobufEnum {
    case unspecified
    case red
    case green
    case infraRed
    /// A number that this version does not know.
    case unrecognized(Int32)

    /// All values that this version knows.
    static let known: [Color] = [.unspecified, .red, .green, .infraRed]

    init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .unspecified
      case 1: self = .red
      case 2: self = .green
      case -1: self = .infraRed
      default: self = .unrecognized(rawValue)
      }
    }

    init?(name: String) {
      switch name {
      case "UNSPECIFIED": self = .unspecified
      case "RED": self = .red
      case "GREEN": self = .green
      case "INFRA_RED": self = .infraRed
      default: return nil
      }
    }

    var rawValue: Int32 {
      switch self {
      case .unspecified: 0
      case .red: 1
      case .green: 2
      case .infraRed: -1
      case .unrecognized(let number): number
      }
    }

    var name: String {
      switch self {
      case .unspecified: "UNSPECIFIED"
      case .red: "RED"
      case .green: "GREEN"
      case .infraRed: "INFRA_RED"
      case .unrecognized(let number): String(number)
      }
    }
  }

  /// One field of every kind that the codec knows.
  struct Every: ProtobufMessage {
    static let protobufName = "holdfast.test.Every"

    var doubleValue: Double = 0
    var floatValue: Float = 0
    var int64Value: Int64 = 0
    var uint64Value: UInt64 = 0
    var int32Value: Int32 = 0
    var fixed64Value: UInt64 = 0
    var fixed32Value: UInt32 = 0
    var boolValue: Bool = false
    var stringValue: String = ""
    var bytesValue: [UInt8] = []
    var uint32Value: UInt32 = 0
    var color: TestMessages.Color = .unspecified
    var sfixed32Value: Int32 = 0
    var sfixed64Value: Int64 = 0
    var sint32Value: Int32 = 0
    var sint64Value: Int64 = 0
    var inner: TestMessages.Inner?
    var optionalInt64: Int64?
    var optionalString: String?
    var optionalBool: Bool?
    var optionalColor: TestMessages.Color?
    var optionalInner: TestMessages.Inner?
    /// Limit: 100 elements.
    var manyInt64: [Int64] = []
    /// Limit: 100 elements.
    var manySint32: [Int32] = []
    /// Limit: 100 elements.
    var manyFixed32: [UInt32] = []
    /// Limit: 100 elements.
    var manyDouble: [Double] = []
    /// Limit: 100 elements.
    var manyBool: [Bool] = []
    /// Limit: 100 elements.
    var manyColor: [TestMessages.Color] = []
    /// Limit: 100 elements.
    var manyString: [String] = []
    /// Limit: 100 elements.
    var manyBytes: [[UInt8]] = []
    /// Limit: 3 elements.
    var manyInner: [TestMessages.Inner] = []
    /// Limit: 4 elements.
    var facts: [String: String] = [:]
    /// One of these, or none.
    var choice: Choice?
    /// At the largest number there is.
    var last: Bool = false

    init() {}

    init(
      doubleValue: Double = 0,
      floatValue: Float = 0,
      int64Value: Int64 = 0,
      uint64Value: UInt64 = 0,
      int32Value: Int32 = 0,
      fixed64Value: UInt64 = 0,
      fixed32Value: UInt32 = 0,
      boolValue: Bool = false,
      stringValue: String = "",
      bytesValue: [UInt8] = [],
      uint32Value: UInt32 = 0,
      color: TestMessages.Color = .unspecified,
      sfixed32Value: Int32 = 0,
      sfixed64Value: Int64 = 0,
      sint32Value: Int32 = 0,
      sint64Value: Int64 = 0,
      inner: TestMessages.Inner? = nil,
      optionalInt64: Int64? = nil,
      optionalString: String? = nil,
      optionalBool: Bool? = nil,
      optionalColor: TestMessages.Color? = nil,
      optionalInner: TestMessages.Inner? = nil,
      manyInt64: [Int64] = [],
      manySint32: [Int32] = [],
      manyFixed32: [UInt32] = [],
      manyDouble: [Double] = [],
      manyBool: [Bool] = [],
      manyColor: [TestMessages.Color] = [],
      manyString: [String] = [],
      manyBytes: [[UInt8]] = [],
      manyInner: [TestMessages.Inner] = [],
      facts: [String: String] = [:],
      choice: Choice? = nil,
      last: Bool = false
    ) {
      self.doubleValue = doubleValue
      self.floatValue = floatValue
      self.int64Value = int64Value
      self.uint64Value = uint64Value
      self.int32Value = int32Value
      self.fixed64Value = fixed64Value
      self.fixed32Value = fixed32Value
      self.boolValue = boolValue
      self.stringValue = stringValue
      self.bytesValue = bytesValue
      self.uint32Value = uint32Value
      self.color = color
      self.sfixed32Value = sfixed32Value
      self.sfixed64Value = sfixed64Value
      self.sint32Value = sint32Value
      self.sint64Value = sint64Value
      self.inner = inner
      self.optionalInt64 = optionalInt64
      self.optionalString = optionalString
      self.optionalBool = optionalBool
      self.optionalColor = optionalColor
      self.optionalInner = optionalInner
      self.manyInt64 = manyInt64
      self.manySint32 = manySint32
      self.manyFixed32 = manyFixed32
      self.manyDouble = manyDouble
      self.manyBool = manyBool
      self.manyColor = manyColor
      self.manyString = manyString
      self.manyBytes = manyBytes
      self.manyInner = manyInner
      self.facts = facts
      self.choice = choice
      self.last = last
    }

    func encode(into writer: inout ByteWriter) {
      if self.doubleValue.bitPattern != 0 {
        writer.varint(9)
        writer.uint64(self.doubleValue.bitPattern)
      }
      if self.floatValue.bitPattern != 0 {
        writer.varint(21)
        writer.uint32(self.floatValue.bitPattern)
      }
      if self.int64Value != 0 {
        writer.field(24, varint: self.int64Value)
      }
      if self.uint64Value != 0 {
        writer.field(32, varint: self.uint64Value)
      }
      if self.int32Value != 0 {
        writer.field(40, varint: self.int32Value)
      }
      if self.fixed64Value != 0 {
        writer.varint(49)
        writer.uint64(self.fixed64Value)
      }
      if self.fixed32Value != 0 {
        writer.varint(61)
        writer.uint32(self.fixed32Value)
      }
      if self.boolValue {
        writer.field(64, varint: self.boolValue)
      }
      if !self.stringValue.isEmpty {
        writer.field(74, text: self.stringValue)
      }
      if !self.bytesValue.isEmpty {
        writer.field(98, bytes: self.bytesValue)
      }
      if self.uint32Value != 0 {
        writer.field(104, varint: self.uint32Value)
      }
      if self.color.rawValue != 0 {
        writer.varint(112)
        writer.varint(UInt64(bitPattern: Int64(self.color.rawValue)))
      }
      if self.sfixed32Value != 0 {
        writer.varint(125)
        writer.uint32(UInt32(bitPattern: self.sfixed32Value))
      }
      if self.sfixed64Value != 0 {
        writer.varint(129)
        writer.int64(self.sfixed64Value)
      }
      if self.sint32Value != 0 {
        writer.varint(136)
        writer.zigzag(Int64(self.sint32Value))
      }
      if self.sint64Value != 0 {
        writer.varint(144)
        writer.zigzag(self.sint64Value)
      }
      if let value = self.inner {
        writer.field(154, message: value)
      }
      if let value = self.optionalInt64 {
        writer.field(160, varint: value)
      }
      if let value = self.optionalString {
        writer.field(170, text: value)
      }
      if let value = self.optionalBool {
        writer.field(176, varint: value)
      }
      if let value = self.optionalColor {
        writer.varint(184)
        writer.varint(UInt64(bitPattern: Int64(value.rawValue)))
      }
      if let value = self.optionalInner {
        writer.field(194, message: value)
      }
      if !self.manyInt64.isEmpty {
        let start = writer.beginDelimited(242)
        for element in self.manyInt64 { writer.varint(UInt64(bitPattern: element)) }
        writer.endDelimited(start)
      }
      if !self.manySint32.isEmpty {
        let start = writer.beginDelimited(250)
        for element in self.manySint32 { writer.zigzag(Int64(element)) }
        writer.endDelimited(start)
      }
      if !self.manyFixed32.isEmpty {
        let start = writer.beginDelimited(258)
        for element in self.manyFixed32 { writer.uint32(element) }
        writer.endDelimited(start)
      }
      if !self.manyDouble.isEmpty {
        let start = writer.beginDelimited(266)
        for element in self.manyDouble { writer.uint64(element.bitPattern) }
        writer.endDelimited(start)
      }
      if !self.manyBool.isEmpty {
        let start = writer.beginDelimited(274)
        for element in self.manyBool { writer.varint(element ? 1 : 0) }
        writer.endDelimited(start)
      }
      if !self.manyColor.isEmpty {
        let start = writer.beginDelimited(282)
        for element in self.manyColor { writer.varint(UInt64(bitPattern: Int64(element.rawValue))) }
        writer.endDelimited(start)
      }
      for element in self.manyString {
        writer.field(290, text: element)
      }
      for element in self.manyBytes {
        writer.field(298, bytes: element)
      }
      for element in self.manyInner {
        writer.field(306, message: element)
      }
      writer.field(314, map: self.facts)
      if case .number(let value)? = self.choice {
        writer.field(320, varint: value)
      }
      if case .text(let value)? = self.choice {
        writer.field(330, text: value)
      }
      if case .message(let value)? = self.choice {
        writer.field(338, message: value)
      }
      if self.last {
        writer.field(4_294_967_288, varint: self.last)
      }
    }

    @_lifetime(reader: copy reader)
    mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 9: self.doubleValue = try reader.double()
        case 21: self.floatValue = try reader.float()
        case 24: self.int64Value = try reader.varintInt64()
        case 32: self.uint64Value = try reader.varint()
        case 40: self.int32Value = try reader.varintInt32()
        case 49: self.fixed64Value = try reader.uint64()
        case 61: self.fixed32Value = try reader.uint32()
        case 64: self.boolValue = try reader.varintBool()
        case 74: self.stringValue = try reader.text()
        case 98: self.bytesValue = try reader.byteArray()
        case 104: self.uint32Value = try reader.varintUInt32()
        case 112: self.color = try reader.varintEnum()
        case 125: self.sfixed32Value = try reader.fixedInt32()
        case 129: self.sfixed64Value = try reader.int64()
        case 136: self.sint32Value = try reader.zigzagInt32()
        case 144: self.sint64Value = try reader.zigzag()
        case 154: self.inner = try reader.message(over: self.inner)
        case 160: self.optionalInt64 = try reader.varintInt64()
        case 170: self.optionalString = try reader.text()
        case 176: self.optionalBool = try reader.varintBool()
        case 184: self.optionalColor = try reader.varintEnum()
        case 194: self.optionalInner = try reader.message(over: self.optionalInner)
        case 240:
          if self.manyInt64.count >= 100 { throw tooManyElements("Every.many_int64", 100) }
          self.manyInt64.append(try reader.varintInt64())
        case 242:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.manyInt64.count >= 100 { throw tooManyElements("Every.many_int64", 100) }
            self.manyInt64.append(try packed.varintInt64())
          }
        case 248:
          if self.manySint32.count >= 100 { throw tooManyElements("Every.many_sint32", 100) }
          self.manySint32.append(try reader.zigzagInt32())
        case 250:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.manySint32.count >= 100 { throw tooManyElements("Every.many_sint32", 100) }
            self.manySint32.append(try packed.zigzagInt32())
          }
        case 261:
          if self.manyFixed32.count >= 100 { throw tooManyElements("Every.many_fixed32", 100) }
          self.manyFixed32.append(try reader.uint32())
        case 258:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.manyFixed32.count >= 100 { throw tooManyElements("Every.many_fixed32", 100) }
            self.manyFixed32.append(try packed.uint32())
          }
        case 265:
          if self.manyDouble.count >= 100 { throw tooManyElements("Every.many_double", 100) }
          self.manyDouble.append(try reader.double())
        case 266:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.manyDouble.count >= 100 { throw tooManyElements("Every.many_double", 100) }
            self.manyDouble.append(try packed.double())
          }
        case 272:
          if self.manyBool.count >= 100 { throw tooManyElements("Every.many_bool", 100) }
          self.manyBool.append(try reader.varintBool())
        case 274:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.manyBool.count >= 100 { throw tooManyElements("Every.many_bool", 100) }
            self.manyBool.append(try packed.varintBool())
          }
        case 280:
          if self.manyColor.count >= 100 { throw tooManyElements("Every.many_color", 100) }
          self.manyColor.append(try reader.varintEnum())
        case 282:
          var packed = ByteReader(try reader.delimited())
          while !packed.isAtEnd {
            if self.manyColor.count >= 100 { throw tooManyElements("Every.many_color", 100) }
            self.manyColor.append(try packed.varintEnum())
          }
        case 290:
          if self.manyString.count >= 100 { throw tooManyElements("Every.many_string", 100) }
          self.manyString.append(try reader.text())
        case 298:
          if self.manyBytes.count >= 100 { throw tooManyElements("Every.many_bytes", 100) }
          self.manyBytes.append(try reader.byteArray())
        case 306: try reader.append(to: &self.manyInner, limit: 3, "Every.many_inner")
        case 314: try reader.insert(into: &self.facts, limit: 4, "Every.facts")
        case 320: self.choice = .number(try reader.varintInt32())
        case 330: self.choice = .text(try reader.text())
        case 338:
          var old: TestMessages.Inner?
          if case .message(let value)? = self.choice { old = value }
          self.choice = .message(try reader.message(over: old))
        case 4_294_967_288: self.last = try reader.varintBool()
        default: try reader.skipValue(of: tag)
        }
      }
    }

    /// What `choice` can be.
    enum Choice: Sendable, Equatable {
      case number(Int32)
      case text(String)
      case message(TestMessages.Inner)
    }
  }

  /// `holdfast.test.Inner`.
  struct Inner: ProtobufMessage {
    static let protobufName = "holdfast.test.Inner"

    var value: Int64 = 0
    var text: String = ""
    var innermost: TestMessages.Innermost?

    init() {}

    init(
      value: Int64 = 0,
      text: String = "",
      innermost: TestMessages.Innermost? = nil
    ) {
      self.value = value
      self.text = text
      self.innermost = innermost
    }

    func encode(into writer: inout ByteWriter) {
      if self.value != 0 {
        writer.field(8, varint: self.value)
      }
      if !self.text.isEmpty {
        writer.field(18, text: self.text)
      }
      if let value = self.innermost {
        writer.field(26, message: value)
      }
    }

    @_lifetime(reader: copy reader)
    mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 8: self.value = try reader.varintInt64()
        case 18: self.text = try reader.text()
        case 26: self.innermost = try reader.message(over: self.innermost)
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }

  /// `holdfast.test.Innermost`.
  struct Innermost: ProtobufMessage {
    static let protobufName = "holdfast.test.Innermost"

    var `in`: Int32 = 0

    init() {}

    init(
      `in`: Int32 = 0
    ) {
      self.in = `in`
    }

    func encode(into writer: inout ByteWriter) {
      if self.in != 0 {
        writer.field(8, varint: self.in)
      }
    }

    @_lifetime(reader: copy reader)
    mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 8: self.in = try reader.varintInt32()
        default: try reader.skipValue(of: tag)
        }
      }
    }
  }
}
