/// One thing that the kernel tells of a folder that is watched, or of a name in it.
struct Notice {
  /// What it may be; the bits are the kernel's.
  struct Mask: OptionSet, Sendable {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    static let attributes = Mask(rawValue: 0x4)
    static let written = Mask(rawValue: 0x8)
    static let movedFrom = Mask(rawValue: 0x40)
    static let movedTo = Mask(rawValue: 0x80)
    static let created = Mask(rawValue: 0x100)
    static let deleted = Mask(rawValue: 0x200)
    static let deletedSelf = Mask(rawValue: 0x400)
    static let movedSelf = Mask(rawValue: 0x800)
    static let unmounted = Mask(rawValue: 0x2000)
    static let overflow = Mask(rawValue: 0x4000)
    static let ignored = Mask(rawValue: 0x8000)
    static let folder = Mask(rawValue: 0x4000_0000)

    /// What may be asked for: folders only, and nothing of files that have no name any more.
    static let onlyFolders = Mask(rawValue: 0x100_0000)
    static let onlyNamed = Mask(rawValue: 0x400_0000)

    /// The file is there, and is new or another than before.
    static let change: Mask = [.created, .written, .attributes]
  }

  var watch: Int32
  var mask: Mask
  var cookie: UInt32
  /// The name in the folder; none if it is about the folder itself.
  var name: UnsafeRawBufferPointer

  static let head = 16

  /// Reads the notice that begins here, and tells how long it is.
  static func read(_ bytes: UnsafeRawBufferPointer, at place: Int) -> (Notice, length: Int)? {
    guard bytes.count - place >= head else { return nil }
    let room = Int(bytes.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
    guard bytes.count - place >= head + room else { return nil }
    let field = UnsafeRawBufferPointer(rebasing: bytes[(place + head)..<(place + head + room)])
    let end = field.firstIndex(of: 0) ?? room
    let notice = Notice(
      watch: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self),
      mask: Mask(rawValue: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)),
      cookie: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self),
      name: UnsafeRawBufferPointer(rebasing: field[..<end]))
    return (notice, head + room)
  }
}
