package import Core
internal import Plugin
package import Store
internal import System
package import Values

/// Opens what a user or a head names, of whatever kind it is.
package final class Stores {
  private let environment: Environment
  private let log: Log
  private var loop: Loop?
  private var plugins: [PluginStore] = []

  package init(_ environment: Environment, _ log: Log) {
    self.environment = environment
    self.log = log
  }

  /// Opens a location.
  package func open(_ path: Path) throws(Failure) -> Place {
    let location = try Location(path)
    guard case .store(let scheme, let rest) = location else {
      return .folder(try location.folder())
    }
    let tools = try Tools.current(environment)
    let store = try PluginStore(scheme: scheme, rest, try sharedLoop(), tools, environment)
    plugins.append(store)
    return .store(store)
  }

  /// One loop for all stores of a run: whoever waits for one must not hold up another.
  private func sharedLoop() throws(Failure) -> Loop {
    if let loop { return loop }
    let made = try Loop()
    loop = made
    return made
  }

  /// Leaves nothing behind of what was opened; nothing is asked of it any more.
  package func close() {
    for store in plugins { store.close() }
    plugins = []
  }
}
