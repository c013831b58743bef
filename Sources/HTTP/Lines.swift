internal import CCurl
internal import Glibc
internal import System

/// The sockets of a depot, as the loop watches them.
///
/// Between two requests libcurl stops watching a connection and then starts again. Sockets are
/// left on watch meanwhile, which saves two system calls a request; only what then turns up unasked
/// is taken off. The library tells of the opening and closing of its connections, so that a number
/// is never taken for an older socket.
final class Lines {
  private struct Line {
    /// What the loop watches for.
    var watched: Loop.Interest
    /// What libcurl wants to hear of.
    var wanted: Loop.Interest
    /// Whether we are told of its end.
    var isConnection: Bool
  }

  private let loop: Loop
  weak var depot: Depot?
  private var lines: [Int32: Line] = [:]

  init(_ loop: Loop) {
    self.loop = loop
  }

  // MARK: What libcurl says

  static let wanted: curl_socket_callback = { _, socket, what, context, _ in
    guard let context else { return 0 }
    Unmanaged<Depot>.fromOpaque(context).takeUnretainedValue().lines.want(socket, what)
    return 0
  }

  static let opened: curl_sockopt_callback = { context, socket, _ in
    guard let context else { return CURL_SOCKOPT_OK }
    let lines = Unmanaged<Lines>.fromOpaque(context).takeUnretainedValue()
    // What somebody was told over it is no business of a program that we start.
    _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
    lines.forget(socket)
    lines.lines[socket] = Line(watched: [], wanted: [], isConnection: true)
    return CURL_SOCKOPT_OK
  }

  static let closing: curl_closesocket_callback = { context, socket in
    if let context {
      Unmanaged<Lines>.fromOpaque(context).takeUnretainedValue().forget(socket)
    }
    return Glibc.close(socket)
  }

  // MARK: What we do about it

  private func want(_ socket: Int32, _ what: Int32) {
    let wanted: Loop.Interest =
      switch what {
      case CURL_POLL_IN: .reading
      case CURL_POLL_OUT: .writing
      case CURL_POLL_INOUT: [.reading, .writing]
      default: []
      }
    var line = lines[socket] ?? Line(watched: [], wanted: [], isConnection: false)
    line.wanted = wanted
    if wanted.isEmpty {
      if !line.isConnection { return forget(socket) }
    } else if wanted != line.watched {
      line.watched = wanted
      loop.watch(socket, wanted) { [unowned self] ready in serve(socket, ready) }
    }
    lines[socket] = line
  }

  private func serve(_ socket: Int32, _ ready: Loop.Interest) {
    guard let line = lines[socket] else { return }
    let concerns = ready.intersection(line.wanted)
    if concerns.isEmpty {
      loop.forget(socket)
      lines[socket]?.watched = []
      return
    }
    var events: Int32 = 0
    if concerns.contains(.reading) { events |= CURL_CSELECT_IN }
    if concerns.contains(.writing) { events |= CURL_CSELECT_OUT }
    depot?.act(socket, events)
  }

  private func forget(_ socket: Int32) {
    guard let line = lines.removeValue(forKey: socket) else { return }
    if !line.watched.isEmpty { loop.forget(socket) }
  }

  func close() {
    for socket in Array(lines.keys) { forget(socket) }
  }
}
