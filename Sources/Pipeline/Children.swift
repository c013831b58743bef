internal import Core
internal import Glibc
internal import System
internal import Values

/// The processes of a pipe, each reading what the one before it writes.
struct Children {
  private var processes: [(tool: String, process: Process)] = []
  /// How many stages were told where to tell how far they are.
  private var tellers = 0

  /// What the stages are told besides their arguments.
  struct Manner {
    var isQuiet = false
    /// The tools that are to tell how far they are, and where.
    var teller: Teller?
    /// What the first stage reads.
    var input = Intake.nothing
    /// A descriptor that every stage gets and has no use for: as long as one of them lives, it is
    /// open.
    var keepsake: Int32?
    /// The account of processor time that the stages share.
    var account: Int32?
    /// The token of the stage that copies.
    var token: Int32?
    /// What they find in their environment, besides ours.
    var variables: [(name: String, value: String)] = []
  }

  struct Teller {
    var tools: [String]
    /// One for each stage that is such a tool, in their order.
    var descriptors: [Int32]
    /// By which it learns of the descriptor.
    var variable = "S4L_PROGRESS_FD"
  }

  /// The numbers under which a stage finds what it is handed.
  private static let progressNumber: Int32 = 3
  private static let keepsakeNumber: Int32 = 4
  private static let accountNumber: Int32 = 5
  private static let tokenNumber: Int32 = 6

  /// Starts every stage; the descriptor is what the last one writes. If one cannot be started,
  /// those before it are ended: they have changed nothing, as nobody has read their plan.
  mutating func start(
    _ recipe: Recipe, _ tools: Tools, _ manner: Manner
  ) throws(Failure) -> Int32 {
    var input = try manner.input.open()
    // Whoever copies has to do with every place that there is.
    let copier = recipe.stages.first { $0.copies } ?? recipe.stages.first
    let speaker = "s4l-\(copier?.tool ?? "")"
    for stage in recipe.stages {
      do {
        input = try start(stage, tools, reading: input, manner, speaker: speaker)
      } catch {
        for child in processes { child.process.terminate() }
        _ = try wait()
        throw error
      }
    }
    return input
  }

  private mutating func start(
    _ stage: Recipe.Stage, _ tools: Tools, reading input: Int32, _ manner: Manner,
    speaker: String
  ) throws(Failure) -> Int32 {
    let input = Descriptor(owning: input)
    guard case .runnable(let program) = tools.find(stage.tool) else {
      throw Failure(.unavailable, "s4l-\(stage.tool)", "the program cannot be found")
    }
    let (reader, writer) = try Pipe().release()
    let output = Descriptor(owning: writer)
    var extra = manner.keepsake.map { [($0, Children.keepsakeNumber)] } ?? []
    var environment = [(name: Environment.pipe, value: speaker)] + manner.variables
    if let account = manner.account {
      extra.append((account, Children.accountNumber))
      environment.append((Meter.variable, "\(Children.accountNumber)"))
    }
    if let token = manner.token, stage.copies {
      extra.append((token, Children.tokenNumber))
      environment.append((Tokens.variable, "\(Children.tokenNumber)"))
    }
    if let teller = manner.teller, teller.tools.contains(stage.tool),
      tellers < teller.descriptors.count
    {
      extra.append((teller.descriptors[tellers], Children.progressNumber))
      tellers += 1
      environment.append((teller.variable, "\(Children.progressNumber)"))
    }
    let words = (manner.isQuiet ? [Array("--quiet".utf8)] : []) + stage.arguments
    do {
      let process = try Process.start(
        program: program, arguments: words, environment: environment, stdin: input.number,
        stdout: output.number, extra: extra)
      processes.append((stage.tool, process))
    } catch {
      close(reader)
      throw error
    }
    return reader
  }

  func terminate() {
    for child in processes { child.process.terminate() }
  }

  /// Waits for all of them, and tells how the pipe as a whole ended.
  mutating func wait() throws(Failure) -> Verdict {
    var verdict = Verdict()
    for child in processes { verdict.add(child.tool, try child.process.wait()) }
    processes = []
    return verdict
  }
}
