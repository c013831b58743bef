import Doubles
import Glibc
import Support
import Values

/// A folder in which everything that happens to folders happens at random.
struct Grove {
  let root: Path
  var dice: Dice

  init(_ root: Path, seed: UInt64) {
    self.root = root
    dice = Dice(seed)
    root.withCString { _ = mkdir($0, 0o755) }
  }

  /// Names that are easily taken for each other, or sort on the wrong side of a slash.
  static let names: [Path] =
    [
      "a", "a-b", "a b", "a.b", "a!", "a0", "b", "b\n", "\n", "\"q\"", "\\", "{\"path\":\"a\"}",
      "~",
      "\u{E9}", "e\u{301}", "-n", "*", "\u{1}\u{7F}", "...", ".hidden", "s4l", "\u{2028}",
    ].map { Path(text: $0) }
    + [[0xFF], [0x61, 0x80], [0xC3], [UInt8](repeating: 0x78, count: 255)].map { Path($0) }

  /// Changes a number of things.
  mutating func change(_ times: Int) {
    for _ in 0..<times { changeOne() }
  }

  private mutating func changeOne() {
    let now = Picture(root)
    let files = now.files.keys.sorted()
    let folders = now.folders.sorted()
    guard !files.isEmpty, !dice.hits(onceIn: 3) else { return plant(spot(folders)) }
    let file = dice.pick(files)
    switch dice.below(9) {
    case 0, 1: plant(file)
    case 2: plant(file, size: now.files[file]?.bytes.count)
    case 3: touch(file)
    case 4: remove(file)
    case 5:
      remove(file)
      make(file)
      plant(file.appending(dice.pick(Grove.names)))
    case 6:
      guard let folder = folders.isEmpty ? nil : dice.pick(folders) else { return plant(file) }
      remove(folder)
      if dice.hits(onceIn: 2) { plant(folder) }
    case 7:
      let other = spot(folders)
      guard !other.isWithin(file), now.files[other] == nil, !now.folders.contains(other) else {
        return
      }
      _ = full(file).withCString { from in full(other).withCString { rename(from, $0) } }
    default:
      let folder = spot(folders)
      if now.files[folder] == nil { make(folder) }
    }
  }

  /// A name somewhere in the tree.
  private mutating func spot(_ folders: [Path]) -> Path {
    let shallow = folders.filter { $0.ancestors.count < 3 }
    let name = dice.pick(Grove.names)
    let isDeep = !shallow.isEmpty && !dice.hits(onceIn: 3)
    let folder = isDeep ? dice.pick(shallow) : Path()
    return folder.appending(name)
  }

  private func full(_ path: Path) -> Path { root.appending(path) }

  func make(_ path: Path) { full(path).withCString { _ = mkdir($0, 0o755) } }

  /// Writes a file of new contents and a new time, unless a folder is there.
  mutating func plant(_ path: Path, size: Int? = nil) {
    var status = stat()
    let isTaken = full(path).withCString { lstat($0, &status) } == 0
    if isTaken, status.st_mode & S_IFMT == S_IFDIR { return }
    let sizes = [0, 1, 1, 2, 3, 40, 40, 5_000, 65_536, 65_537, 140_000]
    let length = size ?? dice.pick(sizes)
    full(path).withCString { _ = unlink($0) }
    House.write(dice.bytes(length), to: full(path))
    full(path).withCString { _ = chmod($0, dice.pick([0o644, 0o600, 0o755, 0o444])) }
    touch(path)
  }

  mutating func touch(_ path: Path) {
    let time = timespec(
      tv_sec: 1_000_000_000 + dice.below(500_000_000), tv_nsec: dice.below(1_000_000_000))
    full(path).withCString { _ = utimensat(AT_FDCWD, $0, [time, time], 0) }
  }

  /// Removes a file, or a folder with all it holds.
  func remove(_ path: Path) {
    if full(path).withCString({ unlink($0) }) == 0 { return }
    for name in Picture.names(in: full(path)) { remove(path.appending(name)) }
    full(path).withCString { _ = rmdir($0) }
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
