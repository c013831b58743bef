import Core
import Store
import Testing
import Values

@Suite("The address of a server") struct AddressTests {
  @Test(
    "has a host, a port and a folder",
    arguments: [
      ("nas", "nas:5244", ""), ("NAS:80/a//b/", "nas:80", "a/b"), ("[::1]/x", "[::1]:5244", "x"),
      ("[::1]:7", "[::1]:7", ""), ("h/a%20b c#?@x:1", "h:5244", "a%20b c#?@x:1"),
      ("1.2.3.4:65535/", "1.2.3.4:65535", ""),
    ])
  func read(_ text: String, _ host: String, _ path: String) throws {
    let address = try ServerAddress("openlist", Path(text: text), isEncrypted: false, port: 5_244)
    #expect(address.host == host && address.path == Path(text: path))
  }

  @Test(
    "is refused otherwise, and what may be a secret is not repeated",
    arguments: [
      "", "/a", ":5244", "h:x", "h:0", "h:65536", "h:-1", "a b/c", "user:hunter@h/x", "hunter@h",
      "h?x", "h\u{E9}", "h%41",
    ])
  func refused(_ text: String) {
    do throws(Failure) {
      _ = try ServerAddress("openlist", Path(text: text), isEncrypted: false, port: 5_244)
      Issue.record("\(text)")
    } catch {
      #expect(error.kind == .usage && !error.message.contains("hunter"))
    }
  }

  @Test("may be a URL, whose own path is kept")
  func urls() throws {
    let address = try ServerAddress(url: "https://Example.org/list/")
    #expect(address.url == "https://example.org:443/list")
    #expect(try ServerAddress(url: "HTTP://h:1").url == "http://h:1")
    for text in ["ftp://h", "h", "", "https://", "https://u:p@h"] {
      #expect(throws: Failure.self) { try ServerAddress(url: text) }
    }
  }
}
