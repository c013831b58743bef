internal import Core
internal import Digests
internal import System
internal import Values

/// A look at the files themselves, below the folder of a repository.
struct Look {
  enum Answer: Equatable {
    /// A file stands there.
    case file(size: Int, time: Timestamp)
    /// Something that is no file does, or nothing.
    case none
    /// It cannot be told.
    case unknown
  }

  private let folder: Folder

  /// Fails where the folder is not there: then nothing can be said of anything below it.
  init(_ root: Path) throws(Failure) {
    folder = try Folder.open(root)
  }

  func at(_ path: [UInt8]) -> Answer {
    Look.answer(folder.look(Path(path)))
  }

  private static func answer(_ found: Result<Inode, SystemError>) -> Answer {
    switch found {
    case .success(let inode):
      return inode.form == .file ? .file(size: inode.size, time: inode.mtime.kept) : .none
    case .failure(let error): return error.isAbsent ? .none : .unknown
    }
  }

  /// The SHA-256 of a file that is of a size and a time before and after it is read, as letters;
  /// empty if it is not, or cannot be read.
  func digest(_ path: [UInt8], _ size: Int, _ time: Timestamp) throws(Failure) -> [UInt8] {
    let path = Path(path)
    guard at(path.bytes) == .file(size: size, time: time) else { return [] }
    let file: Descriptor
    do throws(Failure) { file = try folder.file(path, followsLinks: false) } catch { return [] }
    let digest = try Digest(.sha256)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count: Int
      do throws(Failure) { count = try file.read(into: buffer, path) } catch { return [] }
      if count == 0 { break }
      try digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    let letters = Hex.bytes(try digest.finish())
    return at(path.bytes) == .file(size: size, time: time) ? letters : []
  }

  typealias Found = (_ path: [UInt8], _ size: Int, _ time: Timestamp) throws(Failure) -> Void

  /// Calls for each file below a folder, whose path ends in a slash, as it stands now; links are
  /// not followed. Whether all of it could be looked at, which what is not there cannot hinder.
  func below(_ path: [UInt8], _ body: Found) throws(Failure) -> Bool {
    let opened = Path(path).trimmed.withCString { folder.open($0, followsLinks: false) }
    return try Look.each(opened, path, body)
  }

  private static func each(
    _ opened: Result<Folder, SystemError>, _ path: [UInt8], _ body: Found
  ) throws(Failure) -> Bool {
    let folder: Folder
    switch opened {
    case .success(let found): folder = found
    case .failure(let error): return error.isAbsent
    }
    var names: [[UInt8]] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    do throws(Failure) {
      try folder.names(buffer) { (name, _) throws(Failure) in
        if !name.starts(with: Path.reserved) { names.append(Array(name)) }
      }
    } catch {
      // A folder that is removed while it is open has no names any more.
      return error.kind == .absent
    }
    var isWhole = true
    for name in names {
      let found = folder.look(Path(name))
      if case .success(let inode) = found, inode.form == .folder {
        let inner = Path(name).withCString { folder.open($0, followsLinks: false) }
        let isKnown = try each(inner, path + name + [Path.slash], body)
        isWhole = isKnown && isWhole
        continue
      }
      switch answer(found) {
      case .file(let size, let time): try body(path + name, size, time)
      case .none: break
      case .unknown: isWhole = false
      }
    }
    return isWhole
  }
}
