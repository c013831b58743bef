import Core
import Glibc
import HTTP
import Support
import System
import Testing
import Values

@Suite struct TLSTests {
  let server = Server.secured

  @Test("a certificate that nobody vouches for is refused")
  func untrusted() throws {
    let trouble = try Office().trouble(Exchange(.get, server.url("/bytes/5", scheme: "https")))
    #expect(trouble?.kind == .untrusted)
    #expect(trouble?.failure("x").kind == .refused)
  }

  @Test("a server that does not speak TLS is not trusted")
  func plain() throws {
    let trouble = try Office().trouble(Exchange(.get, Server.plain.url("/", scheme: "https")))
    #expect(
      trouble?.kind == .untrusted || trouble?.kind == .broken, "\(trouble?.reason ?? "none")")
  }

  @Test("it is accepted by whoever names it as an authority, or does not care")
  func trusted() throws {
    for manner in [
      Courier.Manner(authorities: Certificate.own.file), Courier.Manner(isInsecure: true),
    ] {
      let office = try Office(manner)
      let url = server.url("/bytes/50000", scheme: "https")
      let answer = try office.answer(Exchange(.get, url))
      #expect(answer.body == pattern(50_000))
      let next = try office.answer(Exchange(.get, url))
      #expect(answer.headers["x-connection"] == next.headers["x-connection"])
    }
  }

  @Test("a name that the certificate does not tell is refused even so")
  func name() throws {
    let office = try Office(.init(authorities: Certificate.own.file))
    let url = "https://localhost:\(server.port)/bytes/5"
    #expect(try office.trouble(Exchange(.get, url))?.kind == .untrusted)
  }

  @Test("only the authorities that were named are trusted, and a missing file is told")
  func missing() throws {
    let office = try Office(.init(authorities: Path(text: "/nowhere/authorities.pem")))
    let trouble = try office.trouble(Exchange(.get, server.url("/bytes/5", scheme: "https")))
    #expect(trouble?.kind == .untrusted)
    #expect(trouble?.reason.contains("/nowhere/authorities.pem") == true)
  }

  @Test("HTTP/2 is spoken where it is offered, many exchanges to a connection, bodies both ways")
  func second() throws {
    let sandbox = Sandbox()
    let files = sandbox.folder.appending("files")
    #expect(files.withCString { mkdir($0, 0o755) } == 0)
    House.write(pattern(700_000), to: files.appending("large"))
    for path in [sandbox.folder.parent, sandbox.folder] {
      #expect(path.withCString { chmod($0, 0o755) } == 0)
    }
    let nginx = Server(
      "nginx.py", ["\(sandbox.folder)"] + Certificate.own.words + ["\(Server.plain.port)"])
    let office = try Office(.init(authorities: Certificate.own.file, most: 8))
    let first = try office.answer(Exchange(.get, nginx.url("/protocol", scheme: "https")))
    #expect(first.body == Array("HTTP/2.0".utf8))
    let note = CourierTests.Note()
    for number in 0..<200 {
      let isLarge = number % 10 == 0
      let path = isLarge ? "/large" : "/echo"
      var exchange = Exchange(.get, nginx.url(path, scheme: "https"))
      let body = pattern(isLarge ? 700_000 : number * 400)
      if !isLarge { (exchange.method, exchange.body) = (.put, .bytes(body)) }
      office.courier.start(exchange) { result in
        note.done += 1
        guard case .success(let answer) = result else {
          Issue.record("\(result)")
          return
        }
        #expect(answer.body.suffix(body.count).elementsEqual(body))
        note.connections.insert(answer.headers["X-Line"] ?? "")
      }
    }
    try office.loop.run { note.done == 200 }
    #expect(note.connections.subtracting([""]).count == 1)
  }
}
