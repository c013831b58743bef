import Core
import Doubles
import Testing
import Values

@testable import Records

@Suite struct GrammarTests {
  /// Python's own reader, held to the rules that ours adds.
  private static let oracle = #"""
    import sys, json, base64
    known = dict(w.split("=") for w in sys.argv[1:])
    class Pairs(list): pass
    def depth(v):
        if isinstance(v, Pairs): return 1 + max([depth(x) for _, x in v], default=0)
        if isinstance(v, list): return 1 + max([depth(x) for x in v], default=0)
        return 0
    def texts(v):
        if isinstance(v, Pairs):
            for k, x in v: yield k; yield from texts(x)
        elif isinstance(v, list):
            for x in v: yield from texts(x)
        elif isinstance(v, Text): yield v
    class Text(str): pass
    class Number(str): pass
    def refuse(_): raise ValueError
    def judge(line):
        v = json.loads(line.decode("utf-8"), object_pairs_hook=Pairs, parse_constant=refuse,
            parse_int=Number, parse_float=Number)
        if not isinstance(v, Pairs) or depth(v) > 65: raise ValueError
        json.dumps(v, ensure_ascii=False).encode("utf-8")
        seen = {}
        for k, x in v:
            if k not in known: continue
            if known[k] in seen: raise ValueError
            seen[known[k]] = (k, x)
        kind = seen.get("type", ("", None))[1]
        def text(x): return isinstance(x, str) and not isinstance(x, Number)
        if kind is not None and not text(kind): raise ValueError
        k, path = seen.get("path", ("", None))
        if path is None: return "-"
        if not text(path): raise ValueError
        if k == "path": return "=" + path.encode().hex()
        raw = base64.b64decode(path.encode("ascii"), validate=True)
        if base64.b64encode(raw).decode() != path: raise ValueError
        return "=" + raw.hex()
    for line in sys.stdin.buffer:
        try: print("1", judge(bytes.fromhex(line.decode())))
        except (ValueError, RecursionError): print("0")
    """#

  private static let seeds = [
    #"{"type":"entry","path":"2024/a.jpg","size":48213,"mtime":"2026-11-20T18:02:11.123456789Z"}"#,
    #"{"type":"change","path":"a \"b\" \\ c","do":"copy","was":{"size":1,"etag":"x"},"new":[1,2]}"#,
    #"{"path":"\ud83d\ude00\u00e9\u0000","size":0,"x":{"y":[true,false,null,-1.5e+10,0.0E-1]}}"#,
    #" { "path" : "café" , "path2" : [ ] , "o" : { } } "#,
    #"{"path_bytes":"/wCA","link_bytes":"YQ==","size":12}"#,
    #"{"pa\u0074h":"x","\u0073ize":3,"type":"ho\u006ce"}"#,
    #"{"path":null,"type":null,"size":null}"#, "{}", #"{"a":1,"a":2,"":""}"#,
    #"{"path":"a","path_bytes":"YQ=="}"#, #"{"type":"event","path":"é","to":"\/b\b\f\n\r\t"}"#,
  ]

  private static let edges: [String] = [
    "", " ", "[]", "null", "1", "\"a\"", "{", "}", "{}}", "{}{}", "{,}", "{\"a\":1,}", "{\"a\"}",
    "{\"a\":}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":-}", "{\"a\":-0}", "{\"a\":1.}",
    "{\"a\":.5}", "{\"a\":12e}", "{\"a\":1e+}", "{\"a\":+1}", "{\"a\":0x1}", "{\"a\":NaN}",
    "{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":tru}", "{\"a\":truee}", "{\"a\":nul}",
    "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{]}", "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
    "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\ud800x\"}",
    "{\"a\":\"\\ud800\\n\"}", "{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":\"\t\"}", "{\"a\":\"\u{7f}\"}",
    "{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\u", "{\"path\":1}", "{\"path\":[]}", "{\"type\":1}",
    "{\"path_bytes\":\"YQ\"}", "{\"path_bytes\":\"YR==\"}", "{\"path_bytes\":1}",
    "{\"path_bytes\":\"\"}", "{\"path\":null,\"path\":\"a\"}", "{\"size\":1,\"siz\\u0065\":1}",
    "{\"a\":123456789012345678901234567890}", "{\"a\":1e999}", "\u{FEFF}{}", "{}\r", "{}\u{a0}",
    "{\"a\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}",
    "{\"a\":" + String(repeating: "[", count: 65) + String(repeating: "]", count: 65) + "}",
    "{\"a\":" + String(repeating: "{\"b\":", count: 64) + "1" + String(repeating: "}", count: 65),
    "{\"a\":" + String(repeating: "{\"b\":", count: 65) + "1" + String(repeating: "}", count: 66),
  ]

  private func lines() -> [[UInt8]] {
    var dice = Dice(20)
    var lines = (Self.seeds + Self.edges).map { Array($0.utf8) }
    let raw: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0],
    ]
    for bytes in raw { lines.append(Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8)) }
    let tokens = [
      "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "0", "-", "e", ".", "\\u", "d83d",
      "null", "true", "\"path\":", "\"type\":\"entry\",", "\u{e9}",
    ].map { Array($0.utf8) }
    for _ in 0..<30_000 {
      var line = Array(dice.pick(Self.seeds).utf8)
      for _ in 0...dice.below(2) {
        let place = dice.below(line.count)
        switch dice.below(4) {
        case 0: line.remove(at: place)
        case 1: line[place] = UInt8(truncatingIfNeeded: dice.next())
        case 2: line.insert(contentsOf: dice.pick(tokens), at: place)
        default: line = line[..<place] + line[dice.below(line.count)...] + []
        }
        if line.isEmpty { line = [0x7B] }
      }
      lines.append(line.filter { $0 != 10 })
    }
    return lines
  }

  @Test("a line is accepted, and its path read, exactly as a strict reader of JSON would")
  func oracle() throws {
    let known = Member.allCases.flatMap { member in
      ["\(member.name)=\(member.name)"]
        + (member.form == .name ? ["\(member.name)_bytes=\(member.name)"] : [])
    }
    let lines = lines()
    let asked = Array(lines.map { Hex.text($0) + "\n" }.joined().utf8)
    let answers = String(decoding: try Python.run(Self.oracle, known, input: asked), as: UTF8.self)
      .split(separator: "\n")
    #expect(answers.count == lines.count)
    // One reader for all, as in a tool: what one line leaves behind must not touch the next.
    let parser = Parser()
    var accepted = 0
    for (line, answer) in zip(lines, answers) {
      let ours = line.withUnsafeBytes { line in
        do {
          return "1 " + (try parser.parse(line).path.map { "=" + Hex.text($0) } ?? "-")
        } catch {
          return "0"
        }
      }
      accepted += ours == "0" ? 0 : 1
      #expect(ours == answer, "\(Path(line))")
    }
    #expect(accepted > 2_000)
  }

  @Test("a member is found however many unknown ones stand before it")
  func manyMembers() throws {
    for count in [0, 1, 63, 64, 253, 254, 255, 256, 300, 70_000] {
      let line =
        "{" + (0..<count).map { "\"x\($0)\":\($0)," }.joined() + "\"path\":\"a\",\"size\":7}"
      try reading(line) { (record) throws in
        #expect(record.path.map { Array($0) } == [0x61])
        #expect(try record.integer(.size) == 7)
      }
      #expect(throws: Failure.self) {
        try reading(line.dropLast() + ",\"size\":8}") { _ in }
      }
    }
  }

  @Test("what one line held is not found in the next")
  func forgets() throws {
    let parser = Parser()
    let lines = [
      "{\"path\":\"a\",\"size\":1}", "{\"size\":1,\"size\":1}", "{}", "{\"size\":", "{\"x\":1}",
    ]
    for (place, line) in lines.enumerated() {
      Array(line.utf8).withUnsafeBytes { bytes in
        do {
          let record = try parser.parse(bytes)
          #expect(record.has(.size) == (place == 0))
          #expect((record.path == nil) == (place != 0))
        } catch {
          #expect(place == 1 || place == 3)
        }
      }
    }
  }
}
