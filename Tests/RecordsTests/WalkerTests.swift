import Core
import Testing
import Values

@testable import Records

@Suite("A document of JSON where it lies") struct WalkerTests {
  private static let seeds = [
    #"[{"from":"/data/a","to":"p/a","x":true},{"from":"/b","n":[-1,2.5e3,1E-7]}]"#,
    #"{"a":"\ud83d\ude00\u00e9\u0000\/\b\f\n\r\t\"\\","é":{"y":[true,false,null]},"":[]}"#,
    #" { "path" : "café" , "path2" : [ ] , "o" : { } , "x" : 0 } "#, "null", "\"\"", "[[[]]]",
  ]

  /// The document as the other reader makes it, from what the walker shows.
  private func rebuilt(_ walker: inout Walker) throws(Failure) -> JSON {
    if walker.isAtList {
      var items: [JSON] = []
      try walker.items { (walker) throws(Failure) in items.append(try rebuilt(&walker)) }
      return .list(items)
    }
    if walker.isAtObject {
      var fields: [JSON.Field] = []
      try walker.members { (walker, name) throws(Failure) in
        fields.append(.init(String(decoding: name, as: UTF8.self), try rebuilt(&walker)))
      }
      return .object(fields)
    }
    let value = try walker.value()
    if value.isNull { return .null }
    if let flag = value.flag { return .flag(flag) }
    let scratch = Buffer()
    defer { withExtendedLifetime(scratch) {} }
    if let text = value.text(scratch) { return .text(String(decoding: text, as: UTF8.self)) }
    if let integer = value.integer { return .integer(integer) }
    return .number(String(decoding: value.bytes, as: UTF8.self))
  }

  private func read(_ bytes: [UInt8]) throws(Failure) -> JSON {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      var walker = try Walker(UnsafeRawBufferPointer(bytes))
      let document = try rebuilt(&walker)
      try walker.end()
      return document
    }
  }

  @Test("says what the reader of small documents says, also of what is cut off or damaged")
  func same() throws {
    for seed in Self.seeds {
      let bytes = Array(seed.utf8)
      #expect(try read(bytes) == (try JSON(parsing: bytes)))
      for end in 0..<bytes.count {
        let cut = Array(bytes[..<end])
        #expect((try? read(cut)) == (try? JSON(parsing: cut)))
        for byte in [0, 9, 34, 44, 45, 48, 58, 91, 92, 93, 123, 125, 128, 255] as [UInt8] {
          var damaged = bytes
          damaged[end] = byte
          // Names are shown as they are written, so what was read need not be the same.
          let isFine = (try? JSON(parsing: damaged)) != nil
          #expect(((try? read(damaged)) != nil) == isFine, "\(damaged)")
        }
      }
    }
  }

  @Test("passes over what is left alone, which is not endlessly deep")
  func skipped() throws {
    let deep = Array(
      (#"{"a":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        + #","b":7}"#).utf8)
    func find(_ bytes: [UInt8]) throws(Failure) -> Int? {
      var found: Int?
      try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
        var walker = try Walker(UnsafeRawBufferPointer(bytes))
        try walker.members { (walker, name) throws(Failure) in
          if name.spells("b") { found = try walker.value().integer }
        }
        try walker.end()
      }
      return found
    }
    #expect(try find(deep) == 7)
    let deeper = Array((#"{"a":"# + String(repeating: "[", count: 100_000)).utf8)
    #expect(throws: Failure.self) { try find(deeper) }
    for number in ["9223372036854775807", "-9223372036854775807"] {
      #expect(try find(Array(#"{"b":\#(number)}"#.utf8)) == Int(number))
    }
    for number in ["9223372036854775808", "1.0", "1e3", "\"1\"", "null"] {
      #expect(try find(Array(#"{"b":\#(number)}"#.utf8)) == nil)
    }
  }
}
