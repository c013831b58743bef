internal import CPq
internal import Core
internal import Glibc
internal import System

/// How a connection comes to be.
extension Connection {
  static func open(_ address: ServerAddress) throws(Failure) -> OpaquePointer {
    try Library.open()
    try check(address)
    guard let handle = start(address) else {
      throw Failure(.later, address.name, "there is no memory for a connection")
    }
    do throws(Failure) {
      try finish(handle, address)
    } catch {
      s4l_pq_finish(handle)
      throw error
    }
    return handle
  }

  /// What libpq says of an address that it cannot read repeats parts of it, so it is not passed on.
  private static func check(_ address: ServerAddress) throws(Failure) {
    var words: UnsafeMutablePointer<CChar>?
    let options = address.text.withCString { s4l_pq_read_address($0, &words) }
    s4l_pq_free(words)
    guard let options else {
      throw Failure(
        .usage, address.name,
        "an address has the form postgresql://[USER@]HOST[:PORT]/DATABASE[?KEY=VALUE]")
    }
    s4l_pq_free_address(options)
  }

  /// What stands behind the address counts more than what it says.
  private static func start(_ address: ServerAddress) -> OpaquePointer? {
    var pairs: [(String, [UInt8])] = [
      ("fallback_application_name", Array("s4l".utf8)),
      ("keepalives_idle", Array("30".utf8)),
      ("tcp_user_timeout", Array("60000".utf8)),
      ("dbname", Array(address.text.utf8)),
      ("client_encoding", Array("UTF8".utf8)),
    ]
    if let password = address.password { pairs.append(("password", password.reveal { $0 })) }
    let keywords = pairs.map { strdup($0.0) }
    let values = pairs.map { pair in
      (pair.1 + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.flatMap { strdup($0) }
      }
    }
    defer { for copy in keywords + values { free(copy) } }
    let words: [UnsafePointer<CChar>?] = keywords.map { UnsafePointer($0) } + [nil]
    let texts: [UnsafePointer<CChar>?] = values.map { UnsafePointer($0) } + [nil]
    return s4l_pq_connect(words, texts)
  }

  private static func finish(
    _ handle: OpaquePointer, _ address: ServerAddress
  ) throws(Failure) {
    let end = address.patience.map { Clock.elapsed() + $0 }
    var wanted = PGRES_POLLING_WRITING
    while s4l_pq_status(handle) != CONNECTION_BAD {
      var milliseconds: Int32 = -1
      if let end {
        let left = end - Clock.elapsed()
        if left <= 0 { throw Failure(.unavailable, address.name, "it does not answer in time") }
        milliseconds = Int32(min(left / 1_000_000 + 1, 60_000))
      }
      let events = Int16(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT)
      var ear = pollfd(fd: s4l_pq_socket(handle), events: events, revents: 0)
      if poll(&ear, 1, milliseconds) <= 0 { continue }
      wanted = s4l_pq_poll(handle)
      if wanted == PGRES_POLLING_OK { return }
      if wanted == PGRES_POLLING_FAILED { break }
    }
    let words = Connection.words(handle)
    let kind: Failure.Kind =
      words.state.map { Failure.Kind(state: $0) }
      ?? (s4l_pq_needs_password(handle) != 0 ? .refused : .unavailable)
    throw Failure(kind, address.name, address.cleaned(words.text))
  }
}
