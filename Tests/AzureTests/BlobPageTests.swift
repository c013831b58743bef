import Core
import Store
import Testing
import Values

@testable import Azure

@Suite("Pages of blobs") struct BlobPageTests {
  /// What a page tells, a line for each thing.
  private func read(_ xml: String, _ mark: [UInt8] = []) throws -> (lines: [String], next: String?)
  {
    var lines: [String] = []
    let page = BlobPage { (item) throws(Failure) in
      switch item {
      case .folder(let name): lines.append("folder \(Path(name))")
      case .marker(let name): lines.append("marker \(Path(name))")
      case .blob(let view):
        func text(_ bytes: UnsafeRawBufferPointer?) -> String {
          bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
        }
        lines.append(
          "\(text(view.path)) \(view.size) \(view.mtime?.text ?? "-") \(view.stored?.text ?? "-") "
            + "\(text(view.etag)) \(text(view.storageClass)) \(text(view.md5))")
      }
    }
    let next = try page.read(mark + Array(xml.utf8))
    return (lines, next.map { String(decoding: $0, as: UTF8.self) })
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
}
