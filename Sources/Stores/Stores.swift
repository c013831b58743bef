package import Core
package import Store
package import Values

/// Opens what a user or a head names, of whatever kind it is.
package final class Stores {
  private let environment: Environment
  private let log: Log

  package init(_ environment: Environment, _ log: Log) {
    self.environment = environment
    self.log = log
  }

  /// Opens a location. Nothing is asked of a store before it is needed.
  package func open(_ path: Path) throws(Failure) -> Place {
    .folder(try Location(path).folder())
  }
}
