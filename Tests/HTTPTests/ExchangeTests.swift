import Core
import Glibc
import HTTP
import Support
import System
import Testing
import Values

@Suite struct ExchangeTests {
  let server = Server.plain

  @Test(
    "method, path and headers arrive as they were given",
    arguments: [
      "/echo/a/../b/./c//d", "/echo/%2F%2f%20%C3%A4", "/echo/a+b?x=1&y=%2B&z&=", "/echo//",
    ]
  )
  func exact(_ path: String) throws {
    let office = try Office(.init(agent: "tester/1"))
    for method in [Exchange.Method.get, .put, .post, .delete] {
      let answer = try office.answer(
        Exchange(method, server.url(path), headers: [("X-One", "1 2\t3"), ("x-empty", "")]))
      let lines = String(decoding: answer.body, as: UTF8.self).split(
        separator: "\r\n", omittingEmptySubsequences: false
      ).map(String.init)
      #expect(lines[0] == "\(method.rawValue) \(path) HTTP/1.1")
      let isSending = method == .put || method == .post
      #expect(
        Set(lines[1...])
          == Set(
            [
              "Host: 127.0.0.1:\(server.port)", "User-Agent: tester/1", "Accept: */*",
              "X-One: 1 2\t3",
              "x-empty:", "",
            ] + (isSending ? ["Content-Length: 0"] : [])))
    }
  }

  @Test("a header that would break out of its line is not sent")
  func smuggling() throws {
    let office = try Office()
    for header in [("X", "a\r\nY: b"), ("X\n", "a"), ("X: y", "a"), ("", "a"), ("Ä", "a")] {
      let trouble = try office.trouble(
        Exchange(.get, server.url("/echo"), headers: [("ok", "1"), header]))
      #expect(trouble?.kind == .malformed)
    }
    #expect(try office.trouble(Exchange(.get, server.url("/a b")))?.kind == .malformed)
    #expect(try office.trouble(Exchange(.get, "ftp://127.0.0.1/"))?.kind == .malformed)
    #expect(try office.trouble(Exchange(.get, "file:///etc/passwd"))?.kind == .malformed)
  }

  @Test(
    "a body arrives byte for byte, whatever its size",
    arguments: [1, 4_096, 32_768, 32_769, 300_000, 3_000_000])
  func bodies(_ count: Int) throws {
    let office = try Office()
    let bytes = pattern(count)
    let file = try Scratch()
    #expect(write(file.descriptor, "before", 6) == 6)
    #expect(write(file.descriptor, bytes + [1, 2, 3], count + 3) == count + 3)
    let bodies: [Exchange.Body] = [
      .bytes(bytes), .file(file.descriptor, offset: 6, count: count),
    ]
    for method in [Exchange.Method.put, .post, .get, .delete] {
      for body in bodies {
        let answer = try office.answer(
          Exchange(
            method, server.url("/echo"),
            headers: [("X-Many", String(repeating: "m", count: 9_000))],
            body: body, sink: .memory(most: 4_000_000)))
        #expect(answer.body.suffix(count).elementsEqual(bytes))
        let head = String(decoding: answer.body.dropLast(count), as: UTF8.self)
        #expect(head.hasPrefix("\(method.rawValue) /echo HTTP/1.1\r\n"))
        #expect(head.contains("Content-Length: \(count)\r\n"))
        #expect(!head.contains("Expect") && !head.contains("Content-Type"))
        #expect(!head.contains("Transfer-Encoding"))
      }
    }
  }

  @Test("a file that is shorter than was said ends the exchange")
  func shrunk() throws {
    let file = try Scratch()
    #expect(write(file.descriptor, "four", 4) == 4)
    let exchange = Exchange(
      .put, server.url("/echo"), body: .file(file.descriptor, offset: 0, count: 5))
    let trouble = try Office().trouble(exchange)
    #expect(trouble == Trouble(.file, "the file is shorter than it was"))
  }

  @Test("a body goes into a file at its place, whether its length is told or not")
  func file() throws {
    let office = try Office()
    for word in ["bytes", "chunked"] {
      let file = try Scratch()
      #expect(write(file.descriptor, "0123456789", 10) == 10)
      let answer = try office.answer(
        Exchange(
          .get, server.url("/\(word)/500000"), sink: .file(file.descriptor, offset: 4)))
      #expect(answer.received == 500_000 && answer.body.isEmpty && answer.status == 200)
      var bytes = [UInt8](repeating: 0, count: 600_000)
      #expect(pread(file.descriptor, &bytes, bytes.count, 0) == 500_004)
      #expect(bytes.prefix(500_004).elementsEqual(Array("0123".utf8) + pattern(500_000)))
    }
  }

  @Test("a file that cannot be written is trouble of ours")
  func full() throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let trouble = try Office().trouble(
      Exchange(.get, server.url("/bytes/1000"), sink: .file(full, offset: 0)))
    #expect(trouble == Trouble(.file, "No space left on device"))
    #expect(trouble?.failure("x") == Failure(.io, "x", "No space left on device"))
  }

  @Test("a refusal's body is kept apart from what was asked for, up to a bound")
  func refusal() throws {
    let office = try Office()
    let file = try Scratch()
    let sinks: [Exchange.Sink] = [
      .file(file.descriptor, offset: 0), .memory(most: 10),
      .stream { _ in
        Issue.record("the stream was called")
        return true
      },
    ]
    for sink in sinks {
      let answer = try office.answer(Exchange(.get, server.url("/refusal/500"), sink: sink))
      #expect(answer.status == 403 && answer.body == pattern(500))
      let large = try office.answer(Exchange(.get, server.url("/refusal/900000"), sink: sink))
      #expect(large.status == 403 && large.body == pattern(65_536))
    }
    #expect(lseek(file.descriptor, 0, SEEK_END) == 0)
  }

  @Test("a stream gets status and headers before the first piece, and may end it all")
  func stream() throws {
    final class Note { var words: [String] = []; var bytes: [UInt8] = [] }
    let office = try Office()
    let note = Note()
    var exchange = Exchange(.get, server.url("/bytes/200000"))
    exchange.opening = { answer in
      note.words.append("\(answer.status) \(answer.headers["ETag"] ?? "none")")
      return true
    }
    exchange.sink = .stream { piece in
      #expect(note.words == ["200 \"a tag\""])
      note.bytes += piece
      return true
    }
    #expect(try office.answer(exchange).received == 200_000)
    #expect(note.bytes == pattern(200_000))
    exchange.sink = .stream { _ in false }
    #expect(try office.trouble(exchange)?.kind == .refused)
    exchange.opening = { _ in false }
    exchange.sink = .stream { _ in
      Issue.record("the stream was called")
      return true
    }
    #expect(try office.trouble(exchange)?.kind == .refused)
  }

  @Test("more than was allowed into memory is trouble")
  func tooLarge() throws {
    let office = try Office()
    let url = server.url("/bytes/1001")
    #expect(try office.trouble(Exchange(.get, url, sink: .memory(most: 1_000)))?.kind == .tooLarge)
    #expect(try office.answer(Exchange(.get, url, sink: .memory(most: 1_001))).received == 1_001)
  }

  @Test("answers without a body end at once", arguments: [204, 304])
  func bodiless(_ status: Int) throws {
    let answer = try Office().answer(Exchange(.get, server.url("/status/\(status)")))
    #expect(answer.status == status && answer.body.isEmpty)
  }

  @Test("HEAD tells the length and waits for no body, and the connection is kept")
  func head() throws {
    let office = try Office()
    let answer = try office.answer(Exchange(.head, server.url("/bytes/5000")))
    #expect(answer.headers["content-length"] == "5000" && answer.received == 0)
    let next = try office.answer(Exchange(.get, server.url("/bytes/10")))
    #expect(next.body == pattern(10))
    #expect(next.headers["x-connection"] == answer.headers["x-connection"])
  }

  @Test("headers are found in any case, and read without the blanks around them")
  func headers() throws {
    let headers = try Office().answer(Exchange(.get, server.url("/bytes/1"))).headers
    #expect(headers["ETAG"] == "\"a tag\"" && headers["etag"] == "\"a tag\"")
    #expect(headers["x-blank"] == "" && headers["x-none"] == nil && headers["eta"] == nil)
    #expect(headers.all.filter { $0.name == "x-twice" }.map(\.value) == ["one", "two"])
    #expect(headers["x-twice"] == "one")
  }

  @Test("interim answers are left out, and what follows a body is kept apart from its head")
  func interim() throws {
    let office = try Office()
    let answer = try office.answer(Exchange(.get, server.url("/interim")))
    #expect(answer.status == 200 && answer.body == Array("final".utf8))
    #expect(answer.headers["x-interim"] == nil && answer.headers["link"] == nil)
    let chunked = try office.answer(Exchange(.get, server.url("/chunked/2500")))
    #expect(chunked.body == pattern(2_500) && chunked.headers["x-trailer"] == nil)
    #expect(chunked.trailers["x-trailer"] == "behind" && answer.trailers["x-trailer"] == nil)
  }

  @Test("a redirect is an answer, and nobody goes there")
  func redirect() throws {
    let answer = try Office().answer(Exchange(.get, server.url("/status/302")))
    #expect(answer.status == 302 && answer.headers["location"] == "/elsewhere")
  }
}
