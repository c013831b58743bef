import Core
import Testing
import Values

@testable import Serve

@Suite struct HostileTests {
  @Test("whatever is sent, the next client is answered")
  func garbage() throws {
    var limits = Server.Limits()
    limits.request = 2
    let site = Site(limits)
    defer { site.stop() }
    let seen = try site.client(
      #"""
      import random
      random.seed(7)
      H = b" HTTP/1.1\r\nHost: a\r\n"
      P = b"POST /echo" + H
      cases = [
          b"", b"\r\n" * 5000, b"\0" * 100, b"\xff" * 100, b"GET", b"GET /hello", b"GET /hello\r\n",
          b"GET /hello HTTP/1.1\r\n", b"GET /hello HTTP/1.0\r\n\r\n", b"GET  /hello" + H + b"\r\n",
          b"GET /hello HTTP/9.9\r\n\r\n", b"GET /hello HTTP\r\n\r\n",
          b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 300,
          b"GET /" + b"a" * 100000 + H + b"\r\n", b"A" * 100000,
          b"GET /hello" + H + b"X: " + b"a" * 100000 + b"\r\n\r\n",
          b"GET /hello" + H + b"X: a\r\n" * 20000 + b"\r\n",
          b"GET /hello" + H + b"no colon\r\n\r\n", b"GET /hello" + H + b": x\r\n\r\n",
          b"GET /hello" + H + b" folded\r\n\r\n", b"GET /hello" + H + b"X:\0\r\n\r\n",
          b"GET /hel\0lo" + H + b"\r\n", b"GET /hello HTTP/1.1\nHost: a\n\n",
          b"GET /hello HTTP/1.1\r\n\r\n", b"GET\t/hello\tHTTP/1.1\r\n\r\n",
          P + b"\r\n", P + b"Content-Length: 5\r\n\r\nab", P + b"Content-Length: 5\r\n\r\nabcdefgh",
          P + b"Content-Length: -1\r\n\r\n", P + b"Content-Length: +1\r\n\r\na",
          P + b"Content-Length: 1 \r\n\r\na", P + b"Content-Length: 0x10\r\n\r\na",
          P + b"Content-Length: 1, 1\r\n\r\na", P + b"Content-Length:\r\n\r\na",
          P + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
          P + b"Content-Length: 18446744073709551617\r\n\r\na",
          P + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          P + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          P + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
          P + b"Transfer-Encoding: gzip\r\n\r\n",
          P + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      ]
      C = P + b"Transfer-Encoding: chunked\r\n\r\n"
      cases += [C + c for c in [b"", b"x\r\n", b"-1\r\n\r\n", b"ffffffffffffffff\r\nabc",
          b"fffffffffffffffff\r\nabc", b"1\r\nabc\r\n", b"3\r\nabc", b"3\r\nabc\r\n0\r\n",
          b"3;x=y\r\nabc\r\n0\r\n\r\n", b"3" + b";" * 90000, b"0\r\nX: y\r\n\r\n",
          b" 3\r\nabc\r\n0\r\n\r\n",
          b"0\r\n" + b"X: " + b"y" * 90000 + b"\r\n\r\n", b"1\r\na" * 50]]
      fixed = len(cases)
      for _ in range(400):
          c = bytearray(random.choice(cases[3:]))
          for _ in range(random.randint(1, 4)):
              if not c: break
              at = random.randrange(len(c))
              if random.random() < .5: c[at] = random.randrange(256)
              else: c[at:at] = random.choice([b"\r\n", b"\0", b":", b" ", b"%", b"\n", b"\r"])
          cases.append(bytes(c))
      from concurrent.futures import ThreadPoolExecutor
      with ThreadPoolExecutor(32) as pool: answers = list(pool.map(talk, cases))
      for n, (c, answer) in enumerate(zip(cases, answers)):
          if answer and not answer.startswith(b"HTTP/1."): print("strange", c[:80], answer[:80])
          if n < fixed and P in c and b"\r\n\r\n" in c and " 200 " in status(answer):
              print(c[len(P):].replace(b"\r\n", b"|").decode()[:60])
      print(ask("GET", "/hello")[:2])
      """#)
    // What is well formed enough to be answered; a second meaning of any of it is not among these.
    #expect(
      seen == [
        "|", "Content-Length: 5||abcdefgh", "Transfer-Encoding: chunked||3;x=y|abc|0||",
        "Transfer-Encoding: chunked||0|X: y||",
        "(200, b'hi')",
      ])
  }

  @Test("whoever never comes to the end of a request is hung up on")
  func slow() throws {
    var limits = Server.Limits()
    limits.request = 1
    let site = Site(limits)
    defer { site.stop() }
    let seen = try site.client(
      #"""
      import time
      def drip(start, piece):
          s = connect(); s.sendall(start)
          try:
              while True:
                  s.sendall(piece)
                  s.settimeout(0.05)
                  try:
                      if s.recv(1000) == b"": return "closed"
                  except TimeoutError: pass
          except OSError: return "closed"
      print(drip(b"GET /hello HTTP/1.1\r\nX: ", b"a"))
      print(drip(b"", b"\r\n"))
      print(drip(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n", b"a"))
      post = b"POST /echo HTTP/1.1\r\nHost: a\r\n"
      print(drip(post + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"))
      s = connect(); print(drain(s))
      print(ask("GET", "/hello")[:2])
      """#)
    #expect(seen == ["closed", "closed", "closed", "closed", "b''", "(200, b'hi')"])
  }

  @Test("a thousand connections are answered, however they are spread")
  func crowd() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      sockets = [connect() for _ in range(1000)]
      for s in sockets: s.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Le")
      for s in sockets: s.sendall(b"ngth: 3\r\n\r\n")
      for n, s in enumerate(sockets): s.sendall(b"%03d" % n)
      good = 0
      for n, s in enumerate(sockets): good += s.recv(1000).endswith(b"\r\n\r\n%03d" % n)
      print(good)
      for s in sockets: s.sendall(b"GET /later?%d HTTP/1.1\r\nHost: a\r\n\r\n" % 7)
      print(sum(s.recv(1000).endswith(b"7") for s in sockets))
      """#)
    #expect(seen == ["1000", "1000"])
  }

  @Test("connections beyond the limit wait until others have gone")
  func full() throws {
    var limits = Server.Limits()
    limits.connections = 4
    let site = Site(limits)
    defer { site.stop() }
    let seen = try site.client(
      #"""
      sockets = [connect() for _ in range(12)]
      for s in sockets: s.sendall(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      good = 0
      for s in sockets:
          good += s.recv(1000).endswith(b"hi")
          s.close()
      print(good)
      """#)
    #expect(seen == ["12"])
  }

  @Test("a client that goes before its answer comes is no harm")
  func gone() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      import struct
      for n in range(100):
          s = connect(); s.sendall(b"GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
          if n % 2: s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
          s.close()
      print(ask("POST", "/release")[0], ask("GET", "/hello")[:2])
      """#)
    #expect(seen == ["200 (200, b'hi')"])
  }

  @Test("what is in hand is answered before the end, and nobody new is let in")
  func draining() throws {
    let site = Site()
    defer { site.stop() }
    let seen = try site.client(
      #"""
      idle = connect(); idle.sendall(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"); idle.recv(1000)
      held = [connect() for _ in range(20)]
      for s in held: s.sendall(b"GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
      ask("GET", "/hello")
      print(ask("POST", "/drain")[0])
      answers = [drain(s) for s in held]
      print(sum(a.endswith(b"\r\n\r\n.") and b"Connection: close" in a for a in answers))
      print(drain(idle))
      try: connect(); print("let in")
      except ConnectionRefusedError: print("refused")
      """#)
    #expect(seen == ["200", "20", "b''", "refused"])
  }
}
