import Core
import Doubles
@testable import Objects
@testable import S3
import Testing
import Values

@Suite("Replies of a store")
struct ReplyTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("an upload that was begun has its name")
  func begin() throws {
    let text =
      "<InitiateMultipartUploadResult><Bucket>b</Bucket><UploadId>2~x</UploadId>"
      + "</InitiateMultipartUploadResult>"
    #expect(try Replies.upload(bytes(text)) == .content("2~x"))
    for bad in ["<InitiateMultipartUploadResult/>", "<Other/>", "", "<Initiate"] {
      #expect(throws: Failure.self) { try Replies.upload(bytes(bad)) }
    }
  }

  @Test("what was completed or copied has its ETag, or is an error in spite of the status")
  func written() throws {
    let inner = """
      <Location>x</Location><ETag>&#34;ab-2&#34;</ETag><ChecksumCRC64NVME>AA==</ChecksumCRC64NVME>
      <ChecksumType>FULL_OBJECT</ChecksumType><LastModified>2026-11-21T08:00:00.000Z</LastModified>
      """
    let expected = Replies.Written(
      etag: "ab-2", modified: Timestamp(text: "2026-11-21T08:00:00Z"),
      checksums: ["crc64nvme": "AA=="])
    func check(
      _ root: String, _ read: ([UInt8]) throws(Failure) -> Reply<Replies.Written>
    ) throws {
      #expect(try read(bytes("<\(root)>\(inner)</\(root)>")) == .content(expected))
      #expect(throws: Failure.self) { try read(bytes("<\(root)/>")) }
      let late = "\n\n  <?xml version=\"1.0\"?>\n  <Error><Code>InternalError</Code></Error>"
      #expect(try read(bytes(late)) == .error(StoreError(code: "InternalError", message: "")))
      #expect(throws: Failure.self) { try read(bytes("  \n")) }
    }
    try check("CompleteMultipartUploadResult", Replies.completion)
    try check("CopyObjectResult", Replies.copy)
    try check("CopyPartResult", Replies.partCopy)
  }

  @Test("a gateway that has put the parts together and leaves the ETag empty has done it")
  func empty() throws {
    let body = bytes("<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>")
    guard case .content(let written) = try Replies.completion(body) else {
      Issue.record("it is none")
      return
    }
    #expect(written.etag == "")
  }

  @Test("parts are listed with what brings the next page")
  func parts() throws {
    let part = "<Part><PartNumber>7</PartNumber><ETag>\"e\"</ETag><Size>9</Size></Part>"
    func page(_ inner: String) -> [UInt8] { bytes("<ListPartsResult>\(inner)</ListPartsResult>") }
    let one = Part(number: 7, size: 9, etag: "e", modified: nil)
    #expect(
      try Replies.parts(page(part + "<IsTruncated>false</IsTruncated>"))
        == .content(Replies.PartsPage(parts: [one], next: nil)))
    let more = "<NextPartNumberMarker>0</NextPartNumberMarker><IsTruncated>true</IsTruncated>"
    #expect(
      try Replies.parts(page(more + part)) == .content(Replies.PartsPage(parts: [one], next: 7)))
    for bad in [more, part, part.replacing("9", with: "x") + "<IsTruncated>false</IsTruncated>"] {
      #expect(throws: Failure.self) { try Replies.parts(page(bad)) }
    }
  }

  @Test("uploads are listed, decoded as the reply says")
  func uploads() throws {
    let text = """
      <ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <Upload><Key>a%2Fb+c</Key><UploadId>u</UploadId><Initiated>2026-11-21T08:00:00Z</Initiated>
      </Upload></ListMultipartUploadsResult>
      """
    let upload = Upload(
      key: bytes("a/b c"), id: "u", initiated: Timestamp(text: "2026-11-21T08:00:00Z"))
    #expect(
      try Replies.uploads(bytes(text))
        == .content(Replies.UploadsPage(uploads: [upload], next: upload)))
    let plain = text.replacing("<EncodingType>url</EncodingType>", with: "")
    guard case .content(let page) = try Replies.uploads(bytes(plain)) else {
      Issue.record("no content")
      return
    }
    #expect(page.uploads.map(\.key) == [bytes("a%2Fb+c")])
  }

  @Test("a delete of many tells which are still there")
  func deletion() throws {
    let text = """
      <DeleteResult><Deleted><Key>a</Key></Deleted>
      <Error><Key>b &amp; c</Key><Code>AccessDenied</Code><Message>no</Message></Error>
      </DeleteResult>
      """
    guard case .content(let errors) = try Replies.deletion(bytes(text)) else {
      Issue.record("no content")
      return
    }
    #expect(errors.map(\.key) == [bytes("b & c")])
    #expect(errors.map(\.code) == ["AccessDenied"])
    #expect(throws: Failure.self) {
      try Replies.deletion(bytes("<DeleteResult><Error><Code>x</Code></Error></DeleteResult>"))
    }
  }

  @Test("an error is read from any body, and says nothing where there is none")
  func errors() {
    let text = """
      <?xml version="1.0"?><Error><Code>AuthorizationHeaderMalformed</Code>
      <Message>expecting eu</Message>
      <Region>eu</Region><StringToSign>AWS4-HMAC-SHA256 secret</StringToSign></Error>
      """
    #expect(
      StoreError(body: bytes(text))
        == StoreError(code: "AuthorizationHeaderMalformed", message: "expecting eu", region: "eu"))
    let envelope = "<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>"
    #expect(StoreError(body: bytes(envelope)).code == "X")
    for nothing in ["", "<html><body>502</body></html>", "<Error><Code>x", "\u{0}"] {
      #expect(StoreError(body: bytes(nothing)) == StoreError(code: "", message: ""))
    }
  }

  @Test("the words of an error are one line and tell no signature")
  func words() {
    #expect(StoreError(code: "A", message: "b\nc").words == "A: b\\x0ac")
    #expect(StoreError(code: "A", message: "").words == "A")
    #expect(StoreError(code: "", message: "").words == "")
    for secret in ["https://h/?X-Amz-Signature=ab", "Signature=ab", "AWS4-HMAC-SHA256 c"] {
      #expect(StoreError(code: "A", message: "see \(secret)").words == "A")
    }
    #expect(StoreError(code: "A", message: String(repeating: "x", count: 9_999)).words.count < 400)
  }
}

