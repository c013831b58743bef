package import Core
internal import Glibc
internal import Records
internal import System
package import Values

/// The file that keeps the failed outcomes of a run, made with the first of them. It can be read by
/// `s4l-put --retry`.
///
/// It is a record of the run, not its purpose: where it cannot be kept, the run goes on.
package final class FailureFile {
  /// What the run is called.
  package let identifier: String
  /// Nil where nobody says what folder is ours: one that anybody can make will not do.
  let path: Path?
  /// Why the outcomes are not kept.
  private(set) var trouble: Failure?
  private var output: Output?
  /// How much of it is of earlier pipes of the same run.
  private var settled: off_t = 0

  package init(_ started: Timestamp, _ environment: Environment) {
    let digits = started.text.utf8.filter { (48...57).contains($0) }.prefix(14)
    identifier = String(decoding: digits, as: UTF8.self) + "-\(getpid())"
    let name = "runs/\(identifier).ndjson"
    path = environment.folder(.state).map { Path(text: $0).appending(name) }
  }

  func keep(_ record: Record) {
    if trouble != nil { return }
    do throws(Failure) {
      let output: Output
      if let opened = self.output { output = opened } else { output = try open() }
      Writer(output.buffer).forward(record)
      try output.settle()
    } catch {
      trouble = error
    }
  }

  private func open() throws(Failure) -> Output {
    guard let path else { throw Failure(.absent, "HOME", "the variable is not set") }
    try path.parent.makeFolders(mode: 0o700)
    let file = path.withCString { Glibc.open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    if file < 0 { throw Failure(errno: errno, path) }
    let output = Output(file, "\(path)")
    self.output = output
    return output
  }

  /// What was kept so far stays, whatever becomes of the next pipe.
  func mark() {
    guard let output, trouble == nil else { return }
    do throws(Failure) {
      try output.flush()
      settled = off_t(try Inode.of(output.descriptor, path ?? Path()).size)
    } catch {
      trouble = error
    }
  }

  /// Forgets what was kept since the mark: the pipe is run once more.
  func restart() {
    guard let output, trouble == nil else { return }
    do throws(Failure) {
      try output.flush()
      if ftruncate(output.descriptor, settled) < 0 { throw Failure(errno: errno, path ?? Path()) }
    } catch {
      trouble = error
    }
  }

  package func close() {
    guard let output, trouble == nil else { return }
    self.output = nil
    do throws(Failure) {
      try output.flush()
      if Glibc.close(output.descriptor) < 0 { throw Failure(errno: errno, path ?? Path()) }
    } catch {
      trouble = error
    }
  }

  /// Where the outcomes are, or why they are nowhere.
  var told: String {
    if let trouble { return "they could not be kept: \(trouble.message)" }
    return "all are in \(path ?? Path())"
  }
}
