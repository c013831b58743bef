package import Command
package import Core
package import System
internal import Values

/// How many files all runs together may have under way.
package struct Quota {
  private let files: Int
  private let runs: Int

  package init(_ configuration: Configuration) {
    let group = configuration.group("concurrency")
    files = group?.integer("max_file_operations") ?? 100
    runs = group?.integer("max_concurrent_syncs") ?? 4
  }

  /// What a run has of it, for as long as it keeps this.
  package struct Share {
    package var token: Tokens.First?
    package var variables: [(name: String, value: String)]
  }

  /// Takes the first token of a run, and waits for it; it has more while others leave them. Where
  /// there can be no tokens, each of the runs that there may be has an equal share.
  package func share(_ io: Standard) -> Share {
    do throws(Failure) {
      guard let state = io.environment.folder(.state) else { return equal }
      let path = Path(text: state).appending("tokens")
      let token = try Tokens.first(of: files, path) {
        io.log.info("it waits: as many files are under way as max_file_operations lets")
      }
      return Share(token: token, variables: [most(files)])
    } catch {
      io.log.warn("the files under way are not shared with other runs: \(error.message)")
      return equal
    }
  }

  private var equal: Share { Share(variables: [most(max(1, files / max(1, runs)))]) }

  private func most(_ count: Int) -> (name: String, value: String) { (Tokens.most, "\(count)") }
}
