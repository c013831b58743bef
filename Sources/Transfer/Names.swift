internal import System
internal import Values

/// A path below a root, cut where its last name begins.
struct Spot {
  let path: Path
  private let cut: Int

  /// The path has no slash at its end.
  init(_ path: Path) {
    self.path = path
    cut = path.bytes.lastIndex(of: Path.slash).map { $0 + 1 } ?? 0
  }

  /// The folder, without a slash at its end; empty for the root.
  var parent: ArraySlice<UInt8> { path.bytes[..<max(cut - 1, 0)] }
  var name: ArraySlice<UInt8> { path.bytes[cut...] }
}

/// The folder that was used last, kept open: names mostly come folder by folder.
struct Nearby {
  private var path: [UInt8] = []
  private var folder: Folder?

  @inline(__always)
  func folder(_ wanted: ArraySlice<UInt8>) -> Folder? {
    path.elementsEqual(wanted) ? folder : nil
  }

  mutating func keep(_ folder: Folder, at path: ArraySlice<UInt8>) {
    self.path = Array(path)
    self.folder = folder
  }

  mutating func forget() { folder = nil }
}

/// A name as the system wants it, in memory that is used again for the next one.
final class Terminated {
  private let buffer = Buffer(capacity: 320)

  func callAsFunction(_ name: ArraySlice<UInt8>) -> UnsafePointer<CChar> {
    buffer.clear()
    name.withUnsafeBytes { buffer.append($0) }
    buffer.append(0)
    return UnsafeRawPointer(buffer.base).assumingMemoryBound(to: CChar.self)
  }
}
