internal import CLinux
package import Core
internal import Glibc
package import Values

/// An open folder, shared by all that look below it and closed when the last is done.
package final class Folder: Sendable {
  package let descriptor: Int32

  package init(owning descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }

  /// Opens a folder by its path; a link at its end is followed.
  package static func open(_ path: Path) throws(Failure) -> Folder {
    let descriptor = path.withCString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if descriptor < 0 { throw Failure(errno: errno, path) }
    return Folder(owning: descriptor)
  }

  /// Opens a folder inside this one.
  package func open(
    _ name: UnsafePointer<CChar>, followsLinks: Bool
  ) -> Result<Folder, SystemError> {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
    let opened = openat(descriptor, name, flags)
    if opened < 0 { return .failure(SystemError(number: errno)) }
    return .success(Folder(owning: opened))
  }

  /// Where a symbolic link in this folder points.
  package func link(_ name: UnsafePointer<CChar>) -> Result<Path, SystemError> {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4_096) { target in
      guard let start = target.baseAddress else { return .failure(SystemError(number: EFAULT)) }
      let count = readlinkat(descriptor, name, start, target.count)
      if count < 0 { return .failure(SystemError(number: errno)) }
      return .success(Path(UnsafeRawBufferPointer(start: start, count: count)))
    }
  }

  /// Calls `body` with each name and its type as the kernel gives it (0 where it does not say).
  package func names(
    _ buffer: UnsafeMutableRawBufferPointer,
    _ body: (_ name: UnsafeRawBufferPointer, _ type: UInt8) throws(Failure) -> Void
  ) throws(Failure) {
    while true {
      let count = s4l_entries(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        throw Failure(errno: error, "")
      }
      if count == 0 { return }
      guard let base = UnsafeRawPointer(buffer.baseAddress) else { return }
      var at = 0
      while at < count {
        let entry = base + at
        at += Int(entry.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
        let type = entry.load(fromByteOffset: 18, as: UInt8.self)
        let name = entry + 19
        let length = strlen(name.assumingMemoryBound(to: CChar.self))
        let isDots =
          name.load(as: UInt8.self) == UInt8(ascii: ".")
          && (length == 1 || length == 2 && name.load(fromByteOffset: 1, as: UInt8.self) == 46)
        if !isDots { try body(UnsafeRawBufferPointer(start: name, count: length), type) }
      }
    }
  }
}

extension Path {
  package init(cString: UnsafePointer<CChar>) {
    self.init(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  /// Makes the folder that this names, and those above it that are missing.
  package func makeFolders(mode: UInt32) throws(Failure) {
    var made = isAbsolute ? [Path.slash] : []
    for part in parts {
      made += part + [Path.slash]
      let error = Path(made).withCString { mkdir($0, mode_t(mode)) == 0 ? 0 : errno }
      if error != 0, error != EEXIST { throw Failure(errno: error, Path(made)) }
    }
  }

  /// The path as C wants it. A NUL byte inside ends it early: `objection` refuses such paths.
  package func withCString<Answer>(_ body: (UnsafePointer<CChar>) -> Answer) -> Answer {
    var terminated = bytes.map { CChar(bitPattern: $0) }
    terminated.append(0)
    return terminated.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return body("") }
      return body(start)
    }
  }

  /// The place that this path names on this machine, links resolved as far as it exists.
  package func resolved() throws(Failure) -> Path {
    var rest: [ArraySlice<UInt8>] = []
    var existing = isEmpty ? Path(text: ".") : trimmed
    while true {
      let found = existing.withCString { path -> Path? in
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return Path(UnsafeRawBufferPointer(start: real, count: strlen(real)))
      }
      if let found {
        return Path(
          rest.reversed().reduce(found.bytes) {
            $0 + ($0.last == Path.slash ? [] : [Path.slash]) + $1
          })
      }
      let error = errno
      let name = existing.name
      guard error == ENOENT, !existing.isEmpty, existing.bytes != [Path.slash],
        !name.bytes.elementsEqual("..".utf8)
      else { throw Failure(errno: error, self) }
      rest.append(name.bytes[...])
      let parent = existing.parent
      existing = parent.isEmpty ? Path(text: ".") : parent.trimmed
    }
  }
}
