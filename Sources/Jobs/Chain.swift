internal import Core
internal import Glibc
internal import Pipeline
internal import System
internal import Values

/// A pipe of tools that goes on until it is ended, on a loop.
///
/// It is ended from its source: that is asked to end, and each stage behind it finds the end of its
/// input, once it has done all that came before. A stage that takes too long for that is asked as
/// well, and killed when that does not help. When a stage ends by itself those before it have
/// nobody to work for, and are asked to end too.
///
/// A stage is no longer than we are: one that we leave behind is asked to end by the system.
final class Chain {
  /// What became of it: how, and the words of the stage that speaks for it.
  struct End {
    var verdict: Verdict
    var reason: String
  }

  private let loop: Loop
  private let ended: (End) -> Void
  private var stages: [Stage] = []
  private var timer: Loop.Timer?

  private struct Stage {
    var tool: String
    var child: Child?
    var result: Result<Child.Report, Failure>?
    /// Whether we have asked it to end: that it was ended by a signal is then no news.
    var isAsked = false
  }

  /// How long a stage has to end once the one before it has.
  private static let patience: Int64 = 20_000_000_000
  /// How long it has once it was asked.
  private static let grace: Int64 = 20_000_000_000
  private static let mostWords = 4_096

  private init(_ loop: Loop, _ ended: @escaping (End) -> Void) {
    self.loop = loop
    self.ended = ended
  }

  /// What a pipe is started with, besides its stages.
  struct Terms {
    var tools: Tools
    var variables: [(name: String, value: String)]
    /// Is told each line that a stage says on standard error.
    var said: ([UInt8]) -> Void
    /// Is told each line that the last stage writes.
    var wrote: ([UInt8]) -> Void
  }

  /// Starts all stages; `ended` is told once, when the last of them has ended.
  static func start(
    _ recipe: Recipe, _ terms: Terms, on loop: Loop, _ ended: @escaping (End) -> Void
  ) throws(Failure) -> Chain {
    let chain = Chain(loop, ended)
    var input: Int32?
    for (place, stage) in recipe.stages.enumerated() {
      let isLast = place == recipe.stages.count - 1
      input = try chain.add(stage, reading: input, terms, isLast: isLast)
    }
    return chain
  }

  /// The descriptor that it reads from is closed here; the answer is what the next one reads.
  private func add(
    _ stage: Recipe.Stage, reading input: Int32?, _ terms: Terms, isLast: Bool
  ) throws(Failure) -> Int32? {
    let source = Descriptor(owning: input ?? -1)
    guard case .runnable(let program) = terms.tools.find(stage.tool) else {
      throw Failure(.unavailable, "s4l-\(stage.tool)", "the program cannot be found")
    }
    var plan = Child.Plan(program, stage.arguments)
    plan.environment = terms.variables + [Parent.mark, (name: Environment.pipe, value: "s4l-run")]
    plan.grace = Chain.grace
    plan.errors = .last(Chain.mostWords)
    let place = stages.count
    var words = Speech { [weak self] line in
      if self?.isFarewell(line, of: place) != true { terms.said(line) }
    }
    plan.heard = { words.add($0) }
    if input != nil { plan.input = .descriptor(source.number) }
    let ends = isLast ? nil : try Pipe().release()
    let writer = Descriptor(owning: ends?.writer ?? -1)
    let reader = Descriptor(owning: ends?.reader ?? -1)
    if ends != nil {
      plan.output = .descriptor(writer.number)
    } else {
      var lines = Speech(terms.wrote)
      plan.output = .last(0)
      plan.read = { lines.add($0) }
    }
    stages.append(Stage(tool: stage.tool))
    stages[place].child = try Child.start(plan, on: loop) { [weak self] in
      self?.note($0, of: place)
    }
    return ends == nil ? nil : reader.release()
  }

  /// Ends it from its source.
  func end() {
    hurry()
  }

  private func note(_ result: Result<Child.Report, Failure>, of place: Int) {
    stages[place].result = result
    stages[place].child = nil
    for earlier in stages[..<place].indices { ask(earlier) }
    if stages.allSatisfy({ $0.result != nil }) { finish() } else { wait() }
  }

  /// Asks the first stage that goes on to end, and the next one if that takes too long.
  private func hurry() {
    if let place = stages.firstIndex(where: { $0.result == nil }) { ask(place) }
    wait()
  }

  private func ask(_ place: Int) {
    if stages[place].result != nil { return }
    stages[place].isAsked = true
    stages[place].child?.stop()
  }

  /// Whether a stage says nothing but that it ends as we have asked it to.
  private func isFarewell(_ line: [UInt8], of place: Int) -> Bool {
    stages[place].isAsked && line.suffix(Chain.farewell.count).elementsEqual(Chain.farewell)
  }

  private static let farewell = Array(": stopped by signal 15".utf8)

  private func wait() {
    if let timer { loop.cancel(timer) }
    timer = loop.after(Chain.patience) { [weak self] in self?.hurry() }
  }

  private func finish() {
    if let timer { loop.cancel(timer) }
    timer = nil
    var verdict = Verdict()
    var reason = ""
    for stage in stages {
      let before = verdict
      switch stage.result {
      case .success(let report):
        if stage.isAsked, report.ended == .signalled(Chain.request) { continue }
        verdict.add(stage.tool, report.ended)
        if verdict != before { reason = Chain.words(stage.tool, report) }
      case .failure(let failure):
        verdict.add(stage.tool, .exited(Status(failure.kind).rawValue))
        if verdict != before { reason = failure.message }
      case nil: continue
      }
    }
    ended(End(verdict: verdict, reason: reason))
  }

  /// SIGTERM.
  private static let request: Int32 = 15

  /// What a stage said last, or how it ended if it said nothing.
  private static func words(_ tool: String, _ report: Child.Report) -> String {
    switch report.ended {
    case .signalled(let signal): return "s4l-\(tool) was killed by signal \(signal)"
    case .exited(let status):
      let last = report.errors.split(separator: 10).last.map { Path.visible($0) }
      return last ?? "s4l-\(tool) ended with status \(status)"
    }
  }
}
