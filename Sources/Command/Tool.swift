package import Core
package import System
internal import Glibc
internal import Values

// The map of a tool:
//
//   Tool.swift       what a tool is, and the life of its process, from arguments to exit status
//   Option, Operand  what can be on its command line; Arguments reads it
//   Page             what its manual says besides
//   Sheet            both as plain values, from which Help, Man, Bash, Zsh, Fish and JSON are made
//   Common           the options that every tool has
//
// The rest lies below: Stream (sections, holes, ownership), Records (the wire), System (Linux),
// Values, Core.

/// A program of the family.
package protocol Tool {
  init()
  static var page: Page { get }
  static var options: [Option<Self>] { get }
  static var operands: [Operand<Self>] { get }
  /// Whether it reads standard input, with the command line that it was given.
  var isFed: Bool { get }
  mutating func run(_ io: Standard) throws(Failure) -> Status
}

extension Tool {
  package static var options: [Option<Self>] { [] }
  package static var operands: [Operand<Self>] { [] }
  package var isFed: Bool { !Self.page.reads.isEmpty }

  package static var sheet: Sheet { Sheet(page, options, operands) }

  package static func main() { Launch.go(Self.self) }
}

/// What a tool has to work with.
package struct Standard {
  package let name: String
  package let output: Output
  package let log: Log
  package let environment: Environment
  package let isQuiet: Bool
  /// Whether somebody said, for this run, how much is to be logged.
  let isLevelGiven: Bool
  /// Whether the command line said so, and whether anybody said in what form.
  package fileprivate(set) var isLevelAsked = false
  var isFormGiven = false
  /// Whether what is written for people is to be JSON as well, like all else.
  package fileprivate(set) var wantsJSON = false

  /// The log at the level that the configuration names, unless somebody said otherwise for this
  /// run.
  package func log(configured name: String?) -> Log {
    guard !isLevelGiven, let level = name.flatMap(Log.Level.init(named:)) else { return log }
    var log = log
    log.level = level
    if log.format == .plain, environment["S4L_LOG_FORMAT"] == nil {
      log.format = Common.format(for: level)
    }
    return log
  }

  /// For what is run for a task, whose worker keeps what was said last as the reason of a failure:
  /// sentences, and complaints alone, unless the command line asks for more.
  package var forTask: Standard {
    var log = log
    if !isFormGiven { log.format = .plain }
    if !isLevelAsked, log.level == .info { log.level = .warn }
    return Standard(
      name: name, output: output, log: log, environment: environment, isQuiet: isQuiet,
      isLevelGiven: isLevelGiven, isLevelAsked: isLevelAsked, isFormGiven: isFormGiven)
  }

  package var input: Input { Input(0, "stdin") }
}

/// A command line with the options that every tool has taken out of the tool's own.
private struct Invocation<Root: Tool> {
  var tool = Root()
  var common = Common()

  static var options: [Option<Self>] {
    Root.options.map { $0.within(\.tool) } + Common.options.map { $0.within(\.common) }
  }

  static var operands: [Operand<Self>] {
    Root.operands.map { $0.within(\.tool) }
  }
}

private enum Launch {
  /// The whole life of a process. It is the only place that reports a run's failure and exits.
  static func go<Root: Tool>(_ type: Root.Type) -> Never {
    Parent.follow()
    reserveStandardStreams()
    let environment = Environment.current()
    let name = Root.page.name
    let output = Output(1, "stdout")
    var invocation = Invocation<Root>()
    let arguments = commandLine()
    if asksForHelp(arguments, Root.self) {
      invocation.common.help = true
    } else {
      do {
        let reader = Arguments(
          options: Invocation<Root>.options, operands: Invocation<Root>.operands)
        try reader.read(arguments, into: &invocation)
      } catch {
        if invocation.common.rendering == nil, !invocation.common.version {
          let log = Log(tool: name)
          log.error(error.message)
          log.error("try \(name) --help")
          exit(Status.usage.rawValue)
        }
      }
    }
    let log = Common.log(invocation.common, name, environment)
    let io = Standard(
      name: name, output: output, log: log, environment: environment,
      isQuiet: invocation.common.isQuiet,
      isLevelGiven: invocation.common.isLevelGiven || environment["S4L_LOG_LEVEL"] != nil,
      isLevelAsked: invocation.common.isLevelGiven,
      isFormGiven: invocation.common.format != nil || environment["S4L_LOG_FORMAT"] != nil,
      wantsJSON: invocation.common.json)
    finish(io, outcome(&invocation, io))
  }

