internal import Core
internal import Glibc
internal import System
internal import Values

/// The names in one folder, in the order in which their full paths sort.
///
/// A folder counts as `name/` while sorting: that alone makes the order of one folder's names the
/// order of all the paths below them, so a tree can be listed in key order without being collected.
/// Names are kept in one run of memory. Beside each stand the eight bytes that follow what all of
/// them begin with, which decide nearly every comparison; past a bound, sorted runs go to a scratch
/// file and are merged.
final class Names {
  /// One name: where it stands, how long it is (a folder's slash included), what it is.
  struct Entry {
    var head: UInt64
    var offset: UInt32
    var length: UInt16
    var type: UInt8
  }

  enum Kind: UInt8 {
    case unknown = 0
    case fifo = 1
    case character = 2
    case folder = 4
    case block = 6
    case file = 8
    case link = 10
    case socket = 12
  }

  private(set) var letters: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var used = 0
  private(set) var entries: UnsafeMutablePointer<Entry>
  private var entryCapacity: Int
  private(set) var count = 0
  private var spill: Spill?

  private let bound: Int

  /// No names yet; what exceeds `bound` bytes will be spilled.
  init(spillingAt bound: Int) {
    self.bound = bound
    capacity = 8_192
    letters = .allocate(capacity: capacity)
    entryCapacity = 256
    entries = .allocate(capacity: entryCapacity)
  }

  deinit {
    letters.deallocate()
    entries.deallocate()
  }

  func clear() {
    used = 0
    count = 0
    spill = nil
  }

  /// Reads a folder's names. Those that are ours are passed over; types the file system does not
  /// tell are asked for, as are links where they are followed.
  func read(
    _ folder: Folder, _ buffer: UnsafeMutableRawBufferPointer, followsLinks: Bool
  ) throws(Failure) {
    clear()
    try folder.names(buffer) { (name, type) throws(Failure) in
      if name.count >= 4, name[0] == 0x2E, name[1] == 0x73, name[2] == 0x34, name[3] == 0x6C {
        return
      }
      var type = type
      if type == 0 || followsLinks && type == Kind.link.rawValue {
        type = resolved(type, name, folder, followsLinks: followsLinks)
      }
      append(name, type)
      if used + count * MemoryLayout<Entry>.stride > bound { try spillRun() }
    }
    sort()
    if let spill {
      try spillRun()
      try spill.startMerge()
    }
  }

  private func resolved(
    _ type: UInt8, _ name: UnsafeRawBufferPointer, _ folder: Folder, followsLinks: Bool
  ) -> UInt8 {
    guard let start = name.baseAddress?.assumingMemoryBound(to: CChar.self),
      case .success(let inode) = Inode.at(folder.descriptor, start, followsLinks: followsLinks)
    else { return type }
    switch inode.form {
    case .file: return Kind.file.rawValue
    case .folder: return Kind.folder.rawValue
    case .link: return Kind.link.rawValue
    case .fifo: return Kind.fifo.rawValue
    case .socket: return Kind.socket.rawValue
    case .device: return Kind.block.rawValue
    }
  }

  @inline(__always)
  private func append(_ name: UnsafeRawBufferPointer, _ type: UInt8) {
    // Room for a slash, a closing NUL, and eight bytes to load a head from.
    if capacity - used < name.count + 16 { growLetters(name.count + 16) }
    if count == entryCapacity { growEntries() }
    let start = letters + used
    guard let from = name.baseAddress else { return }
    memcpy(start, from, name.count)
    var length = name.count
    if type == Kind.folder.rawValue {
      start[length] = 0x2F
      length += 1
    }
    start[length] = 0
    entries[count] = Entry(
      head: 0, offset: UInt32(truncatingIfNeeded: used),
      length: UInt16(truncatingIfNeeded: length), type: type)
    count += 1
    used += length + 1
  }

  private func growLetters(_ extra: Int) {
    let larger = max(capacity * 2, used + extra)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: letters, count: used)
    letters.deallocate()
    letters = moved
    capacity = larger
  }

  private func growEntries() {
    let moved = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity * 2)
    moved.update(from: entries, count: count)
    entries.deallocate()
    entries = moved
    entryCapacity *= 2
  }

  private func sort() {
    let letters = letters
    let shared = setHeads()
    var unsorted = UnsafeMutableBufferPointer(start: entries, count: count)
    unsorted.sort { one, other in
      if one.head != other.head { return one.head < other.head }
      let shorter = Int(min(one.length, other.length))
      let compared = shared + 8
      if shorter > compared {
        let order = memcmp(
          letters + Int(one.offset) + compared, letters + Int(other.offset) + compared,
          shorter - compared)
        if order != 0 { return order < 0 }
      }
      return one.length < other.length
    }
  }

  /// Sets the head of each name, and tells how many bytes all names begin with alike: those of
  /// photographs or logs mostly differ far behind the eighth byte only.
  private func setHeads() -> Int {
    guard count > 1 else { return 0 }
    let first = letters + Int(entries[0].offset)
    var shared = Int(entries[0].length)
    for place in 1..<count {
      let name = letters + Int(entries[place].offset)
      shared = min(shared, Int(entries[place].length))
      var alike = 0
      while alike < shared, name[alike] == first[alike] { alike += 1 }
      shared = alike
    }
    for place in 0..<count {
      let start = Int(entries[place].offset) + shared
      let bytes = UnsafeRawPointer(letters + start).loadUnaligned(as: UInt64.self)
      // What follows the end of a short name belongs to the next one.
      let behind = 8 * max(8 - (Int(entries[place].length) - shared), 0)
      entries[place].head = UInt64(bigEndian: bytes) & (~0 << behind)
    }
    return shared
  }

  private func spillRun() throws(Failure) {
    sort()
    let spill: Spill
    if let begun = self.spill { spill = begun } else { spill = try Spill() }
    self.spill = spill
    try spill.write(self)
    used = 0
    count = 0
  }

  /// Calls `body` with each name in order (a folder's with its slash, a NUL behind the name).
  @inline(__always)
  func each(
    _ body: (_ name: UnsafeMutablePointer<UInt8>, _ length: Int, _ type: UInt8) throws(Failure) ->
      Void
  ) throws(Failure) {
    if let spill {
      while let entry = try spill.next() {
        try body(entry.letters.base, entry.letters.count, entry.type)
      }
      return
    }
    for place in 0..<count {
      let entry = entries[place]
      try body(letters + Int(entry.offset), Int(entry.length), entry.type)
    }
  }
}