@Suite("Bodies of requests")
struct BodyTests {
  @Test("another reader of XML finds the keys that were put in")
  func oracle() throws {
    var dice = Dice(3)
    let letters = "&<>'\" ab/\t\n\r\u{85}\u{7F}é电😀]]>;#\\+%"
    var body = DeleteBody()
    var keys: [String] = []
    for _ in 0..<300 {
      let key = "k" + dice.text(of: letters, upTo: 20)
      keys.append(Hex.text(key.utf8))
      try body.add(Path(text: key))
    }
    #expect(body.count == 300)
    let program = """
      import sys, xml.etree.ElementTree as tree
      root = tree.parse(sys.stdin.buffer).getroot()
      space = "{http://s3.amazonaws.com/doc/2006-03-01/}"
      assert root.tag == space + "Delete" and root.find(space + "Quiet").text == "true"
      print(" ".join(k.text.encode().hex() for k in root.iter(space + "Key")), end="")
      """
    let found = try Python.run(program, input: body.whole)
    #expect(String(decoding: found, as: UTF8.self).split(separator: " ").map(String.init) == keys)
  }

  @Test(
    "a key that XML cannot carry is refused by itself and spoils nothing",
    arguments: [[1], [0], [0x1B], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBF]]
      as [[UInt8]])
  func carried(_ odd: [UInt8]) throws {
    var body = DeleteBody()
    try body.add(Path(text: "a"))
    let whole = body.whole
    let failure = #expect(throws: Failure.self) { try body.add(Path([0x61] + odd)) }
    #expect(failure?.kind == .data)
    #expect(failure?.reason == "the key holds a character that XML cannot carry")
    #expect(body.whole == whole && body.count == 1)
  }

  @Test("parts are put together in the order of their numbers")
  func completion() {
    let body = CompleteBody.whole([
      (number: 2, etag: "b", checksums: [:]), (number: 1, etag: "a", checksums: ["crc32c": "x=="]),
    ])
    let text = String(decoding: body, as: UTF8.self)
    #expect(
      text.hasSuffix(
        "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag>"
          + "<ChecksumCRC32C>x==</ChecksumCRC32C></Part>"
          + "<Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag></Part>"
          + "</CompleteMultipartUpload>"))
  }
}
