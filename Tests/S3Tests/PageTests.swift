import Core
import Doubles
import Foundation
@testable import S3
import Testing
import Values

/// A page as a test sees it: what was told, and how it ended.
struct Reading: Equatable {
  var lines: [String] = []
  var keys: [[UInt8]] = []
  var ending = Page.Ending()

  init(
    _ bytes: [UInt8], _ version: Page.Version = .v2, asksEncoding: Bool = true, by size: Int = .max
  ) throws(Failure) {
    var (lines, keys): ([String], [[UInt8]]) = ([], [])
    let page = Page(version, asksEncoding: asksEncoding) { item throws(Failure) in
      switch item {
      case .object(let listed):
        keys.append(Array(listed.key))
        lines.append(Reading.line(listed))
      case .folder(let name):
        keys.append(Array(name))
        lines.append("folder \(Path.visible(name))")
      }
    }
    let step = min(size, max(bytes.count, 1))
    for start in stride(from: 0, to: bytes.count, by: step) {
      let end = min(start + step, bytes.count)
      let fed: Result<Void, Failure> = bytes.withUnsafeBytes { bytes in
        Result { () throws(Failure) in
          try page.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
      }
      try fed.get()
    }
    ending = try page.finish()
    (self.lines, self.keys) = (lines, keys)
  }

  private static func line(_ listed: ListedObject) -> String {
    let facts = [listed.etag, listed.storageClass, listed.checksumAlgorithm, listed.checksumType]
    let texts = facts.map { String(decoding: $0, as: UTF8.self) }
    return "\(Path.visible(listed.key)) \(listed.size) \(listed.modified?.text ?? "-") "
      + texts.joined(separator: ",")
  }
}

@Suite("A page of a listing")
struct PageTests {
  static let head = """
    <?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
    """
  static let sample =
    head + """
      <Name>b</Name><Prefix>x%2F</Prefix><KeyCount>3</KeyCount><EncodingType>url</EncodingType>
      <IsTruncated>true</IsTruncated><NextContinuationToken>a%2Fb+c=</NextContinuationToken>
      <Contents><Key>x%2Fa+b%2Bc</Key><LastModified>2026-11-21T08:19:18.863Z</LastModified>
      <ETag>&quot;0123&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
      <ChecksumType>FULL_OBJECT</ChecksumType><Size>48213</Size>
      <StorageClass>STANDARD</StorageClass>
      <Owner><ID>me</ID><Key>not a key</Key></Owner></Contents>
      <Contents><Size>0</Size><Key>x%2F%E7%94%B5&apos;%01</Key></Contents>
      <CommonPrefixes><Prefix>x%2Fd%20e/</Prefix></CommonPrefixes></ListBucketResult>
      """

  private func reason(
    _ text: String, _ version: Page.Version = .v2, asksEncoding: Bool = true
  ) -> String? {
    do throws(Failure) {
      _ = try Reading(Array(text.utf8), version, asksEncoding: asksEncoding)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("objects, folders and the ending are told", arguments: [1, 3, 100, Int.max])
  func sample(_ size: Int) throws {
    let reading = try Reading(Array(PageTests.sample.utf8), by: size)
    #expect(
      reading.lines == [
        "x/a b+c 48213 2026-11-21T08:19:18.863000000Z 0123,STANDARD,CRC64NVME,FULL_OBJECT",
        "x/电'\\x01 0 - ,,,", "folder x/d e/",
      ])
    #expect(
      reading.ending
        == Page.Ending(
          isTruncated: true, token: Array("a%2Fb+c=".utf8), marker: nil, objects: 2, folders: 1))
  }

  @Test("a page of version 1 goes on after its greatest name, decoded, whatever the store says")
  func markers() throws {
    let text = PageTests.sample.replacing(
      "<NextContinuationToken>", with: "<NextMarker>zzz</NextMarker><NextContinuationToken>")
    let reading = try Reading(Array(text.utf8), .v1)
    #expect(reading.ending.marker == Array("x/电'\u{1}".utf8))
    let empty = PageTests.head + "<IsTruncated>true</IsTruncated></ListBucketResult>"
    #expect(reason(empty, .v1) == "it is not the last and does not say how to go on")
    #expect(reason(empty, .v2) == "it is not the last and does not say how to go on")
  }

  @Test("a page that ends after any of its bytes is never whole")
  func cuts() {
    let whole = Array(PageTests.sample.utf8)
    for length in 0..<whole.count {
      #expect(throws: Failure.self, "\(length)") { try Reading(Array(whole[..<length]), by: 64) }
    }
  }

  @Test(
    "what is no page is refused",
    arguments: [
      ("<Error><Code>InternalError</Code><Message>oh</Message></Error>", "InternalError: oh"),
      ("<html/>", "it is no listing but html"),
      ("<ListBucketResult/>", "it does not say whether it is the last"),
      (
        "<ListBucketResult><IsTruncated>no</IsTruncated></ListBucketResult>",
        "IsTruncated is \"no\""
      ),
      ("<ListVersionsResult/>", "it is no listing but ListVersionsResult"),
    ])
  func roots(_ text: String, _ expected: String) {
    #expect(reason(text) == expected)
  }

