internal import Core
internal import Glibc
internal import System
internal import Values

/// Has logs that have ended packed by gzip, one after another. One that cannot be stays as it is,
/// and is tried again when the next one ends.
final class Packer {
  private let loop: Loop
  private var waiting: [Path] = []
  private var child: Child?
  private let gzip: Path?
  var isWanted = true
  /// Is told of what cannot be packed.
  var say: (String) -> Void = { _ in }

  init(_ loop: Loop, _ tools: Tools) {
    self.loop = loop
    gzip = if case .runnable(let path) = tools.findProgram("gzip") { path } else { nil }
  }

  func pack(_ files: [Path]) {
    if !isWanted { return }
    waiting = files
    next()
  }

  private func next() {
    guard child == nil, !waiting.isEmpty, let gzip else { return }
    let file = waiting.removeFirst()
    // Half a file of one that was killed is written anew.
    var plan = Child.Plan(gzip, [Array("-f".utf8), Array("--".utf8), file.bytes])
    plan.environment = [Parent.mark]
    plan.output = .nothing
    plan.errors = .last(400)
    do throws(Failure) {
      child = try Child.start(plan, on: loop) { [unowned self] result in
        child = nil
        check(result, file)
        next()
      }
    } catch {
      waiting = []
      say("\(file): it cannot be packed: \(error.message)")
    }
  }

  /// One that was removed meanwhile, as it was one too many, is no trouble.
  private func check(_ result: Result<Child.Report, Failure>, _ file: Path) {
    guard file.withCString({ access($0, F_OK) }) == 0 else { return }
    switch result {
    case .failure(let failure): say("\(file): it cannot be packed: \(failure.message)")
    case .success(let report):
      let words = String(decoding: report.errors, as: UTF8.self).split(separator: "\n").last
      say("\(file): it cannot be packed\(words.map { ": \($0)" } ?? "")")
    }
  }
}
