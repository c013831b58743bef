import Core
import Glibc
import HTTP
import Support
import System
import Testing
import Values

@Suite struct TroubleTests {
  let server = Server.plain
  let short = Span(nanoseconds: 100_000_000)

  @Test(
    "what is cut off is not taken for an answer",
    arguments: [
      "/cut/5000", "/cut-chunked", "/reset", "/reset-inside/100000", "/end", "/garbage",
    ])
  func broken(_ path: String) throws {
    let trouble = try Office().trouble(Exchange(.get, server.url(path)))
    #expect(trouble?.kind == .broken, "\(String(describing: trouble))")
    #expect(trouble?.failure("x").kind == .later)
  }

  @Test("a reset in the middle of an upload is trouble, not the end of the process")
  func upload() throws {
    let trouble = try Office().trouble(
      Exchange(.put, server.url("/reset-early"), body: .bytes(pattern(5_000_000))))
    #expect(trouble?.kind == .broken)
  }

  @Test("a server that takes the request and never answers is given up")
  func silent() throws {
    let office = try Office()
    for path in ["/silent", "/halt/5000"] {
      let trouble = try office.trouble(Exchange(.get, server.url(path), stall: short))
      #expect(trouble == Trouble(.stalled, "nothing moved for 100ms"))
    }
  }

  @Test("a slow answer is not a stalled one, but may take too long in all")
  func slow() throws {
    let office = try Office()
    let stall = Span(nanoseconds: 2_000_000_000)
    let answer = try office.answer(Exchange(.get, server.url("/drip/20"), stall: stall))
    #expect(answer.received == 20)
    let trouble = try office.trouble(Exchange(.get, server.url("/drip/100000"), timeout: short))
    #expect(trouble?.kind == .timeout)
  }

  @Test("an answer that comes a byte at a time is given up, unless that is its way")
  func trickle() throws {
    let office = try Office()
    let span = Span(nanoseconds: 1_000_000_000)
    let trouble = try office.trouble(Exchange(.get, server.url("/drip/100000"), stall: span))
    #expect(trouble == Trouble(.stalled, "less than 1 KiB moved for 1s"))
    let twice = Span(nanoseconds: 2_000_000_000)
    for method in [Exchange.Method.get, .post] {
      var exchange = Exchange(method, server.url("/drip/100000"), timeout: twice, stall: span)
      exchange.trickles = method == .get
      #expect(try office.trouble(exchange)?.kind == .timeout)
    }
  }

  @Test("a file gets no more bytes than it may have", arguments: ["chunked", "bytes"])
  func bounded(_ word: String) throws {
    let sandbox = Sandbox()
    let path = sandbox.folder.appending("file")
    let file = path.withCString { open($0, O_RDWR | O_CREAT, 0o600) }
    defer { close(file) }
    var exchange = Exchange(.get, server.url("/\(word)/500000"), sink: .file(file, offset: 0))
    exchange.most = 499_999
    #expect(try Office().trouble(exchange)?.kind == .tooLarge)
    #expect(lseek(file, 0, SEEK_END) <= 499_999)
    exchange.most = 500_000
    #expect(try Office().answer(exchange).received == 500_000)
  }

  @Test("a flood of headers is cut off")
  func flood() throws {
    let trouble = try Office().trouble(Exchange(.get, server.url("/flood")))
    #expect(trouble?.kind == .tooLarge)
  }

  @Test("a port without a listener is told with the system's words, and without the query")
  func refused() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    // Bound but not listening: nobody else gets the port meanwhile.
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    #expect(isBound)
    let port = UInt16(bigEndian: address.sin_port)
    let trouble = try Office().trouble(
      Exchange(.get, "http://127.0.0.1:\(port)/x?signature=secret"))
    #expect(trouble?.kind == .unreachable)
    #expect(trouble?.reason.contains("Connection refused") == true)
    #expect(trouble?.reason.contains("secret") == false)
  }

  @Test("a host that has no address is unresolved")
  func unresolved() throws {
    let trouble = try Office().trouble(Exchange(.get, "http://nowhere.invalid/"))
    #expect(trouble?.kind == .unresolved)
    #expect(trouble?.reason.contains("nowhere.invalid") == true)
  }

  @Test("a reason names no query, for it may be a signature")
  func query() throws {
    let trouble = try Office().trouble(Exchange(.get, "gopher://host/x?signature=secret"))
    #expect(trouble?.reason.contains("secret") == false)
  }

  @Test("the kinds of trouble that pass are to be tried again")
  func kinds() {
    let kinds = Trouble.Kind.allCases.filter { Trouble($0, "").failure("").kind == .later }
    #expect(Set(kinds) == [.unresolved, .unreachable, .timeout, .stalled, .broken])
  }
}
