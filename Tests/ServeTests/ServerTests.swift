import Core
import Testing
import Values

@testable import Serve

@Suite struct ServerTests {
  @Test("one connection carries one request after another")
  func keepAlive() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
      for method, path, body in [("GET", "/hello", None), ("POST", "/echo", b"x" * 70000),
              ("HEAD", "/hello", None), ("GET", "/nowhere", None), ("PUT", "/hello", b"abc"),
              ("GET", "/later?z", None), ("GET", "/forgotten", None), ("GET", "/echo", None)]:
          s, b, r = ask(method, path, body, connection=c)
          first = first if "first" in globals() else c.sock
          print(s, b[:60].decode(), len(b), r.headers["Content-Length"], r.headers["Allow"])
          assert c.sock is first
      """#)
    #expect(
      seen == [
        "200 hi 2 2 None", "200 \(String(repeating: "x", count: 60)) 70000 70000 None",
        "200  0 2 None", "404 {\"error\":\"not found\"}", " 22 22 None",
        "405 {\"error\":\"method not allowed\"}", " 31 31 GET, HEAD", "200 z 1 1 None",
        "500 {\"error\":\"internal error\"}", " 27 27 None",
        "405 {\"error\":\"method not allowed\"}",
        " 31 31 POST",
      ])
  }

  @Test("requests that come all at once are answered in their order")
  func pipelining() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      data = b"".join(b"GET /later?%d HTTP/1.1\r\nHost: a\r\n\r\n" % n if n % 3 else
          b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%d" % (len(str(n)), n)
          for n in range(60))
      answers = talk(data + b"GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", False)
      parts = answers.split(b"HTTP/1.1 200 OK\r\n")[1:]
      print(*[p.split(b"\r\n\r\n")[1].decode() for p in parts])
      """#)
    #expect(seen == [((0..<60).map { "\($0)" } + ["hi"]).joined(separator: " ")])
  }

  @Test("paths and parameters are decoded once; what is no path is refused")
  func targets() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      for t in [b"/path/a%2Fb", b"/path/%2541", b"/path/a+b", b"/path/%e9%FF", b"/path/\xe9",
              b"/path/../x", b"/path/", b"/path", b"/path/%00", b"/path/%", b"/path/%4",
              b"/path/%zz", b"/query?b=1&a=x+%2B%26&a=2", b"/query?a", b"/query?a=%", b"*",
              b"http://h/hello", b"//hello", b"/HELLO", b"/hello?", b"/hello#x", b"/%68ello"]:
          answer = talk(b"GET " + t + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          body = answer.split(b"\r\n\r\n", 1)[1].decode().strip()
          print(t.decode("latin-1"), answer[9:12].decode(), body if answer[9:12] == b"200" else "")
      """#)
    #expect(
      seen == [
        "/path/a%2Fb 200 612f62", "/path/%2541 200 253431", "/path/a+b 200 612b62",
        "/path/%e9%FF 200 e9ff", "/path/é 200 e9", "/path/../x 200 2e2e2f78", "/path/ 404 ",
        "/path 404 ", "/path/%00 400 ", "/path/% 400 ", "/path/%4 400 ", "/path/%zz 400 ",
        "/query?b=1&a=x+%2B%26&a=2 200 78202b26", "/query?a 200 ", "/query?a=% 200 -", "* 400 ",
        "http://h/hello 400 ", "//hello 404 ", "/HELLO 404 ", "/hello? 200 hi", "/hello#x 404 ",
        "/%68ello 200 hi",
      ])
  }

  @Test("no header of an answer can be ended by what it says")
  func headers() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      s, b, r = ask("GET", "/header", headers={"X-SAY": "caf\xe9 \t x"})
      print(s, ascii(r.headers["X-Said"]), r.headers["X-B"], r.headers["b"])
      """#)
    #expect(seen == [#"200 'caf\xef\xbf\xbd  x' ab: c None"#])
  }

  @Test("a body has a limit, told beforehand or not")
  func bodies() throws {
    var limits = Server.Limits()
    limits.body = 1_000
    let site = Site(limits)
    defer { site.stop() }
    let seen = try site.client(
      #"""
      def post(n, chunked):
          body = (b"x" * 100 for _ in range(n // 100)) if chunked else b"x" * n
          s, b, r = ask("POST", "/echo", body)
          return s, len(b)
      for n, chunked in [(0, 0), (1000, 0), (1001, 0), (7000, 0), (0, 1), (1000, 1), (1100, 1),
              (900000, 1)]:
          print(n, chunked, *post(n, chunked))
      head = b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
      print(status(talk(head + b"1001\r\n\r\n")))
      s = connect(); s.sendall(head + b"3\r\n\r\n"); print(status(s.recv(100)))
      s.sendall(b"abc"); print(status(s.recv(1000)))
      """#)
    #expect(
      seen == [
        "0 0 200 0", "1000 0 200 1000", "1001 0 413 22", "7000 0 413 22", "0 1 200 0",
        "1000 1 200 1000",
        "1100 1 413 22", "900000 1 413 22", "HTTP/1.1 413 Content Too Large",
        "HTTP/1.1 100 Continue", "HTTP/1.1 200 OK",
      ])
  }

  @Test("a listener says which port it was given, and why it cannot listen")
  func listening() throws {
    let one = try Listener("127.0.0.1:0")
    #expect(one.port > 0)
    #expect(one.address.isLoopback)
    let taken = "127.0.0.1:\(one.port)"
    #expect(throws: Failure(.unavailable, taken, "Address already in use")) {
      _ = try Listener(taken)
    }
    let six = try Listener("[::1]:0")
    #expect(six.name == "[::1]:\(six.port)")
    #expect(six.address.isLoopback)
    #expect(try !Listener("0.0.0.0:0").address.isLoopback)
    #expect(try !Listener("[::]:0").address.isLoopback)
    for wrong in ["", "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80"] {
      #expect(throws: Failure.self, "\(wrong)") { _ = try Listener(wrong) }
    }
  }
}
