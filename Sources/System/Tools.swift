package import Core
internal import Glibc
package import Values

/// The programs of the family on this machine: those beside the running one come first, then
/// whatever is called `s4l-…` in a folder of PATH.
package struct Tools: Sendable {
  package enum Found: Equatable, Sendable {
    case runnable(Path)
    /// There is a file of that name, but it may not be run.
    case blocked(Path)
    case absent
  }

  package struct Item: Hashable, Sendable {
    /// Without the `s4l-` before it.
    package var name: String
    package var path: Path
    /// Whether it lies beside the running program.
    package var isOurs: Bool
  }

  package static let prefix = "s4l-"

  private let own: Path
  private let others: [Path]

  /// Folders of PATH that are not absolute are left out: what a name means must not depend on the
  /// folder one stands in.
  package init(own: Path, path: String) {
    self.own = own
    others = path.split(separator: ":").map { Path(text: String($0)) }.filter(\.isAbsolute)
  }

  package static func current(_ environment: Environment = .current()) throws(Failure) -> Tools {
    let own = try Path(text: "/proc/self/exe").resolved().parent
    return Tools(own: own, path: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
  }

  /// Looks for the program `s4l-NAME`.
  package func find(_ name: String) -> Found {
    name.contains("/") ? .absent : findProgram(Tools.prefix + name)
  }

  /// Looks for any program, ours first.
  package func findProgram(_ name: String) -> Found {
    var blocked: Path?
    for folder in [own] + others {
      let path = folder.appending(name)
      switch Tools.look(path) {
      case .runnable: return .runnable(path)
      case .blocked: blocked = blocked ?? path
      case .absent: continue
      }
    }
    return blocked.map { .blocked($0) } ?? .absent
  }

  /// The program that a shell would run for a word: a path, or a name that is looked for.
  package func program(_ word: Path) throws(Failure) -> Path {
    let isPath = word.bytes.contains(Path.slash)
    switch isPath ? Tools.look(word) : findProgram("\(word)") {
    case .runnable(let path): return path
    case .blocked(let path):
      throw Failure(.unavailable, "\(path)", "it is there, but may not be run")
    case .absent: throw Failure(.unavailable, "\(word)", "there is no such program")
    }
  }

  /// All that can be run, each name once, as `find` would find it, in order of name.
  package func all() -> [Item] {
    var found: [String: Item] = [:]
    for (place, folder) in ([own] + others).enumerated() {
      for name in Tools.names(in: folder) where found[name] == nil {
        let path = folder.appending(Tools.prefix + name)
        guard case .runnable = Tools.look(path) else { continue }
        found[name] = Item(name: name, path: path, isOurs: place == 0)
      }
    }
    return found.values.sorted { $0.name < $1.name }
  }

  /// The names in a folder, without their prefix. A folder of PATH that cannot be read holds
  /// nothing that could be run from it, as for a shell.
  private static func names(in folder: Path) -> [String] {
    var names: [String] = []
    let start = Array(prefix.utf8)
    do {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
      defer { buffer.deallocate() }
      try Folder.open(folder).names(buffer) { (name, _) throws(Failure) in
        guard name.starts(with: start), name.count > start.count,
          let text = String(validating: name.dropFirst(start.count), as: UTF8.self)
        else { return }
        names.append(text)
      }
    } catch {
      return []
    }
    return names
  }

  private static func look(_ path: Path) -> Found {
    path.withCString { name in
      guard case .success(let inode) = Inode.at(AT_FDCWD, name, followsLinks: true),
        inode.form != .folder
      else { return .absent }
      return inode.form == .file && access(name, X_OK) == 0 ? .runnable(path) : .blocked(path)
    }
  }
}
