package import Command
package import Core
package import Index
internal import IndexFile
internal import IndexServer
internal import Postgres
internal import Settings
package import Values

/// The options by which it is told where the index is.
package struct IndexChoice {
  package var database: String?
  package var file: Path?

  package init() {}

  package static var table: [Option<IndexChoice>] {
    [
      .value(
        "database", nil, "ADDRESS", \.database,
        "Where the index is: a file, or postgresql://[USER@]HOST[:PORT]/NAME."),
      .value("config", nil, "FILE", \.file, "Read this configuration, not the usual one."),
    ]
  }

  /// What the pages say of it.
  package static let prose =
    "The index is the file $XDG_STATE_HOME/s4l/index.db, which any number of processes of this "
    + "machine may use at once (what was written last lies in index.db-wal beside it: copy both), "
    + "unless {--database}, the environment or database in [index] of the "
    + "configuration names another file, or a PostgreSQL server. An address holds no password: it "
    + "comes from what libpq looks at (PGPASSFILE, ~/.pgpass, a service, PGPASSWORD), or from the "
    + "file that password_file in [index] names."

  package static let variables: [(name: String, help: String)] = [
    ("S4L_INDEX_DATABASE", "Where the index is, in place of what the configuration says."),
    ("PGPASSFILE, PGPASSWORD, PGSERVICE", "Who we are to a PostgreSQL server, as libpq has it."),
    ("S4L_CONFIG", "The configuration, in place of the usual file."),
  ]

  package static let files: [(name: String, help: String)] = [
    ("$XDG_STATE_HOME/s4l/index.db", "The index, unless it is kept elsewhere."),
    ("$XDG_CONFIG_HOME/s4l/s4l.toml", "The configuration; s4l.conf(5)."),
  ]

  package func configuration(_ io: Standard) throws(Failure) -> Configuration {
    try Resolution.load(file, io.environment).configuration(reporting: io.log)
  }

  /// Opens the index that is meant.
  package func open(
    _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> any RecordStore {
    switch try address(configuration, io.environment) {
    case .file(let path): return try FileIndex(path)
    case .server(let text):
      let password = try configuration.group("index")?.secret("password")
      return try ServerIndex(ServerAddress(text, password: password, io.environment))
    }
  }

  private func address(
    _ configuration: Configuration, _ environment: Environment
  ) throws(Failure) -> IndexAddress {
    if let text = database ?? configuration.group("index")?.text("database") {
      return try IndexAddress(text: text)
    }
    guard let folder = environment.folder(.state) else {
      throw Failure(.absent, "HOME", "the variable is not set, so there is no place for the index")
    }
    return .file(Path(text: folder).appending("index.db"))
  }
}
