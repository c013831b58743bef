import Core
import Testing
import Values

@testable import Signing

/// Requests whose signatures azure-storage-blob has computed; of ours in form, not in number.
@Suite("Signatures of Azure's storage") struct SharedKeyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var method = "GET"
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var length = 0
    var isEmulator = false
    var code: String
    var testDescription: String { name }
  }

  private static let key =
    "czRsLXRlc3Qta2V5LTAxMjM0NTY3ODlhYmNkZWYtczRsLXRlc3Qta2V5LTAxMjM0NTY3ODlhYmNkZWYtNjRiIQ=="
  private static let emulator =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

  /// All were made at one moment, under one version.
  private static let common = [
    (name: "x-ms-date", value: "Tue, 15 Nov 2022 08:12:31 GMT"),
    (name: "x-ms-version", value: "2021-12-02"),
  ]
  private static let block = [(name: "x-ms-blob-type", value: "BlockBlob")]
  private static let binary = [(name: "Content-Type", value: "application/octet-stream")]

  static let cases = [
    Case(
      name: "a file with metadata, if there is none", method: "PUT",
      path: "/backup/photos/a%20b.txt",
      headers: [
        ("x-ms-meta-s4l_src", "host1"), ("x-ms-meta-mtime", "1668499951.25"),
        ("If-None-Match", "*"), ("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("x-ms-client-request-id", "11111111-2222-3333-4444-555555555555"),
      ] + block, length: 5, code: "RtNFDj+a7hkCaGJ+321cAN8iF6XFTEkGgv7rhhgk8vI="),
    Case(
      name: "a file without bytes, whose length is not told", method: "PUT",
      path: "/backup/empty.bin", headers: binary + block,
      code: "d7Fx3XWWZjTDSZ8mJ8GN6N+wpqCmMLcrFZpi1FYpjkk="),
    Case(
      name: "a block", method: "PUT", path: "/backup/big.bin",
      query: [("comp", "block"), ("blockid", "MDAwMDAwMDE=")], headers: binary, length: 4 << 20,
      code: "NMs2VnFliH7h7sXO8JjdnXscLpk1uA+UofNJfvv56EU="),
    Case(
      name: "a list of blocks", method: "PUT", path: "/backup/big.bin",
      query: [("comp", "blocklist")],
      headers: [("Content-Type", "application/xml"), ("x-ms-blob-content-type", "video/mp4")],
      length: 144, code: "SDBcSZYyeyZErxkFmWGyUKdNVe5axe67SdFXOFu/umI="),
    Case(
      name: "a part of a blob, if it is the same", path: "/backup/big.bin",
      headers: [
        ("x-ms-range", "bytes=1048576-2097151"), ("If-Match", "\"0x8DAC6E0A6A1B2C3\""),
      ], code: "cRkZcB9HpYRysJpKL4ucFeKDv4ARDDpmD2gMYiLDdOk="),
    Case(
      name: "a listing, with a parameter without a value", path: "/backup",
      query: [
        ("restype", "container"), ("comp", "list"), ("prefix", "photos/2022 trip/"),
        ("delimiter", "/"), ("maxresults", "1000"), ("include", "metadata"), ("marker", ""),
      ], code: "o+umBhXq1mv5I2kOdgEYiLuFCLnfdCeu4JFMN6GQ+W0="),
    Case(
      name: "a name beyond ASCII", method: "DELETE",
      path: "/backup/" + Encoding.path(Path(text: "电影/霸王别姬 #1.mkv")),
      headers: [("x-ms-delete-snapshots", "include")],
      code: "gbzI7pS2WJIF9FIuEtYQXrEYtdHE+wsHivjsqq1kxR8="),
    Case(
      name: "the containers of an emulator, whose paths name the account",
      path: "/devstoreaccount1/", query: [("comp", "list")], isEmulator: true,
      code: "6EucRXWjxP1wKKT62tRN5Bby9+q4e63kG6KY1iAH0v8="),
    Case(
      name: "a file for an emulator", method: "PUT", path: "/devstoreaccount1/backup/a.txt",
      headers: [("Content-Type", "text/plain")] + block, length: 5, isEmulator: true,
      code: "YeaydeFhLANn/py2dwiBRozgtBQBprEThahHZ1mVOxc="),
  ]

  @Test("each is what the service's own library makes it", arguments: cases)
  func vector(_ one: Case) throws {
    let account = one.isEmulator ? "devstoreaccount1" : "s4ltest"
    let secret = Secret(Array((one.isEmulator ? Self.emulator : Self.key).utf8))
    let signer = try SharedKey(account, secret)
    let request = Request(
      method: one.method, host: "x", path: one.path, query: one.query,
      headers: one.headers + Self.common)
    for _ in 0..<2 {
      #expect(
        try signer.authorization(request, length: one.length) == "SharedKey \(account):\(one.code)")
    }
  }

  @Test("a key that is no base64 is refused without being shown")
  func keys() {
    for text in ["", "secret!", "YWJj\n"] {
      let failure = #expect(throws: Failure.self) {
        try SharedKey("a", Secret(Array(text.utf8)))
      }
      #expect(failure?.kind == .config && failure?.reason.contains("secret!") == false)
    }
  }
}