  private static func outcome<Root: Tool>(
    _ invocation: inout Invocation<Root>, _ io: Standard
  ) -> Result<Status, Failure> {
    do {
      if let text = invocation.common.text(of: Root.sheet) {
        io.output.buffer.append(Array(text.utf8))
        try io.output.flush()
        return .success(.success)
      }
      if invocation.tool.isFed, isatty(0) == 1 {
        io.log.error("standard input is a terminal; records are expected there")
        io.log.error("try \(io.name) --help")
        return .success(.usage)
      }
      Interrupt.watch()
      let status = try invocation.tool.run(io)
      try io.output.flush()
      return .success(status)
    } catch {
      return .failure(error)
    }
  }

  private static func finish(_ io: Standard, _ outcome: Result<Status, Failure>) -> Never {
    if io.output.isBroken { Interrupt.die(of: SIGPIPE) }
    if let signal = Interrupt.signal {
      io.log.warn("stopped by signal \(signal)")
      Interrupt.die(of: signal)
    }
    switch outcome {
    case .success(let status): exit(status.rawValue)
    case .failure(let failure):
      let level: Log.Level = failure.isEcho && io.environment.isOfPipe ? .debug : .error
      io.log.say(level, failure.message, [:])
      exit(Status(failure.kind).rawValue)
    }
  }

  /// The arguments as the bytes they are.
  private static func commandLine() -> [[UInt8]] {
    (1..<max(Int(CommandLine.argc), 1)).compactMap { place in
      CommandLine.unsafeArgv[place].map { argument in
        Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      }
    }
  }

  /// Help is given wherever it is asked for, even beside mistakes; not behind `--`, nor among the
  /// arguments of another program.
  private static func asksForHelp<Root: Tool>(_ arguments: [[UInt8]], _ type: Root.Type) -> Bool {
    for argument in arguments {
      if argument.elementsEqual("--".utf8) { return false }
      if argument.elementsEqual("--help".utf8) || argument.elementsEqual("-h".utf8) { return true }
      let isOperand = argument.first != UInt8(ascii: "-")
      if isOperand, Root.operands.first?.arity == .rest { return false }
    }
    return false
  }

  /// Descriptors 0 to 2 are taken before anything else is opened, so that no file of ours ever
  /// stands where messages go. Each stand-in fails on use, as a closed stream should.
  private static func reserveStandardStreams() {
    for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
    }
  }
}

extension Common {
  fileprivate var isLevelGiven: Bool { level != nil || verbosity > 0 || isQuiet }

  /// How messages are written if nobody says so: as sentences, or with their time where much is
  /// told.
  fileprivate static func format(for level: Log.Level) -> Log.Format {
    level > .info ? .plain : isatty(2) == 1 ? .pretty : .logfmt
  }

  fileprivate func text(of sheet: Sheet) -> String? {
    if help { return sheet.help }
    if version { return "\(sheet.page.name) (s4l) \(Release.version)\n" }
    return switch rendering {
    case nil: nil
    case .man: sheet.man
    case .bash: sheet.bash
    case .zsh: sheet.zsh
    case .fish: sheet.fish
    case .page: sheet.json
    }
  }

  fileprivate static func log(
    _ common: Common, _ name: String, _ environment: Environment
  ) -> Log {
    let isTerminal = isatty(2) == 1
    let asked = common.level?.rawValue ?? environment["S4L_LOG_LEVEL"]
    var level = asked.flatMap(Log.Level.init(named:)) ?? .warn
    switch common.verbosity {
    case 0: if common.isQuiet { level = max(level, .error) }
    case 1: level = min(level, .info)
    case 2: level = min(level, .debug)
    default: level = .trace
    }
    let named = common.format?.rawValue ?? environment["S4L_LOG_FORMAT"]
    let usual = Common.format(for: level)
    let coloured =
      isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    var log = Log(
      tool: name, level: level, format: named.flatMap(Log.Format.init(rawValue:)) ?? usual,
      coloured: coloured)
    if let speaker = environment[Environment.pipe] {
      log.standing = speaker == name ? .speaker : .silent
    }
    check("S4L_LOG_LEVEL", Level.self, environment, log)
    check("S4L_LOG_FORMAT", Format.self, environment, log)
    return log
  }

  /// Says so where a variable holds what the option of the same purpose would refuse.
  private static func check<Word: Choice>(
    _ variable: String, _ type: Word.Type, _ environment: Environment, _ log: Log
  ) {
    // Who has started a pipe reads these too, whatever its stages are.
    guard !environment.isOfPipe, let text = environment[variable], Word(rawValue: text) == nil
    else { return }
    log.warn("\(variable): \"\(text)\" must be \(Word.noun)")
  }
}
