import Core
import Index
import IndexFile
import SQL
import Support
import System
import Values

/// What remembers files. Everything that does is held to the same tests.
///
/// A new kind is a case, and a site where a database of it is.
enum Kind: String, CaseIterable, Sendable {
  case file, server

  func site() throws -> any Site {
    switch self {
    case .file: FileSite()
    case .server: try ServerSite()
    }
  }
}

/// A database that is empty at first, and gone when nobody holds it any more.
protocol Site: AnyObject {
  /// How the tools are told of it.
  var address: String { get }
  /// What they need in their environment besides.
  var variables: [String] { get }
  /// Another hold on it, as another process would have it.
  func open() throws(Failure) -> any RecordStore
}

/// A file in a folder of its own, which the user of the tools may write to.
final class FileSite: Site {
  private let sandbox = Sandbox()

  var path: Path { sandbox.folder.appending("index.db") }
  var address: String { "\(path)" }
  var variables: [String] { [] }

  func open() throws(Failure) -> any RecordStore { try FileIndex(path) }
}

extension FileSite {
  /// What SQLite finds when it looks at all of the file.
  func verdict() throws(Failure) -> String? {
    try Database(path, Schema(mark: 0x7334_6C69, "")).statement("PRAGMA integrity_check").first {
      $0.text(0)
    }
  }
}
