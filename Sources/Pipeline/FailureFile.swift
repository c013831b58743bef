internal import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// The file that keeps the failed outcomes of a run, made with the first of them. It can be read by
/// `s4l-put --retry`.
final class FailureFile {
  let identifier: String
  let path: Path
  private var output: Output?

  init(_ started: Timestamp, _ environment: Environment) {
    let digits = started.text.utf8.filter { (48...57).contains($0) }.prefix(14)
    identifier = String(decoding: digits, as: UTF8.self) + "-\(getpid())"
    let state = environment.folder(.state) ?? "/tmp"
    path = Path(text: state).appending("runs").appending(identifier + ".ndjson")
  }

  func keep(_ record: Record) throws(Failure) {
    let output: Output
    if let opened = self.output { output = opened } else { output = try open() }
    Writer(output.buffer).forward(record)
    try output.settle()
  }

  private func open() throws(Failure) -> Output {
    try path.parent.makeFolders(mode: 0o700)
    let file = path.withCString { Glibc.open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    if file < 0 { throw Failure(errno: errno, path) }
    let output = Output(file, "\(path)")
    self.output = output
    return output
  }

  /// Forgets what was kept: the run is made once more.
  func restart() throws(Failure) {
    guard let output else { return }
    try output.flush()
    if ftruncate(output.descriptor, 0) < 0 { throw Failure(errno: errno, path) }
  }

  func close() throws(Failure) {
    guard let output else { return }
    try output.flush()
    if Glibc.close(output.descriptor) < 0 { throw Failure(errno: errno, path) }
    self.output = nil
  }
}
