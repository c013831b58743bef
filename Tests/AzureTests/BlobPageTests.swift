import Core
import Doubles
import Store
import Testing
import Values

@testable import Azure

@Suite("Pages of blobs") struct BlobPageTests {
  /// What a page tells, a line for each thing.
  private func read(_ xml: String, _ mark: [UInt8] = []) throws -> (lines: [String], next: String?)
  {
    var lines: [String] = []
    let next = try read(mark + Array(xml.utf8)) { lines.append($0) }
    return (lines, next.map { String(decoding: $0, as: UTF8.self) })
  }

  private func read(
    _ xml: [UInt8], mayBePlain: Bool = true, _ tell: @escaping (String) -> Void
  ) throws(Failure) -> [UInt8]? {
    let page = BlobPage(mayBePlain: mayBePlain) { (item) throws(Failure) in
      switch item {
      case .folder(let name): tell("folder \(Path(name))")
      case .marker(let name): tell("marker \(Path(name))")
      case .blob(let view):
        func text(_ bytes: UnsafeRawBufferPointer?) -> String {
          bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
        }
        tell(
          "\(text(view.path)) \(view.size) \(view.mtime?.text ?? "-") \(view.stored?.text ?? "-") "
            + "\(text(view.etag)) \(text(view.storageClass)) \(text(view.md5))")
      }
    }
    return try page.read(xml)
  }

  private func page(_ blobs: String, next: String = "<NextMarker />") -> String {
    """
    <?xml version="1.0" encoding="utf-8"?><EnumerationResults \
    ServiceEndpoint="https://a.example/" ContainerName="c"><Prefix>p/</Prefix>\
    <MaxResults>5000</MaxResults><Blobs>\(blobs)</Blobs>\(next)</EnumerationResults>
    """
  }

  private static let whole = """
    <Blob><Name>p/a b&amp;c</Name><Properties>\
    <Creation-Time>Tue, 15 Nov 2022 08:12:31 GMT</Creation-Time>\
    <Last-Modified>Tue, 15 Nov 2022 08:12:31 GMT</Last-Modified><Etag>0x8DAC6E0A6A1B2C3</Etag>\
    <Content-Length>5</Content-Length><Content-MD5>XUFAKrxLKna5cZ2REBfFkg==</Content-MD5>\
    <AccessTier>Hot</AccessTier></Properties>\
    <Metadata><mtime>1668499951.25</mtime><Etag>no</Etag></Metadata></Blob>
    """

  @Test("a blob is told with all that is known of it, whether a mark stands before it or not")
  func whole() throws {
    let told =
      "p/a b&c 5 2022-11-15T08:12:31.250000000Z 2022-11-15T08:12:31Z "
      + "0x8DAC6E0A6A1B2C3 Hot 5d41402abc4b2a76b9719d911017c592"
    for mark in [[], [0xEF, 0xBB, 0xBF]] as [[UInt8]] {
      let (lines, next) = try read(page(Self.whole), mark)
      #expect(lines == [told] && next == nil)
    }
  }

  @Test(
    "the time of a file is read as all write it",
    arguments: [
      ("<mtime>2001-02-03T04:05:06.250000000Z</mtime>", "2001-02-03T04:05:06.250000000Z"),
      ("<Mtime>2001-02-03T05:05:06+01:00</Mtime>", "2001-02-03T04:05:06Z"),
      ("<mtime>-1.5</mtime>", "1969-12-31T23:59:58.500000000Z"), ("<mtime>soon</mtime>", "-"),
    ])
  func times(_ metadata: String, _ time: String) throws {
    let blob =
      "<Blob><Name>q</Name><Properties><Content-Length>0</Content-Length></Properties>"
      + "<Metadata>\(metadata)</Metadata></Blob>"
    #expect(try read(page(blob)).lines == ["q 0 \(time) - - - -"])
  }

  @Test("what one blob has the next one does not inherit")
  func bare() throws {
    let bare =
      "<Blob><Name>q</Name><Properties><Content-Length>0</Content-Length><Etag>\"x\"</Etag>"
      + "<Content-MD5/></Properties></Blob>"
    #expect(try read(page(Self.whole + bare)).lines.last == "q 0 - - x - -")
  }

