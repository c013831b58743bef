internal import Core
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
    do throws(Failure) {
      child = try Child.start(plan, on: loop) { [unowned self] _ in
        child = nil
        next()
      }
    } catch { waiting = [] }
  }
}
