import Foundation
import Support
import Testing
import Values

/// Names that break what was not written for them, on their way to a place and back.
@Suite("Names at every kind of place") struct NameTests {
  static let names = [
    "sp ace", " lead", "trail ", "pl+us", "per%cent", "%41", "am&p;", "caf\u{E9}", "cafe\u{301}",
    "\u{96FB}\u{5F71}/\u{1F600}.mkv", "tab\tx", "back\\slash", "quo\"te's", "a?b#c", "<x>&lt;",
    "*[x]{y}", "~", "-dash", ".hidden", "=", "a:b", "c=d&e=f", "...", "\u{FFFD}\u{202E}",
    "x/..y/z", "ends.", "\u{FF5E}", "\u{1F601}",
  ]
  /// moto's own server takes these for something else.
  static let harsh = ["new\nline", "\n", "re\rturn", "ctl\u{1}\u{1F}\u{7F}", "\u{85}\u{2028}"]

  @Test("come back byte for byte, and can be deleted", arguments: Kind.allCases)
  func round(_ kind: Kind) throws {
    let ground = try Ground(kind, prefix: "odd +%&\u{E9}")
    var names = Self.names + (kind == .moto ? [] : Self.harsh)
    // rclone's server turns control characters into others, and finds the file by neither.
    if kind == .rclone { names.removeAll { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } } }
    for name in names { ground.plant(Path(text: "src/" + name), Array("<\(name)>".utf8)) }
    let planted = ground.bytes(in: "src")
    #expect(planted.count == names.count)
    ground.records("s4l push src \"$L\"")
    #expect(try ground.bytes() == planted)
    #expect(ground.records("s4l push src \"$L\"").summary.number("uploaded_files") == 0)
    ground.records("s4l pull \"$L\" back")
    #expect(ground.bytes(in: "back") == planted)
    ground.records("mkdir empty; s4l push --delete --allow-empty --max-delete 100% empty \"$L\"")
    #expect(try ground.bytes().isEmpty)
  }

  @Test(
    "may have the length that S3 takes, and fail by themselves beyond", arguments: [Kind.gateway])
  func length(_ kind: Kind) throws {
    let ground = try Ground(kind, prefix: "p")
    let folder = [String](repeating: String(repeating: "n", count: 250), count: 4)
      .joined(separator: "/")
    let longest = folder + "/" + String(repeating: "m", count: 18)
    ground.plant([longest: "most", longest + "m": "too much", "z": "z"])
    #expect(
      ground.fates("s4l-scan src | s4l-put \"$L\"", status: 1)
        == ["copy \(longest)", "copy \(longest)m data", "copy z"])
    #expect(try ground.contents() == [longest: "most", "z": "z"])
    ground.records("s4l pull \"$L\" back")
    #expect(ground.files(in: "back") == [longest: "most", "z": "z"])
  }

  @Test(
    "that are no text go where names are bytes, and fail alone elsewhere", arguments: Kind.allCases)
  func bytes(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let name: [UInt8] = Array("caf".utf8) + [0xE9]
    ground.plant(Path(Array("src/".utf8) + name), [1])
    ground.plant(["ok": "ok"])
    let outcomes = ground.records(
      "s4l-scan src | s4l-put \"$L\"", status: kind.wantsText ? 1 : 0
    ).outcomes
    #expect(outcomes.count == 2)
    let odd = try #require(outcomes.first { $0.path == "-" })
    #expect(odd["path_bytes"] == "Y2Fm6Q==")
    #expect(odd.isOK != kind.wantsText)
    #expect(odd["kind"] == (kind.wantsText ? "data" : "-"))
    if kind.wantsText { #expect(odd["reason"].contains("not UTF-8")) }
    #expect(try ground.bytes().count == (kind.wantsText ? 1 : 2))
    if kind.wantsText { return }
    ground.records("s4l pull \"$L\" back")
    #expect(House.read(ground.full("back").appending(Path(name))) == [1])
  }

  @Test("from Windows get slashes", arguments: Kind.buckets)
  func windows(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant([#"a\b"#: "1"])
    ground.records("s4l-scan src | s4l-put --from-windows \"$L\"")
    #expect(try ground.contents() == ["a/b": "1"])
  }

  @Test("begin with the prefix and one slash, or with nothing", arguments: Kind.buckets)
  func prefixes(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let bucket = try #require(ground.bucket)
    ground.plant(["a/b": "1"])
    for prefix in ["", "/", "/p", "/p2/", "/p3//", "//p4/q/"] {
      ground.records("s4l push src s3://\(bucket.name)\(prefix)")
    }
    #expect(try bucket.keys() == ["a/b", "p/a/b", "p2/a/b", "p3/a/b", "p4/q/a/b"])
  }

  @Test("of a neighbour with a longer name are not seen", arguments: Kind.buckets)
  func neighbours(_ kind: Kind) throws {
    let ground = try Ground(kind, prefix: "")
    for name in ["photos", "photos-old/x", "photos/a", "photos0", "photo/y"] {
      try ground.put(name, name)
    }
    let bucket = try #require(ground.bucket)
    let location = bucket.location("photos")
    #expect(ground.records("s4l-ls \(location)").entries.map(\.path) == ["a"])
    ground.records(
      "mkdir empty; s4l push --delete --allow-empty --max-delete 100% empty \(location)")
    #expect(try bucket.keys() == ["photo/y", "photos", "photos-old/x", "photos0"])
  }

  @Test("that lead elsewhere are listed and never written", arguments: Kind.buckets)
  func hostile(_ kind: Kind) throws {
    let ground = try Ground(kind, prefix: "p")
    let hostile = ["/lead", "../up", "a//b", "x/./y", "x/../z", "k/", ".s4l/manifest"]
    for key in hostile + ["good"] { try ground.put(key, key == "k/" ? "" : key) }
    let listed = ground.records("s4l-ls \"$L\"").entries.map(\.path)
    #expect(Set(listed) == Set(hostile + ["good"]).subtracting(["k/", ".s4l/manifest"]))
    let fates = ground.fates("s4l-ls \"$L\" | s4l-diff back | s4l-get back", status: 1)
    #expect(
      fates == (listed.map { $0 == "good" ? "copy good" : "copy \($0) data" }).sorted())
    #expect(ground.files(in: "back") == ["good": "good"])
    #expect(ground.shell("ls -A").text.split(separator: "\n").allSatisfy { $0 == "back" })
  }

  @Test("that end in a slash stand for folders", arguments: Kind.buckets)
  func markers(_ kind: Kind) throws {
    let ground = try Ground(kind)
    try ground.put("d/", "")
    try ground.put("d/e/", "")
    try ground.put("d/f", "")
    #expect(ground.records("s4l-ls \"$L\"").entries.map(\.path) == ["d/f"])
    #expect(
      ground.records("s4l-ls --dirs \"$L\"").entries.map(\.path) == ["", "d/", "d/e/", "d/f"])
    ground.records("s4l pull \"$L\" back")
    #expect(ground.files(in: "back") == ["d/f": ""])
  }
}
