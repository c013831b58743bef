import Core
import Glibc
import System
import Values

/// Where the tests find what they test: the sources of the package and the programs built of them.
package enum House {
  /// The top folder of the package.
  package static let root: Path = Path(text: #filePath).parent.trimmed.parent.trimmed.parent.trimmed

  package static var sources: Path { root.appending("Sources") }

  /// The folder of the programs, which lie beside the test bundle.
  package static let products: Path = {
    do throws(Failure) {
      return try Path(text: "/proc/self/exe").resolved().parent.trimmed
    } catch {
      preconditionFailure(error.message)
    }
  }()

  /// Every program of the family, by the folders of its sources.
  package static let tools: [String] = names(in: sources).filter {
    $0 == "s4l" || $0.hasPrefix("s4l-")
  }

  /// The names in a folder, sorted.
  package static func names(in folder: Path) -> [String] {
    var names: [String] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    do throws(Failure) {
      try Folder.open(folder).names(buffer) { (name, _) throws(Failure) in
        names.append(String(decoding: name, as: UTF8.self))
      }
    } catch {
      preconditionFailure(error.message)
    }
    return names.sorted()
  }

  /// Every file below a folder whose name ends in `suffix`, in order of path.
  package static func files(below folder: Path, _ suffix: String) -> [Path] {
    names(in: folder).flatMap { name -> [Path] in
      let path = folder.appending(name)
      if isFolder(path) { return files(below: path, suffix) }
      return name.hasSuffix(suffix) ? [path] : []
    }
  }

  package static func isFolder(_ path: Path) -> Bool {
    path.withCString { name in
      guard case .success(let inode) = Inode.at(AT_FDCWD, name, followsLinks: false) else {
        return false
      }
      return inode.form == .folder
    }
  }

  /// A whole file; nil if there is none.
  package static func read(_ path: Path) -> [UInt8]? {
    let file = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    if file < 0 { return nil }
    defer { close(file) }
    return drain(file)
  }

  package static func text(_ path: Path) -> String {
    String(decoding: read(path) ?? [], as: UTF8.self)
  }

  static func drain(_ file: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count <= 0 { return all }
      all += chunk.prefix(count)
    }
  }

  package static func write(_ bytes: [UInt8], to path: Path) {
    let file = path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
    precondition(file >= 0, "\(path) cannot be written")
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      precondition(count > 0, "\(path) cannot be written")
      rest = rest.dropFirst(count)
    }
  }
}
