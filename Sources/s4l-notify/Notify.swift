internal import Command
internal import Core
internal import Notices
internal import Settings
internal import Stream
internal import System
internal import Values

/// Tells media servers what has changed in a library.
@main
struct Notify: Tool {
  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .list("server", nil, "NAME", \.servers, "Tell this [[notify]] only; may be repeated."),
      .value(
        "retries", nil, "N", \.retries,
        "Try a server that is away so often again at most; 5 times if not given."),
      .flag("dry-run", "n", \.isDry, "Tell nobody; say how many changes there are."),
      .value("config", nil, "FILE", \.file, "Read this configuration, not the usual one."),
    ]
  }

  static var operands: [Operand<Self>] {
    [.one("OUT", \.library, "The folder of the library.", .folders)]
  }

  var servers: [String] = []
  var retries = 5
  var isDry = false
  var file: Path?
  var library = Path()

  func run(_ io: Standard) throws(Failure) -> Status {
    let configuration = try Resolution.load(file, io.environment).configuration(reporting: io.log)
    let servers = try MediaServer.find(servers, in: configuration, io.log)
    if servers.isEmpty { io.log.debug("no [[notify]] is configured: nobody is told") }
    let loop = try Loop()
    try Interrupt.watch(on: loop) {}
    let library = library.isAbsolute ? library : try Path(text: ".").resolved().appending(library)
    let stage = NoticeStage(
      servers, library: library.absolute(from: Path()), retries: retries, isDry: isDry, loop,
      io.log, clock: Clock.elapsed)
    let input = io.input
    let output = io.output
    input.beforeWaiting = { [unowned input] () throws(Failure) in
      try stage.wait(for: input.descriptor, output)
    }
    let section = Section(output, tool: io.name)
    let status = try relay(stage, Relay(StreamReader(input), section, io.log))
    if isDry { io.log.notice("dry run: \(stage.changes) changes, nobody is told") }
    return status
  }

  /// Whatever becomes of the records, what has changed is told.
  private func relay(_ stage: NoticeStage, _ relay: Relay) throws(Failure) -> Status {
    var stage = stage
    var relay = relay
    do {
      let status = try relay.run(&stage)
      try stage.finish()
      return status
    } catch {
      // What goes wrong after that says less.
      do { try stage.finish() } catch {}
      throw error
    }
  }
}