  @Test(
    "an object that is not whole fails the page",
    arguments: [
      ("<Size>1</Size>", "an object has no Key or no Size"),
      ("<Key></Key><Size>1</Size>", "an object has no Key or no Size"),
      ("<Key>a</Key>", "an object has no Key or no Size"),
      ("<Key>a</Key><Size>-1</Size>", "Size is \"-1\""),
      ("<Key>a</Key><Size></Size>", "Size is \"\""),
      ("<Key>a</Key><Size>9999999999999999999</Size>", "Size is \"9999999999999999999\""),
      ("<Key>a%2</Key><Size>1</Size>", "Key is \"a%2\""),
      ("<Key>a%zz</Key><Size>1</Size>", "Key is \"a%zz\""),
      ("<Key>a<b/>c</Key><Size>1</Size>", "an element stands where a text belongs"),
      (
        "<Key>a</Key><Size>1</Size><LastModified>soon</LastModified>",
        "LastModified is \"soon\""
      ),
    ])
  func objects(_ inner: String, _ expected: String) {
    let text =
      PageTests.head + "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
      + "<Contents>\(inner)</Contents></ListBucketResult>"
    #expect(reason(text) == expected)
  }

  /// A page with one key, and what it says of its encoding before and after.
  private func page(_ key: String, before: String = "", after: String = "") -> String {
    PageTests.head + "\(before)<IsTruncated>false</IsTruncated><Contents><Key>\(key)</Key>"
      + "<Size>1</Size></Contents>\(after)</ListBucketResult>"
  }

  @Test("names are decoded as the reply says, and never wrongly")
  func encodings() throws {
    let url = "<EncodingType>url</EncodingType>"
    func key(_ text: String, asks: Bool) throws -> [UInt8]? {
      try Reading(Array(text.utf8), asksEncoding: asks).keys.first
    }
    #expect(try key(page("a%20b", before: url), asks: true) == Array("a b".utf8))
    #expect(try key(page("a%20b", before: url), asks: false) == Array("a b".utf8))
    #expect(try key(page("a%20b", after: url), asks: true) == Array("a b".utf8))
    #expect(try key(page("a%20b"), asks: false) == Array("a%20b".utf8))
    #expect(try key(page("plain"), asks: true) == Array("plain".utf8))
    let silent = "it does not say whether its names are in URL encoding, as was asked"
    #expect(reason(page("a%20b")) == silent)
    #expect(reason(page("a+b")) == silent)
    #expect(
      reason(page("a%20b", after: url), asksEncoding: false)
        == "it says only after its names that they are in URL encoding")
    #expect(
      reason(page("a", before: "<EncodingType>rot13</EncodingType>")) == "EncodingType is \"rot13\""
    )
  }

  @Test("what another program encodes is what is read")
  func oracle() throws {
    let program = """
      import random, urllib.parse
      from xml.sax.saxutils import escape
      dice = random.Random(5)
      letters = list(" +%&<>'\\"/\\\\.~=?#;,\\t\\n\\r\\x01\\x7fa1\\u00e9\\u7535\\U0001f600\\uffff")
      keys = ["".join(dice.choice(letters) for _ in range(dice.randint(1, 60))) for _ in range(500)]
      quote = urllib.parse.quote
      how = [quote, urllib.parse.quote_plus, lambda k: quote(k, safe=""),
             lambda k: quote(k, safe="/&<>'\\"~")]
      out = "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
      for key in keys:
          text = escape(dice.choice(how)(key), {"'": "&apos;", '"': "&quot;"})
          out += "<Contents><Key>" + text + "</Key><Size>1</Size></Contents>"
      print(" ".join(k.encode().hex() for k in keys))
      print(out + "</ListBucketResult>")
      """
    let printed = try Python.run(program)
    let line = try #require(printed.firstIndex(of: 10))
    let keys = printed[..<line].split(separator: 32).compactMap { Hex.decode($0) }
    #expect(keys.count == 500)
    #expect(try Reading(Array(printed[(line + 1)...])).keys == keys)
    #expect(try Reading(Array(printed[(line + 1)...]), by: 17).keys == keys)
  }

  @Test("a failure of who is told ends the page and is what the caller gets")
  func refusal() {
    let page = Page(.v2, asksEncoding: true) { item throws(Failure) in
      throw Failure(.io, "out", "no space")
    }
    let failure = #expect(throws: Failure.self) {
      let result: Result<Void, Failure> = Array(PageTests.sample.utf8).withUnsafeBytes { bytes in
        Result { () throws(Failure) in try page.feed(bytes) }
      }
      try result.get()
    }
    #expect(failure == Failure(.io, "out", "no space"))
  }

  @Test("a page reads one reply after another")
  func reuse() throws {
    var keys: [[UInt8]] = []
    let page = Page(.v1, asksEncoding: true) { item throws(Failure) in
      if case .object(let listed) = item { keys.append(Array(listed.key)) }
    }
    for name in ["zz", "a", "b"] {
      page.reset()
      let text = self.page(name, before: "<EncodingType>url</EncodingType>")
      let ending = try Array(text.utf8).withUnsafeBytes { bytes in
        try page.feed(bytes)
        return try page.finish()
      }
      #expect(ending.marker == Array(name.utf8))
      #expect(ending.objects == 1)
    }
    #expect(keys.count == 3)
  }

  @Test("random changes to a page never break its reader")
  func noise() {
    var dice = Dice(11)
    let whole = Array(PageTests.sample.utf8)
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0...dice.below(3) { bytes[dice.below(bytes.count)] = UInt8(dice.below(256)) }
      let one = Result { () throws(Failure) in try Reading(bytes) }
      let many = Result { () throws(Failure) in try Reading(bytes, by: 9) }
      #expect((try? one.get()) == (try? many.get()))
    }
  }
}
