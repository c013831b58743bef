import Core
import Doubles
import Testing
import Values

@testable import Records

@Suite struct JSONTests {
  /// Python's own reader, held to the rules that ours adds; what it reads is written as we write.
  private static let oracle = #"""
    import sys, json, unicodedata
    class Number(str): pass
    def refuse(_): raise ValueError
    def members(pairs):
        names = [unicodedata.normalize("NFC", k) for k, _ in pairs]
        if len(set(names)) < len(names): raise ValueError
        return dict(pairs)
    def depth(v):
        if isinstance(v, dict): return 1 + max(map(depth, v.values()), default=0)
        if isinstance(v, list): return 1 + max(map(depth, v), default=0)
        return 0
    def text(v):
        if isinstance(v, Number): return str(v)
        if isinstance(v, dict):
            return "{" + ",".join(text(k) + ":" + text(x) for k, x in v.items()) + "}"
        if isinstance(v, list): return "[" + ",".join(map(text, v)) + "]"
        return json.dumps(v, ensure_ascii=False)
    for line in sys.stdin.buffer:
        try:
            v = json.loads(bytes.fromhex(line.decode()).decode("utf-8"), object_pairs_hook=members,
                parse_constant=refuse, parse_float=Number)
            if depth(v) > 64: raise ValueError
            print("=" + text(v).encode("utf-8").hex())
        except (ValueError, RecursionError): print("0")
    """#

  private static let seeds = [
    #"[{"from":"/data/a","to":"p/a","overwrite":true},{"from":"/b","n":[-1,2.5e3,1E-7]}]"#,
    #"{"a":"\ud83d\ude00\u00e9\u0000\/\b\f\n\r\t\"\\","é":{"y":[true,false,null]},"":[]}"#,
    #" { "path" : "café" , "path2" : [ ] , "o" : { } , "x" : -0 } "#,
    #"{"a":1,"\u0061":2}"#, "[[[[1]]],[],{}]", "\"text\"", "123456789012345678901234567890", "-0",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "true", "null",
  ]

  private static let edges = [
    "", " ", "[1,]", "[,]", "{\"a\":1,}", "{,}", "{} {}", "01", "+1", "1.", ".5", "1e", "tru",
    "\u{FEFF}1", "\"\\ud800\"", "\"\t\"", "{\"a\" 1}", "{1:2}", "[1 2]", "[", "{", "\"", "]",
    String(repeating: "[", count: 64) + "1" + String(repeating: "]", count: 64),
    String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    String(repeating: "{\"b\":", count: 64) + "1" + String(repeating: "}", count: 64),
    String(repeating: "{\"b\":", count: 65) + "1" + String(repeating: "}", count: 65),
    "{\"\u{e9}\":1,\"e\u{301}\":2}",
  ]

  private func documents() -> [[UInt8]] {
    var dice = Dice(21)
    var documents = (Self.seeds + Self.edges).map { Array($0.utf8) }
    let tokens = ["\"", "\\", "{", "}", "[", "]", ",", ":", " ", "0", "-", "e", ".", "\"a\":", "é"]
    for _ in 0..<20_000 {
      var document = Array(dice.pick(Self.seeds).utf8)
      for _ in 0...dice.below(2) where !document.isEmpty {
        let place = dice.below(document.count)
        switch dice.below(3) {
        case 0: document.remove(at: place)
        case 1: document[place] = UInt8(truncatingIfNeeded: dice.next())
        default: document.insert(contentsOf: Array(dice.pick(tokens).utf8), at: place)
        }
      }
      documents.append(document)
    }
    return documents
  }

  @Test("a document is read, and written again, exactly as a strict reader would")
  func oracle() throws {
    let documents = documents()
    let asked = Array(documents.map { Hex.text($0) + "\n" }.joined().utf8)
    let answers = String(decoding: try Python.run(Self.oracle, input: asked), as: UTF8.self)
      .split(separator: "\n")
    #expect(answers.count == documents.count)
    var accepted = 0
    for (document, answer) in zip(documents, answers) {
      let ours: String
      do { ours = "=" + Hex.text(try JSON(parsing: document).bytes) } catch { ours = "0" }
      accepted += ours == "0" ? 0 : 1
      #expect(ours == answer, "\(Path(document))")
    }
    #expect(accepted > 2_000)
  }

  @Test("what is read can be asked for by name and kind")
  func shapes() throws {
    let document = try JSON(parsing: Array(#"{"a":[1,1.50,true,null,"x"],"b":{"c":2}}"#.utf8))
    #expect(
      document["a"]?.list == [.integer(1), .number("1.50"), .flag(true), .null, .text("x")])
    #expect(document["b"]?["c"]?.integer == 2)
    #expect(document["c"] == nil)
    #expect(document["a"]?["c"] == nil)
    #expect(document.fields?.map(\.name) == ["a", "b"])
    #expect(document["a"]?.text == nil)
  }
}
