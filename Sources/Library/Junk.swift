internal import Core
internal import Values

/// What lies about in folders of films and is none, and names that lead astray.
enum Junk {
  private static let folders = ["@eaDir", "#recycle", ".Trashes"].map { Array($0.utf8) }

  /// Whether a folder, with its slash, is one of those that machines make for themselves.
  static func isJunk(_ folder: UnsafeRawBufferPointer) -> Bool {
    guard folder.contains(where: { $0 == 0x40 || $0 == 0x23 || $0 == 0x2E }) else { return false }
    return folder.split(separator: Path.slash).contains { part in
      folders.contains { part.elementsEqual($0) }
    }
  }

  /// The music that plays while one chooses: a .strm of it would be taken for a film.
  static func isTheme(_ name: UnsafeRawBufferPointer) -> Bool {
    name.count > 6 && name[5] == UInt8(ascii: ".")
      && name[..<5].elementsEqual("theme".utf8) { $0 | 0x20 == $1 }
      && Extensions.audio.contains(name)
  }

  /// Why a path may not name a file of ours, as `Path.objection` says. It is asked only of those
  /// few that have a dot or a slash where one could do harm.
  static func objection(_ path: UnsafeRawBufferPointer) -> String? {
    var before = Path.slash
    for byte in path {
      if byte == 0 || before == Path.slash && (byte == Path.slash || byte == UInt8(ascii: ".")) {
        return Path(path).objection
      }
      before = byte
    }
    return nil
  }
}

/// Folders that hold a Blu-ray disc as it is.
enum Disc {
  private static let inside = Array("BDMV/STREAM/".utf8)

  /// How many bytes of a folder's path, with its slash, are that of the title, if the folder is
  /// that of the streams of a disc.
  static func title(of folder: UnsafeRawBufferPointer) -> Int? {
    let title = folder.count - inside.count
    guard title > 1, folder[title - 1] == Path.slash else { return nil }
    let isDisc = folder[title...].elementsEqual(inside) { one, other in
      one == other || one & 0xDF == other && other >= 0x41
    }
    return isDisc ? title : nil
  }
}

extension [UInt8] {
  func withBytes<Answer>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    try withUnsafeBufferPointer { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(bytes))
    }
  }
}
