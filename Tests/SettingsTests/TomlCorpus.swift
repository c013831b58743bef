import Settings

/// Documents with what they mean, and documents that mean nothing.
///
/// Tables are written `{a: 1, b: 2}`
/// with their keys in byte order, so that a reading of the document can be compared as text.
enum TomlCorpus {
  static let valid: [(document: String, meaning: String)] = [
    ("", "{}"),
    ("\n\n  \n", "{}"),
    ("# only a comment", "{}"),
    ("a = 1", "{a: 1}"),
    ("a=1\r\nb=2\r\n", "{a: 1, b: 2}"),
    ("a = 1 # why", "{a: 1}"),
    ("\ta\t=\t1\t", "{a: 1}"),
    ("a-b_c1 = 1", "{a-b_c1: 1}"),
    ("1234 = 'digits'", #"{1234: "digits"}"#),
    (#""a b" = 1"#, "{a b: 1}"),
    (#"'a.b' = 1"#, "{a.b: 1}"),
    (#""" = 1"#, "{: 1}"),
    (#""é" = 1"#, "{é: 1}"),
    ("a.b.c = 1", "{a: {b: {c: 1}}}"),
    ("a . b = 1", "{a: {b: 1}}"),
    (#"a."b.c" = 1"#, "{a: {b.c: 1}}"),
    ("a.b = 1\na.c = 2", "{a: {b: 1, c: 2}}"),
    ("a = 0", "{a: 0}"),
    ("a = +7", "{a: 7}"),
    ("a = -7", "{a: -7}"),
    ("a = 1_000_000", "{a: 1000000}"),
    ("a = 0xDEADbeef", "{a: 3735928559}"),
    ("a = 0o755", "{a: 493}"),
    ("a = 0b1101", "{a: 13}"),
    ("a = 9223372036854775807", "{a: 9223372036854775807}"),
    ("a = -9223372036854775808", "{a: -9223372036854775808}"),
    ("a = 1.5", "{a: 1.5}"),
    ("a = -0.25", "{a: -0.25}"),
    ("a = 5e+3", "{a: 5000.0}"),
    ("a = 1E-2", "{a: 0.01}"),
    ("a = 6.5e2", "{a: 650.0}"),
    ("a = 1_0.2_5", "{a: 10.25}"),
    ("a = inf", "{a: inf}"),
    ("a = -inf", "{a: -inf}"),
    ("a = true", "{a: true}"),
    ("a = false", "{a: false}"),
    (#"a = """#, #"{a: ""}"#),
    (#"a = "b""#, #"{a: "b"}"#),
    (#"a = "tab\tline\nquote\"back\\""#, "{a: \"tab\tline\nquote\"back\\\"}"),
    (#"a = "\u00e9\U0001F600""#, #"{a: "é😀"}"#),
    (#"a = "\u0000""#, "{a: \"\u{0}\"}"),
    (#"a = 'C:\path\n'"#, #"{a: "C:\path\n"}"#),
    ("a = \"\"\"\none\ntwo\"\"\"", "{a: \"one\ntwo\"}"),
    ("a = \"\"\"one \\\n   two\"\"\"", #"{a: "one two"}"#),
    (#"a = """"quoted"""""#, #"{a: ""quoted""}"#),
    ("a = '''\n'one'\n'''", "{a: \"'one'\n\"}"),
    ("a = ''''x''''", #"{a: "'x'"}"#),
    ("a = []", "{a: []}"),
    ("a = [1, 2, 3]", "{a: [1, 2, 3]}"),
    ("a = [1, 2,]", "{a: [1, 2]}"),
    ("a = [\n  1, # one\n  2\n]", "{a: [1, 2]}"),
    (#"a = [1, "b", true, 2.5]"#, #"{a: [1, "b", true, 2.5]}"#),
    ("a = [[1], []]", "{a: [[1], []]}"),
    ("a = {}", "{a: {}}"),
    ("a = { b = 1, c.d = 2 }", "{a: {b: 1, c: {d: 2}}}"),
    ("a = [{b = 1}, {b = 2}]", "{a: [{b: 1}, {b: 2}]}"),
    ("[a]", "{a: {}}"),
    ("[a]\nb = 1\n[c]\nd = 2", "{a: {b: 1}, c: {d: 2}}"),
    ("[a.b.c]\nd = 1", "{a: {b: {c: {d: 1}}}}"),
    ("[ a . 'b' ]\nc = 1", "{a: {b: {c: 1}}}"),
    ("[a.b]\nx = 1\n[a]\ny = 2", "{a: {b: {x: 1}, y: 2}}"),
    ("[[a]]\nb = 1\n[[a]]\nb = 2", "{a: [{b: 1}, {b: 2}]}"),
    ("[[a]]\n[a.b]\nc = 1\n[[a]]", "{a: [{b: {c: 1}}, {}]}"),
    ("[[a]]\n[[a.b]]\nc = 1\n[[a.b]]", "{a: [{b: [{c: 1}, {}]}]}"),
    ("a = 1979-05-27", "{a: 1979-05-27}"),
    ("a = 07:32:00", "{a: 07:32:00}"),
    ("a = 1979-05-27T07:32:00Z", "{a: 1979-05-27T07:32:00Z}"),
    ("a = 1979-05-27 07:32:00", "{a: 1979-05-27T07:32:00}"),
    ("a = 1979-05-27T00:32:00-07:00", "{a: 1979-05-27T00:32:00-07:00}"),
  ]

  static let invalid: [String] = [
    "a", "a =", "= 1", "a = 1 b = 2", "a = 1\na = 2", "a.b = 1\na = 2", "a = 1\na.b = 2",
    "a b = 1", "a. = 1", ".a = 1", "a..b = 1", "[a", "[a]]", "[]", "[a.]", "[[a]", "[a] b = 1",
    "[a]\n[a]", "[[a]]\n[a]", "[a]\n[[a]]", "a = []\n[[a]]", "a = {b = 1}\n[a.c]",
    "a = {b = 1,}", "a = {b = 1\n}", "a = {b = 1, b = 2}", "a = [1", "a = [1 2]", "a = [,]",
    "a = 01", "a = +0x1", "a = 0x", "a = 0b2", "a = 1_", "a = _1", "a = 1__0",
    "a = 1.", "a = .5", "a = 1.e5", "a = 1e", "a = True",
    "a = yes", "a = \"b", "a = 'b", "a = \"\"\"b", "a = \"b\nc\"", #"a = "\q""#, #"a = "\u12""#,
    #"a = "\ud800""#, "a = \"\u{1}\"", "a = 1 \u{1}", "# \u{0}", "a = 2020-13-01",
    "a = 25:00:00", "a = 2020-01-01T", "\"\"\"a\"\"\" = 1", "[a]\nb.c = 1\n[a.b]", "[\u{7f}]",
  ]

  /// Bytes that are not text at all.
  static let garbage: [[UInt8]] = [
    [0xFF], [0x61, 0x3D, 0x22, 0xC3, 0x28, 0x22], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xC0, 0x80], [0x00], Array("a = \"".utf8) + [0xE2, 0x82] + Array("\"".utf8),
  ]
}

extension Toml {
  /// What a document means, as the corpus writes it.
  var meaning: String {
    switch content {
    case .text(let text): "\"\(text)\""
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .moment(let text): text
    case .array(let items): "[" + items.map(\.meaning).joined(separator: ", ") + "]"
    case .table(let members):
      "{"
        + members.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
        .map { "\($0.name): \($0.value.meaning)" }.joined(separator: ", ") + "}"
    }
  }
}
