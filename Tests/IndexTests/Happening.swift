import Doubles
import Glibc
import Support
import System
import Values

/// A folder in which things happen at random, each told by an event as a watcher would tell it.
struct Happening {
  let root: Path
  var dice: Dice
  private(set) var events: [String] = []
  /// Whether events tell size and time as they were, for as long as there is something to tell.
  var isExact = false

  private var files: Set<[UInt8]> = []
  private var folders: Set<[UInt8]> = []

  init(_ root: Path, seed: UInt64) {
    self.root = root
    dice = Dice(seed)
  }

  private static let names: [[UInt8]] =
    ["a", "a-b", "a b", "a0", "b", "\n", "\"", "caf\u{E9}", "cafe\u{301}"].map { Array($0.utf8) }
    + [[0xFF], [0x61, 0x80]]

  /// The events since the last time.
  mutating func taken() -> [String] {
    defer { events = [] }
    return events
  }

  mutating func go(_ times: Int) { for _ in 0..<times { step() } }

  private mutating func step() {
    let file = files.isEmpty ? nil : dice.pick(files.sorted { $0.lexicographicallyPrecedes($1) })
    let folder =
      folders.isEmpty ? nil : dice.pick(folders.sorted { $0.lexicographicallyPrecedes($1) })
    switch dice.below(10) {
    case 0, 1, 2: write(spot())
    case 3: if let file { write(file) }
    case 4: if let file { remove(file) }
    case 5: if let file { move(file, to: spot()) }
    case 6: make(spot())
    case 7: if let folder { moveFolder(folder, to: spot()) }
    case 8: if let folder { removeFolder(folder) }
    default:
      guard let file else { return write(spot()) }
      full(file).withCString { _ = chmod($0, dice.pick([0o644, 0o664, 0o755])) }
      tell("chmod", file)
    }
  }

  /// A name somewhere in the tree, which may be taken.
  private mutating func spot() -> [UInt8] {
    let name = dice.pick(Happening.names)
    let shallow = folders.filter { $0.split(separator: Path.slash).count < 3 }
      .sorted { $0.lexicographicallyPrecedes($1) }
    return shallow.isEmpty || dice.hits(onceIn: 3) ? name : dice.pick(shallow) + [Path.slash] + name
  }

  private func full(_ path: [UInt8]) -> Path { root.appending(Path(path)) }

  // MARK: What happens

  private mutating func write(_ path: [UInt8]) {
    if folders.contains(path) { return }
    let isNew = files.insert(path).inserted
    House.write(dice.bytes(dice.pick([0, 1, 1, 2, 40])), to: full(path))
    // A time of its own for each, as one tick of the clock may see several.
    let time = timespec(
      tv_sec: 1_000_000_000 + dice.below(500_000_000), tv_nsec: dice.below(1_000_000_000))
    full(path).withCString { _ = utimensat(AT_FDCWD, $0, [time, time], 0) }
    tell(isNew ? "create" : "write", path, looks: true)
  }

  private mutating func remove(_ path: [UInt8]) {
    full(path).withCString { _ = unlink($0) }
    files.remove(path)
    tell("remove", path)
  }

  private mutating func move(_ path: [UInt8], to other: [UInt8]) {
    if other == path || folders.contains(other) { return }
    full(path).withCString { from in full(other).withCString { _ = rename(from, $0) } }
    files.remove(path)
    files.insert(other)
    tell("rename", path, to: other)
  }

  private mutating func make(_ path: [UInt8]) {
    if files.contains(path) || !folders.insert(path).inserted { return }
    full(path).withCString { _ = mkdir($0, 0o755) }
    tell("create", path + [Path.slash])
  }

  private mutating func moveFolder(_ path: [UInt8], to other: [UInt8]) {
    let inside = path + [Path.slash]
    if folders.contains(other) || files.contains(other) || other.starts(with: inside) { return }
    full(path).withCString { from in full(other).withCString { _ = rename(from, $0) } }
    func moved(_ name: [UInt8]) -> [UInt8] {
      name == path || name.starts(with: inside) ? other + name.dropFirst(path.count) : name
    }
    files = Set(files.map(moved))
    folders = Set(folders.map(moved))
    tell("rename", inside, to: other + [Path.slash])
  }

  private mutating func removeFolder(_ path: [UInt8]) {
    let inside = path + [Path.slash]
    let gone = files.filter { $0.starts(with: inside) }
    let single = dice.hits(onceIn: 2)
    for file in gone.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      full(file).withCString { _ = unlink($0) }
      if single { tell("remove", file) }
    }
    let within = folders.filter { $0 == path || $0.starts(with: inside) }
    for folder in within.sorted(by: { $0.count > $1.count }) {
      full(folder).withCString { _ = rmdir($0) }
    }
    files.subtract(gone)
    folders.subtract(within)
    tell("remove", inside)
  }

  // MARK: How it is told

  private mutating func tell(
    _ event: String, _ path: [UInt8], to other: [UInt8]? = nil, looks: Bool = false
  ) {
    var line = #"{"type":"event",\#(Happening.member("path", path)),"event":"\#(event)""#
    if let other { line += "," + Happening.member("to", other) }
    var status = stat()
    if looks, isExact, full(path).withCString({ lstat($0, &status) }) == 0 {
      let time = Timestamp(
        seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int32(status.st_mtim.tv_nsec))
      line += #","size":\#(status.st_size),"mtime":"\#(time.text)""#
    }
    events.append(line + "}")
  }

  private static func member(_ name: String, _ path: [UInt8]) -> String {
    if path.allSatisfy({ (33...126).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
      return #""\#(name)":"\#(String(decoding: path, as: UTF8.self))""#
    }
    // A name that is text is not told in base64.
    if let text = String(validating: path, as: UTF8.self) {
      let letters = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return #""\#(name)":"\#(letters.replacing("\n", with: "\\n"))""#
    }
    return #""\#(name)_bytes":"\#(Base64.text(path))""#
  }
}

/// Where the dice of a test begin: `S4L_SEED`, or a number that differs from run to run and is told
/// with whatever fails.
enum Seed {
  static let chosen: UInt64 = {
    if let text = getenv("S4L_SEED"), let seed = UInt64(String(cString: text)) { return seed }
    return UInt64.random(in: 1...999_999_999)
  }()
}
