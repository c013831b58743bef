import Glibc
import Support
import Values

/// What a folder holds, looked at without any of the code under test.
struct Picture: Equatable {
  struct File: Equatable {
    var bytes: [UInt8]
    var seconds: Int
    var nanoseconds: Int
    var mode: mode_t
  }

  var files: [Path: File] = [:]
  var folders: Set<Path> = []
  /// What bears a name of our own.
  var reserved: [Path: File] = [:]

  /// A folder that is missing is an empty one.
  init(_ root: Path) {
    add(root, Path(), isOurs: false)
  }

  private mutating func add(_ root: Path, _ below: Path, isOurs: Bool) {
    for name in Picture.names(in: root.appending(below)) {
      let path = below.appending(name)
      let isOurs = isOurs || name.bytes.starts(with: Array(".s4l".utf8))
      var status = stat()
      guard root.appending(path).withCString({ lstat($0, &status) }) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        if !isOurs { folders.insert(path) }
        add(root, path, isOurs: isOurs)
        continue
      }
      let isFile = status.st_mode & S_IFMT == S_IFREG
      let file = File(
        bytes: isFile ? House.read(root.appending(path)) ?? [] : [],
        seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, mode: status.st_mode)
      if isOurs { reserved[path] = file } else { files[path] = file }
    }
  }

  /// Files that a run which deletes what was uploaded has put aside, under the paths they had.
  var held: [Path: File] {
    var held: [Path: File] = [:]
    for (path, file) in reserved where path.isWithin(Path(text: ".s4l/uploaded")) {
      held[Path(path.parts.dropFirst(3).joined(separator: [Path.slash]))] = file
    }
    return held
  }

  static func names(in folder: Path) -> [Path] {
    guard let stream = folder.withCString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [Path] = []
    while let entry = readdir(stream) {
      let length = strlen(&entry.pointee.d_name.0)
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Path($0.prefix(length)) }
      if name.bytes != [46], name.bytes != [46, 46] { names.append(name) }
    }
    return names
  }

  /// Whether something stands in the way of a file of that name: a file where one of its folders
  /// belongs, or a folder where it does.
  func blocks(_ path: Path) -> Bool {
    folders.contains(path) || path.ancestors.contains { files[$0] != nil }
  }
}

extension Path {
  /// The folders above, without their slashes.
  var ancestors: [Path] {
    var found: [Path] = []
    var here = parent
    while !here.isEmpty {
      found.append(here.trimmed)
      here = here.parent
    }
    return found
  }

  /// As a shell would have to be given it, so that what failed can be read.
  var legible: String {
    bytes.map {
      (33...126).contains($0) ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16)
    }
    .joined()
  }
}
