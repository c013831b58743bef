package import Core
internal import Glibc
internal import System
internal import Values

/// The numbers of this program, in a file of its own for s4l-metrics to read.
///
/// A program that cannot write it works as well: what it does is not there to be counted.
package final class Leaflet {
  package private(set) var samples = Samples()
  private let path: Path
  private let log: Log
  private var isOld = false
  private var hasFailed = false

  /// Nil where nobody will read it, which `isWanted` says, or where there is no place for it.
  package init?(_ program: String, isWanted: Bool, _ environment: Environment, _ log: Log) {
    guard isWanted, let state = environment.folder(.state) else { return nil }
    path = Path(text: state).appending("metrics").appending("\(program).\(getpid())")
    self.log = log
  }

  package func change(_ body: (inout Samples) -> Void) {
    body(&samples)
    isOld = true
  }

  /// Writes the file, if any number has changed since.
  package func publish() {
    guard isOld else { return }
    isOld = false
    let out = Buffer(capacity: 4_096)
    for series in Series.allCases { samples.write(series, to: out) }
    do throws(Failure) {
      try path.parent.makeFolders(mode: 0o700)
      try path.replace(Array(out.bytes))
      hasFailed = false
    } catch {
      if !hasFailed { log.warn("numbers cannot be published: \(error.message)") }
      hasFailed = true
    }
  }
}