  @Test("names in percent encoding, folders, and what stands for folders")
  func kinds() throws {
    let size = "<Properties><Content-Length>0</Content-Length></Properties>"
    let lines = try read(
      page(
        "<Blob><Name Encoded=\"true\">a%EF%BF%BE%25b+</Name>\(size)</Blob>"
          + "<Blob><Name>a%25b</Name>\(size)</Blob>"
          + "<BlobPrefix><Name>d/</Name></BlobPrefix>"
          + "<Blob><Name>e</Name>\(size)<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>"
          + "</Blob>"
          + "<Blob><Name>电影</Name>\(size)</Blob>")
    ).lines
    #expect(
      lines == [
        "a\u{FFFE}%b+ 0 - - - - -", "a%25b 0 - - - - -", "folder d/", "marker e",
        "电影 0 - - - - -",
      ])
  }

  @Test("the marker is told as it stands, and an empty page may have one")
  func markers() throws {
    #expect(try read(page("", next: "<NextMarker>2!76!M&lt;+/=</NextMarker>")).next == "2!76!M<+/=")
    #expect(try read(page("")).lines == [])
  }

  @Test(
    "half a page, another document and nonsense are failures",
    arguments: [
      "", "<a/>", "<Error><Code>X</Code></Error>", "<EnumerationResults><Blobs/>",
      "<EnumerationResults><Blobs/></EnumerationResults>",
      "<EnumerationResults><Blobs><Blob><Name>a</Name></Blob></Blobs><NextMarker/>"
        + "</EnumerationResults>",
      "<EnumerationResults><Blobs><Blob><Properties><Content-Length>1</Content-Length>"
        + "</Properties></Blob></Blobs><NextMarker/></EnumerationResults>",
      "<EnumerationResults><Blobs><Blob><Name>a<b/></Name></Blob></Blobs><NextMarker/>"
        + "</EnumerationResults>",
      "<EnumerationResults><Blobs><Blob><Name Encoded=\"true\">%x</Name></Blob></Blobs>"
        + "<NextMarker/></EnumerationResults>",
    ])
  func wrong(_ xml: String) {
    #expect(throws: Failure.self) { try read(xml) }
  }

  /// Blobs of a few forms, as a page of the service mixes them.
  private static func blob(_ number: Int, _ dice: inout Dice) -> String {
    let md5 =
      dice.hits(onceIn: 3)
      ? "<Content-MD5 />" : "<Content-MD5>XUFAKrxLKna5cZ2REBfFkg==</Content-MD5>"
    let metadata = [
      "<Metadata />", "<Metadata><mtime>\(number).25</mtime></Metadata>",
      "<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>",
      "<Metadata><a>\(number)</a><Mtime>2001-02-03T04:05:06Z</Mtime></Metadata>",
    ][dice.hits(onceIn: 3) ? dice.below(4) : 1]
    return """
      <Blob><Name>d/\(number)\(dice.hits(onceIn: 9) ? "&amp;" : "")</Name><Properties>\
      <Creation-Time>Tue, 15 Nov 2022 08:12:\(10 + number % 3) GMT</Creation-Time>\
      <Last-Modified>Tue, 15 Nov 2022 08:12:31 GMT</Last-Modified><Etag>0x8D\(number)</Etag>\
      <Content-Length>\(number * 7)</Content-Length><Content-Type>text/plain</Content-Type>\
      <Content-Encoding />\(md5)<AccessTier>\(dice.pick(["Hot", "Cool"]))</AccessTier>\
      <LeaseStatus>unlocked</LeaseStatus></Properties>\(metadata)<OrMetadata /></Blob>
      """
  }

  @Test("entries that are like others are told as the parser tells them, whatever is in the page")
  func agreement() {
    var dice = Dice(11)
    let odd = Array("<>&;/?!'\"= ]x0B\n\r\u{1}é".utf8)
    var isWhole = 0
    for turn in 0..<4_000 {
      var blobs = (0..<(2 + dice.below(7))).map { BlobPageTests.blob($0 + turn % 5, &dice) }
      if dice.hits(onceIn: 4) { blobs.insert("<BlobPrefix><Name>e/</Name></BlobPrefix>", at: 1) }
      if dice.hits(onceIn: 5) { blobs = blobs.map { $0 + "\n  " } }
      var bytes = Array(page(blobs.joined()).utf8)
      let spoiled = turn % 4 == 0 ? 0 : 1 + dice.below(3)
      for _ in 0..<spoiled {
        let place = dice.below(bytes.count)
        switch dice.below(4) {
        case 0: bytes[place] = dice.pick(odd)
        case 1: bytes.insert(dice.pick(odd), at: place)
        case 2: bytes.remove(at: place)
        default:
          // A piece from elsewhere.
          let from = dice.below(bytes.count)
          bytes.insert(
            contentsOf: bytes[from..<min(bytes.count, from + dice.below(60))], at: place)
        }
      }
      var (short, long): ([String], [String]) = ([], [])
      let one = Result { () throws(Failure) in try read(bytes) { short.append($0) } }
      let other = Result { () throws(Failure) in
        try read(bytes, mayBePlain: false) { long.append($0) }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      switch (one, other) {
      case (.success(let mine), .success(let theirs)):
        isWhole += 1
        #expect(short == long && mine == theirs, "\(text)")
      case (.failure(let mine), .failure(let theirs)):
        #expect(short == long && mine.kind == theirs.kind, "\(text)")
      default: Issue.record("\(one) \(other) \(text)")
      }
    }
    #expect(isWhole > 1_000)
  }
}
