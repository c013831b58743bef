import Core
import Doubles
import Markup
import Testing

/// Writes down what a reader tells.
private final class Scribe: XMLConsumer {
  var lines: [String] = []

  func start(_ element: Element) throws(Failure) {
    lines.append(
      "\(element.depth) <\(String(decoding: element.name, as: UTF8.self)) \(element.code)")
  }

  func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
    lines.append("\(element.depth) >\(element.code) \(String(decoding: text, as: UTF8.self))")
  }
}

/// Refuses the first element of a name.
private final class Guard: XMLConsumer {
  var seen = 0

  func start(_ element: Element) throws(Failure) {
    seen += 1
    if element.code == 0 { throw Failure(.data, "a", "it may not be here") }
  }

  func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {}
}

@Suite("The reader of XML")
struct XMLReaderTests {
  private let vocabulary = Vocabulary(["list", "item", "key", "kex"])

  private func feed(
    _ bytes: [UInt8], by size: Int = .max, to consumer: some XMLConsumer, mayBePlain: Bool = true
  ) throws(Failure) {
    let reader = XMLReader(vocabulary, mayBePlain: mayBePlain)
    try feed(bytes, by: size, to: consumer, reader)
    try reader.finish(consumer)
  }

  private func feed(
    _ bytes: [UInt8], by size: Int, to consumer: some XMLConsumer, _ reader: XMLReader
  ) throws(Failure) {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + min(size, bytes.count))
      let result: Result<Void, Failure> = bytes.withUnsafeBytes { bytes in
        Result { () throws(Failure) in
          try reader.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: consumer)
        }
      }
      try result.get()
      start = end
    }
  }

  private func failure(_ text: String, by size: Int = .max) -> Failure? {
    do throws(Failure) {
      try feed(Array(text.utf8), by: size, to: Scribe())
      return nil
    } catch {
      return error
    }
  }

  static let sample = """
    <?xml version="1.0" encoding="UTF-8"?>
    <list xmlns="urn:x" more="1"><!-- aside --><item>
      <n:key xmlns:n="urn:y">a &lt;&amp;&quot;&apos;&#x20AC; ü</n:key><other/><kex
      ><![CDATA[<b>]]></kex></item>
    </list>

    """

  @Test(
    "elements, their places and texts arrive in order, in pieces of any size",
    arguments: [1, 2, 3, 7, 64, Int.max])
  func pieces(_ size: Int) throws {
    let scribe = Scribe()
    try feed(Array(XMLReaderTests.sample.utf8), by: size, to: scribe)
    #expect(
      scribe.lines == [
        "1 <list 0", "2 <item 1", "3 <n:key 2", "3 >2 a <&\"'€ ü", "3 <other -1", "3 >-1 ",
        "3 <kex 3", "3 >3 <b>", "2 >1 ", "1 >0 \n",
      ])
  }

  @Test("a document that is cut anywhere is never whole")
  func cuts() {
    let whole = Array(XMLReaderTests.sample.utf8)
    let end = whole.lastIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? 0
    for length in 0..<end {
      #expect(throws: Failure.self, "\(length)") {
        try feed(Array(whole[..<length]), by: 5, to: Scribe())
      }
    }
    #expect(throws: Never.self) { try feed(Array(whole[..<end]), to: Scribe()) }
  }

  @Test("what declares a document type is refused before it can grow")
  func bombs() {
    let laughs = """
      <!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>
      """
    let outside = "<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><l>&x;</l>"
    for bomb in [
      laughs, outside, "<!DOCTYPE l><l/>", "<?xml version='1.0'?><!DOCTYPE l SYSTEM 'x'><l/>",
    ] {
      for size in [1, Int.max] {
        let failure = failure(bomb, by: size)
        #expect(failure?.reason == "it declares a document type")
        #expect(failure?.kind == .unavailable)
      }
    }
  }

  @Test("an entity that nobody declared is refused")
  func entities() {
    #expect(failure("<l>&x;</l>") != nil)
  }

  @Test("depth, text, tags and the whole are bounded")
  func bounds() {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(failure(nested(32)) == nil)
    #expect(failure(nested(33))?.reason == "it is nested too deeply")
    let long = String(repeating: "x", count: 1 << 20)
    #expect(failure("<a>\(long)</a>", by: 16_384) == nil)
    #expect(failure("<a>\(long)y</a>", by: 16_384)?.reason == "a text is longer than 1 MiB")
    #expect(failure("<a b='\(long)'/>", by: 4_096)?.reason == "a tag is longer than 64 KiB")
    let item = "<a>\(long)</a>"
    let all = "<r>" + String(repeating: item, count: 64) + "</r>"
    #expect(failure(all, by: 1 << 20)?.reason == "it is longer than 64 MiB")
  }

  @Test(
    "what is no XML is refused",
    arguments: [
      "", " ", "garbage", "<a>", "<a></b>", "<a/><b/>", "<a>&#x1;</a>", "<a>\u{1}</a>", "{}",
      "<a>]]></a>", "<a>]]><b/></a>", "<a></a><?xml version=\"1.0\"?>", "<a b=\":key>x</a>",
      "<a b=1/>", "<html><br></html>", "<a>\u{FFFE}</a>", "<a", "</a>",
    ])
  func malformed(_ text: String) {
    let failure = failure(text)
    #expect(failure?.kind == .unavailable)
    #expect(failure?.subject == "XML")
    #expect(failure?.reason.isEmpty == false)
  }

  @Test("bytes that are no UTF-8 are refused")
  func encodings() {
    for bytes in [[0xFF, 0xFE, 0x3C, 0x00], [0x3C, 0x61, 0x3E, 0xED, 0xA0, 0x80]] as [[UInt8]] {
      #expect(throws: Failure.self) { try feed(bytes + Array("</a>".utf8), to: Scribe()) }
    }
  }

  @Test("what the consumer throws ends the reading and is what the caller gets, then and later")
  func refusal() {
    let consumer = Guard()
    let reader = XMLReader(vocabulary)
    let bytes = Array("<x><list/><list/><y/></x>".utf8)
    for _ in 0..<2 {
      let failure = #expect(throws: Failure.self) {
        try feed(bytes, by: .max, to: consumer, reader)
      }
      #expect(failure == Failure(.data, "a", "it may not be here"))
    }
    #expect(consumer.seen == 2)
  }

  @Test("a reader reads one document after another")
  func reuse() throws {
    let reader = XMLReader(vocabulary)
    #expect(throws: Failure.self) {
      try feed(Array("<list><".utf8), by: 2, to: Scribe(), reader)
      try reader.finish(Scribe())
    }
    for _ in 0..<2 {
      reader.reset()
      let scribe = Scribe()
      try feed(Array("<list>a</list>".utf8), by: 2, to: scribe, reader)
      try reader.finish(scribe)
      #expect(scribe.lines == ["1 <list 0", "1 >0 a"])
    }
  }

  /// Documents that are plain in part or throughout, or nearly.
  static let documents = [
    sample,
    "<list><item a='1'/>x</list>", "<list><key>a&#34;&#39;&quot;b</key><item/> \n</list>\n",
    "<?xml version=\"1.0\"?>\n<list xmlns=\"urn:x\"><n:key>]]</n:key><kex>a > b</kex></list>",
    "<list><a>]]&gt;</a></list>", "<list>]]></list>", "<list><key>a</key ></list>",
    "<list>&amp;&lt;&#60;</list><!-- -->",
    "<list><key>\r\n</key></list>", "<list a=\"b\" c=\"d\" a=\"b\"><key>a</key></list>",
    "<list><key xmlns=\"a\" xmlns=\"b\">a</key></list>",
  ]

  @Test("the short way and the parser tell the same, whatever is in the document")
  func agreement() {
    var dice = Dice(7)
    let odd = Array("<>&;/?!'\"=: ]ax#x0\n\r\u{1}é".utf8)
    for turn in 0..<6_000 {
      var bytes = Array(XMLReaderTests.documents[turn % XMLReaderTests.documents.count].utf8)
      for _ in 0..<dice.below(4) {
        let place = dice.below(bytes.count)
        switch dice.below(3) {
        case 0: bytes[place] = dice.pick(odd)
        case 1: bytes.insert(dice.pick(odd), at: place)
        default: bytes.remove(at: place)
        }
      }
      let (one, many, alone) = (Scribe(), Scribe(), Scribe())
      let whole = Result { () throws(Failure) in try feed(bytes, to: one) }
      let pieces = Result { () throws(Failure) in try feed(bytes, by: 1 + turn % 9, to: many) }
      let parser = Result { () throws(Failure) in try feed(bytes, to: alone, mayBePlain: false) }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(
        (try? whole.get()) == nil ? (try? parser.get()) == nil : one.lines == alone.lines, "\(text)"
      )
      #expect(
        (try? pieces.get()) == nil ? (try? parser.get()) == nil : many.lines == alone.lines,
        "\(text)")
      #expect(((try? whole.get()) == nil) == ((try? parser.get()) == nil), "\(text)")
    }
  }

  /// Writes down what is asked for.
  private final class Sifter: XMLConsumer {
    var lines: [String] = []

    func start(_ element: Element) throws(Failure) {
      if (0..<3).contains(element.code) { lines.append("\(element.depth) <\(element.code)") }
    }

    func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
      guard (0..<3).contains(element.code) else { return }
      lines.append("\(element.depth) >\(element.code) \(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("what comes again is told as if it had come once, in pieces of any size")
  func again() {
    var dice = Dice(19)
    let items = [
      "<item><key>a</key><kex>b</kex><x><key>c</key></x></item>",
      "<item><key>a</key><kex>bb</kex><x><key/></x></item>", "<item> <y/>z</item>", "<item/>",
      "<item><key>d<y/>e</key><kex><x/></kex></item>", "<kex><item>1</item></kex>", "\n",
    ]
    let odd = Array("<>&;/= ]x\né".utf8)
    for turn in 0..<6_000 {
      let inner = (0..<dice.below(9)).map { _ in dice.pick(items) }.joined()
      var bytes = Array("<list><key>k</key>\(inner)</list>".utf8)
      for _ in 0..<(turn % 3) {
        let place = dice.below(bytes.count)
        if dice.hits(onceIn: 2) { bytes[place] = dice.pick(odd) } else { bytes.remove(at: place) }
      }
      let (one, other) = (Sifter(), Sifter())
      let size = turn % 2 == 0 ? Int.max : 1 + dice.below(80)
      let reader = XMLReader(vocabulary, repeating: .init(depth: 2, asked: 3))
      let mine = Result { () throws(Failure) in
        try feed(bytes, by: size, to: one, reader)
        try reader.finish(one)
      }
      let theirs = Result { () throws(Failure) in try feed(bytes, to: other, mayBePlain: false) }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(
        (try? mine.get()) == nil ? (try? theirs.get()) == nil : one.lines == other.lines, "\(text)")
      #expect(((try? mine.get()) == nil) == ((try? theirs.get()) == nil), "\(text)")
    }
  }
}

@Suite("An outline of a document")
struct OutlineTests {
  @Test("elements and texts are found by their names")
  func tree() throws {
    let outline = try Outline(
      Array("\n  <?xml version=\"1.0\"?><n:a xmlns:n='u'> <b>1</b> <c>2</c><b>3<d/></b></n:a>".utf8)
    )
    #expect(outline.name == "a")
    #expect(outline.all("b").map(\.text) == [Array("1".utf8), []])
    #expect(outline.string("c") == "2")
    #expect(outline.bytes("d") == nil)
  }

  @Test("half a document is none")
  func cut() {
    #expect(throws: Failure.self) { try Outline(Array("<a><b>1</b>".utf8)) }
    #expect(throws: Failure.self) { try Outline([]) }
  }
}
