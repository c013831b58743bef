import Core
import Glibc
import HTTP
import Support
import System
import Testing
import Values

@Suite struct CourierTests {
  let server = Server.plain

  final class Note {
    var done = 0
    var connections: Set<String> = []
    var most = 0
    var words: [String] = []
  }

  @Test("no program that is started meanwhile inherits a connection")
  func closedOnExec() throws {
    let office = try Office(.init(most: 1))
    _ = try office.courier.perform(Exchange(.get, server.url("/echo/mine"))).get()
    var found = 0
    for file: Int32 in 3..<4_096 {
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = withUnsafeMutableBytes(of: &address) {
        getpeername(file, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
      }
      guard result == 0, Int(UInt16(bigEndian: address.sin_port)) == server.port else { continue }
      found += 1
      let flags = fcntl(file, F_GETFD)
      #expect(flags < 0 || flags & FD_CLOEXEC != 0, "\(file)")
    }
    #expect(found > 0)
  }

  @Test("a thousand exchanges share the connections of those that are under way at a time")
  func many() throws {
    let office = try Office(.init(most: 16))
    let note = Note()
    for number in 0..<1_000 {
      let body = Array("body \(number)".utf8)
      let exchange = Exchange(.put, server.url("/echo/\(number)"), body: .bytes(body))
      office.courier.start(exchange) { result in
        note.done += 1
        guard case .success(let answer) = result else {
          Issue.record("\(result)")
          return
        }
        note.connections.insert(answer.headers["X-Connection"] ?? "")
        #expect(answer.body.suffix(body.count).elementsEqual(body))
        #expect(answer.body.starts(with: Array("PUT /echo/\(number) ".utf8)))
      }
    }
    #expect(note.done == 0)
    try office.loop.run { note.done == 1_000 }
    #expect(note.connections.count <= 16)
  }

  @Test("no more than so many are under way, and the rest follow in their order")
  func bound() throws {
    let own = Server("echo_http.py")
    let office = try Office(.init(most: 3))
    let note = Note()
    for number in 0..<30 {
      office.courier.start(Exchange(.get, own.url("/count"))) { result in
        note.done += 1
        guard case .success(let answer) = result else { return }
        note.most = max(note.most, Int(String(decoding: answer.body, as: UTF8.self)) ?? .max)
        note.words.append("\(number)")
      }
    }
    try office.loop.run { note.done == 30 }
    #expect(note.most == 3)
    let order = note.words.compactMap { Int($0) }
    #expect(order.count == 30)
    #expect(order.enumerated().allSatisfy { abs($0.offset - $0.element) < 3 })
  }

  @Test("what an answer starts is carried out too, and so is what a stream starts")
  func nested() throws {
    let office = try Office(.init(most: 2))
    let note = Note()
    let courier = office.courier
    let next = Exchange(.get, server.url("/bytes/3"))
    var exchange = Exchange(.get, server.url("/bytes/100"))
    exchange.sink = .stream { _ in
      courier.start(next) { _ in note.words.append("from the stream") }
      return true
    }
    courier.start(exchange) { _ in
      note.words.append("first")
      courier.start(next) { _ in note.words.append("from the answer") }
    }
    try office.loop.run { note.words.count == 3 }
    #expect(Set(note.words) == ["first", "from the stream", "from the answer"])
  }

  @Test("even what cannot be sent is told of from the loop")
  func never() throws {
    let office = try Office()
    let note = Note()
    office.courier.start(Exchange(.get, server.url("/"), headers: [("", "")])) { _ in
      note.done += 1
    }
    office.courier.start(Exchange(.get, "nothing://")) { _ in note.done += 1 }
    #expect(note.done == 0)
    try office.loop.run { note.done == 2 }
  }

  @Test("a connection that the server has left is replaced without a word")
  func left() throws {
    let office = try Office()
    let file = try Scratch()
    #expect(write(file.descriptor, "body", 4) == 4)
    for body in [Exchange.Body.bytes([1, 2, 3, 4]), .file(file.descriptor, offset: 0, count: 4)] {
      for _ in 0..<20 {
        let bye = try office.answer(Exchange(.get, server.url("/leave")))
        let next = try office.answer(Exchange(.put, server.url("/echo"), body: body))
        #expect(bye.headers["x-connection"] != next.headers["x-connection"])
        #expect(next.status == 200)
      }
    }
  }

  @Test("a courier that is let go drops what it carries and tells nobody")
  func dropped() throws {
    let loop = try Loop()
    let note = Note()
    do {
      let courier = try Courier(loop, .init(most: 4))
      for _ in 0..<10 {
        courier.start(Exchange(.get, server.url("/silent"))) { _ in note.done += 1 }
      }
      courier.start(Exchange(.get, server.url("/bytes/5"), headers: [("", "")])) { _ in
        note.done += 1
      }
      for _ in 0..<5 { try loop.turn(mayWait: false) }
    }
    for _ in 0..<5 { try loop.turn(mayWait: false) }
    #expect(note.done == 0)
  }

  @Test("a courier may be let go by the very call that it makes")
  func droppedInside() throws {
    final class Holder { var courier: Courier? }
    for isStream in [true, false] {
      let loop = try Loop()
      let holder = Holder()
      let note = Note()
      holder.courier = try Courier(loop, .init(most: 4))
      var exchange = Exchange(.get, server.url("/bytes/100"))
      if isStream {
        exchange.sink = .stream { _ in
          holder.courier = nil
          note.done += 1
          return true
        }
      }
      for _ in 0..<6 {
        holder.courier?.start(exchange) { _ in
          #expect(!isStream)
          holder.courier = nil
          note.done += 1
        }
      }
      try loop.run { note.done > 0 }
      for _ in 0..<5 { try loop.turn(mayWait: false) }
      #expect(isStream || note.done == 1)
    }
  }

  @Test("the variables that name a proxy are obeyed, and so are its exceptions")
  func proxy() throws {
    let sandbox = Sandbox()
    let probe = "\(House.products.appending("probe-http"))"
    let proxy = "http_proxy=http://127.0.0.1:\(server.port)"
    let url = "http://bucket.invalid/a?b"
    let through = sandbox.run([probe, url], environment: [proxy], asRoot: true)
    #expect(through.text == "200 proxied \(url)\n")
    let past = sandbox.run(
      [probe, server.url("/nothing")], environment: [proxy, "no_proxy=127.0.0.1"], asRoot: true)
    #expect(past.text == "404 no such path\n")
    let all = sandbox.run(
      [probe, url], environment: ["all_proxy=http://127.0.0.1:\(server.port)"], asRoot: true)
    #expect(all.text == "200 proxied \(url)\n")
  }
}
