import Foundation
import Support
import Testing
import Values

/// The WebDAV client of rclone over the same server as ours: what one has written, the other lists
/// by the same names and reads byte for byte.
@Suite("Another client of WebDAV") struct WebDAVClientTests {
  /// Pairs, for as keys of a dictionary two spellings of a letter are one.
  static let tree = [
    ("A+B & C, (100%) #1?;!'*[x].mkv", "film"), ("霸王别姬 (1993)/霸王别姬 #1.mkv", "two\n"),
    ("🎬/.hidden", "h"), ("caf\u{E9}", "composed"), ("cafe\u{301}", "decomposed"), ("Case", "C"),
    ("case", "c"), ("%41", "escaped"), ("a%2Fb", "slash"), ("quote\"back\\slash", "q"),
    ("<tag>&amp;", "t"), ("~tilde;semi=1", "s"), ("trailing /in ner/x ", "blanks"), ("empty", ""),
    ("a/b/c/d/e/f", "deep"), ("colon: pipe|", "c"),
  ]

  /// A folder of the server, the tree in `src`, and rclone with a remote `X:` at that folder.
  private func ground() throws -> (ground: Ground, client: [String]) {
    let ground = try Ground(.apache, prefix: "p")
    for (name, text) in Self.tree { ground.plant(Path(text: "src/" + name), Array(text.utf8)) }
    ground.plant(Path(text: "src/large"), (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    let hidden = ground.shell("rclone obscure '\(WebDAVServer.password)'")
    let url = ground.location.replacing("dav://", with: "http://")
    return (
      ground,
      [
        "RCLONE_CONFIG=/dev/null", "RCLONE_CONFIG_X_TYPE=webdav", "RCLONE_CONFIG_X_VENDOR=other",
        "RCLONE_CONFIG_X_URL=\(url)", "RCLONE_CONFIG_X_USER=\(WebDAVServer.user)",
        "RCLONE_CONFIG_X_PASS=\(hidden.text.split(separator: "\n").last ?? "")",
      ]
    )
  }

  @Test("finds what we have put, by its names and byte for byte")
  func put() throws {
    let (ground, client) = try ground()
    ground.records("s4l-scan src | s4l-put \"$L\"")
    let listed = ground.shell("rclone lsjson -R --files-only X:", client)
    let files = try #require(
      try JSONSerialization.jsonObject(with: Data(listed.output)) as? [[String: Any]], "\(listed)")
    let sizes = files.map { "\($0["Path"] as? String ?? "") \($0["Size"] as? Int ?? -1)" }
    let wanted = Self.tree.map { "\($0) \($1.utf8.count)" } + ["large 3000000"]
    // Texts would take two spellings of a letter for the same.
    #expect(Set(sizes.map { Array($0.utf8) }) == Set(wanted.map { Array($0.utf8) }), "\(sizes)")
    #expect(files.count == wanted.count)
    for (name, text) in Self.tree {
      let quoted = name.replacing("'", with: "'\\''")
      #expect(ground.shell("rclone cat X:'\(quoted)'", client).text == text, "\(name)")
    }
    let check = ground.shell("rclone check --download src X:", client)
    #expect(check.status == 0 && check.complaint.contains(" 0 differences found"), "\(check)")
  }

  @Test("has what it wrote listed and got, and nothing of it put again")
  func got() throws {
    let (ground, client) = try ground()
    let sent = ground.shell("rclone copy --no-unicode-normalization src X:", client)
    #expect(sent.status == 0, "\(sent)")
    let listed = ground.records("s4l-ls \"$L\"")
    #expect(listed.entries.count == Self.tree.count + 1)
    let back = ground.records("s4l-ls \"$L\" | s4l-get back")
    #expect(back.filter { $0.type == "outcome" }.allSatisfy { $0.isOK })
    #expect(ground.bytes(in: "back") == ground.bytes(in: "src"))
    let again = ground.records("s4l push src \"$L\"")
    #expect(again.summary.number("status") == 0, "\(again.summary)")
    #expect(ground.shell("rclone check --download src X:", client).status == 0)
  }
}
