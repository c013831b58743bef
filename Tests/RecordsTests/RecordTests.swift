import Core
import Doubles
import Testing
import Values

@testable import Records

@Suite struct RecordTests {
  @Test("hostile names come back byte for byte, in every member that holds a name")
  func names() throws {
    for name in hostileNames {
      for member in Member.allCases where member.form == .name {
        let line = written {
          $0.begin(.entry)
          $0.add(member, name: Path(name))
          $0.end()
        }
        #expect(line.last == 10 && !line.dropLast().contains { $0 < 0x20 })
        try reading(Array(line.dropLast())) { (record) throws in
          #expect(try record.name(member) == Path(name))
          if member == .path { #expect(record.path.map { Array($0) } == name) }
        }
      }
    }
  }

  @Test("the entry that is written in one go is the one that is written member by member")
  func wholeEntry() {
    for name in hostileNames + [[]] {
      for (size, seconds) in [(0, 0), (Int.max, Int64.max), (12, -5), (1 << 40, 1 << 34)] {
        let time = Timestamp(seconds: seconds, nanoseconds: 5)
        let parts = written {
          $0.begin(.entry)
          $0.add(.path, name: Path(name))
          $0.add(.size, size)
          $0.add(.mtime, time)
          $0.end()
        }
        let whole = written { writer in
          name.withUnsafeBytes { writer.entry(path: $0, size: size, mtime: time) }
        }
        #expect(whole == parts)
      }
    }
  }

  @Test("each form of member is written as it is read")
  func forms() throws {
    let time = Timestamp(seconds: 1_795_197_731, nanoseconds: 5)
    let print = Fingerprint(size: 7, mtime: time, etag: Array("\"x\\".utf8))
    let line = written {
      $0.begin(.outcome)
      $0.add(.path, name: Path(text: "a"))
      $0.add(.size, 48_213)
      $0.add(.mtime, time)
      $0.add(.ok, true)
      $0.add(.reason, text: "a \"b\"\n\u{e9}")
      $0.add(.filters, list: ["x", "", "y\"z"])
      $0.add(.was, print)
      $0.add(.now, Fingerprint())
      $0.end()
    }
    try reading(line) { (record) throws in
      #expect(record.kind == .outcome)
      #expect(try record.integer(.size) == 48_213)
      #expect(try record.time(.mtime) == time)
      #expect(try record.flag(.ok) == true)
      #expect(try record.text(.reason) == "a \"b\"\n\u{e9}")
      #expect(try record.list(.filters) == ["x", "", "y\"z"])
      #expect(try record.fingerprint(.was) == print)
      #expect(try record.fingerprint(.now) == Fingerprint())
      #expect(try record.fingerprint(.target) == nil)
      #expect(record.holds(.path, "a") && !record.holds(.path, "ab"))
    }
  }

  @Test(
    "a whole number is below 10^18 and written as one",
    arguments: [
      ("0", 0), ("7", 7), ("999999999999999999", 999_999_999_999_999_999), ("-1", nil), ("-0", nil),
      ("1.0", nil), ("1e3", nil), ("1000000000000000000", nil), ("9223372036854775808", nil),
      ("18446744073709551616", nil), ("\"5\"", nil), ("true", nil), ("[]", nil), ("{}", nil),
    ] as [(String, Int?)])
  func integers(text: String, expected: Int?) throws {
    try reading("{\"size\":\(text)}") { (record) throws in
      guard let expected else {
        #expect(throws: Failure.self) { try record.integer(.size) }
        return
      }
      #expect(try record.integer(.size) == expected)
    }
  }

  @Test(
    "a fingerprint that is not one is a failure, never an absence",
    arguments: [
      "5", "\"x\"", "[]", "true", "{\"size\":\"5\"}", "{\"size\":-5}", "{\"size\":1.5}",
      "{\"size\":1e3}", "{\"size\":99999999999999999999}", "{\"mtime\":5}", "{\"mtime\":\"today\"}",
      "{\"mtime\":true}", "{\"etag\":5}", "{\"etag\":[]}", "{\"etag\":{\"size\":1}}",
      "{\"size\":1,\"size\":2}", "{\"size\":1,\"s\\u0069ze\":1}",
    ])
  func badFingerprints(text: String) throws {
    try reading("{\"was\":\(text)}") { (record) throws in
      let failure = #expect(throws: Failure.self) { try record.fingerprint(.was) }
      #expect(failure?.kind == .data)
    }
  }

  @Test("a fingerprint is read whatever else stands in it")
  func fingerprints() throws {
    let line =
      #"{"was":{ "x":[{"size":9}], "s\u0069ze" : 5 ,"#
      + #""mtime":"1970-01-01T00:00:00\u005a","etag":null}}"#
    try reading(line) { (record) throws in
      let expected = Fingerprint(size: 5, mtime: Timestamp(seconds: 0))
      #expect(try record.fingerprint(.was) == expected)
    }
  }

  @Test("members written with escapes or in base64 say the same as plain ones")
  func spellings() throws {
    let escaped = #"{"do":"\u0064elete","to_bytes":"cmlnaHQ=","mtime":"1970-01-01T00:00:00\u005a"}"#
    try reading(escaped) { (record) throws in
      #expect(record.holds(.action, "delete"))
      #expect(record.holds(.to, "right"))
      #expect(try record.time(.mtime) == Timestamp(seconds: 0))
      try reading(#"{"do":"delete","to":"right","link":"a"}"#) { (plain) throws in
        #expect(record.agrees(on: .action, with: plain) == true)
        #expect(record.agrees(on: .to, with: plain) == true)
        #expect(record.agrees(on: .link, with: plain) == nil)
      }
      try reading(#"{"do":"copy","to":"cmlnaHQ="}"#) { (other) throws in
        #expect(record.agrees(on: .action, with: other) == false)
        #expect(record.agrees(on: .to, with: other) == false)
      }
    }
    try reading("{\"size\":5}") { (number) throws in
      try reading("{\"size\":\"5\"}") { (text) throws in
        #expect(number.agrees(on: .size, with: text) == false)
      }
    }
  }

  @Test(
    "what is not ours is forwarded byte for byte",
    arguments: [
      #"{"type":"x-foreign","b":1.50,"a":[1,{"c":"é"}]}"#,
      #"{"path":"a","new":"\u00e9\/","z":1e3}"#,
      "{}", #"{"size":1,"type":"entry","path":"a"}"#, #"{ "a" : 1 , "b":2}"#,
    ])
  func forwarding(line: String) throws {
    try reading(line) { (record) throws in
      #expect(written { $0.forward(record) } == Array(line.utf8) + [10])
    }
  }

  @Test("a copy keeps all members but those that are dropped, and says its own type")
  func copying() throws {
    let line = #"{"a":1,"type":"change","path":"x","do":"copy","was":{"size":1},"é":[ 2 ]}"#
    try reading(line) { (record) throws in
      let copy = written {
        $0.begin(.outcome)
        $0.copy(record, except: [.was, .action])
        $0.add(.ok, true)
        $0.end()
      }
      let expected = #"{"type":"outcome","a":1,"path":"x","é":[ 2 ],"ok":true}"#
      #expect(copy == Array(expected.utf8) + [10])
    }
  }
}

@Suite struct DeclarationTests {
  @Test("every member is found under its name, and every name that may be bytes under that too")
  func found() throws {
    for member in Member.allCases where member != .type && member != .path {
      try reading("{\"\(member.name)\":1}") { #expect($0.has(member)) }
      try reading("{\"\(member.name)_bytes\":1}") {
        #expect($0.has(member) == (member.form == .name))
      }
    }
    try reading(#"{"type":"hole","path":"a"}"#) { #expect($0.has(.type) && $0.has(.path)) }
  }

  @Test("names are unique, and help is one sentence")
  func declared() {
    let names = Member.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Member.allCases.count < Int(MemberSpan.unknown) && Member.allCases.count <= 128)
    for member in Member.allCases {
      let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_".utf8)
      #expect(letters.isSuperset(of: member.name.utf8))
      #expect(member.name.utf8.count + 6 <= 24)
    }
    for help in Member.allCases.map(\.help) + Kind.allCases.map(\.help) {
      #expect(help.last == "." && help.first?.isLowercase == false)
    }
  }

  @Test("what a kind requires is among its members, and no member is declared for nothing")
  func kinds() throws {
    var used: Set<Member> = [.type]
    for kind in Kind.allCases {
      #expect(Set(kind.required).isSubset(of: kind.members))
      #expect(Set(kind.members).count == kind.members.count)
      used.formUnion(kind.members)
      guard kind != .other else { continue }
      try reading("{\"type\":\"\(kind.name)\"}") { #expect($0.kind == kind) }
      let line = written { writer in
        writer.begin(kind)
        writer.end()
      }
      try reading(line) { #expect($0.kind == kind) }
    }
    #expect(used == Set(Member.allCases))
    for name in ["", "entr", "entryy", "other", "Entry", "somethinglonger"] {
      try reading("{\"type\":\"\(name)\"}") { #expect($0.kind == .other) }
    }
  }

  @Test("sets of members hold what they were made of")
  func sets() {
    for member in Member.allCases {
      let set: Members = [.path, member]
      for other in Member.allCases {
        #expect(set.contains(other) == (other == .path || other == member))
      }
    }
  }
}
