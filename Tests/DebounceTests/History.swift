import Debounce
import Doubles
import Values

/// A folder that changes at random, and a watcher that tells every change.
struct History {
  /// A file, by what it holds and its mode.
  struct File: Equatable {
    var content: Int
    var mode: Int
  }

  private(set) var files: [String: File] = [:]
  private(set) var folders: Set<String> = []
  private var versions = 0
  var dice: Dice

  init(_ seed: UInt64) { dice = Dice(seed) }

  /// Makes a change and tells it; what cannot be done now is not, and tells nothing.
  mutating func step() -> [Event] {
    versions += 1
    switch dice.below(12) {
    case 0, 1, 2: return write(path())
    case 3: return makeFolder(path() + "/")
    case 4: return remove(dice.pick([""] + files.keys.sorted()))
    case 5: return removeFolder(dice.pick([""] + folders.sorted()))
    case 6, 7, 8: return rename(dice.pick([""] + files.keys.sorted()), to: path())
    case 9: return renameFolder(dice.pick([""] + folders.sorted()), to: path() + "/")
    case 10: return chmod(dice.pick([""] + files.keys.sorted()))
    default: return chmod(dice.pick([""] + folders.sorted()))
    }
  }

  private mutating func path() -> String {
    (0...dice.below(3)).map { _ in dice.pick(["a", "b", "c"]) }.joined(separator: "/")
  }

  /// A file can only be where its folder is and no folder is; likewise a folder.
  private func hasRoom(_ path: String) -> Bool {
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return (parent.isEmpty || folders.contains(parent)) && !folders.contains(path + "/")
  }

  private func event(_ name: Event.Name, _ path: String, _ to: String = "") -> Event {
    let content = files[to.isEmpty ? path : to]?.content ?? 0
    return Event(
      name, path: Path(text: path), to: to.isEmpty ? nil : Path(text: to),
      line: Array("\(name) \(path) \(to) \(content)".utf8))
  }

  private mutating func write(_ path: String) -> [Event] {
    guard hasRoom(path) else { return [] }
    // What is moved here from elsewhere is created, even where it replaces something.
    let isNew = files[path] == nil || dice.hits(onceIn: 3)
    files[path] = File(content: versions, mode: files[path]?.mode ?? 0)
    return [event(isNew ? .create : .write, path)]
  }

  private mutating func makeFolder(_ path: String) -> [Event] {
    let bare = String(path.dropLast())
    guard hasRoom(bare), files[bare] == nil else { return [] }
    folders.insert(path)
    return dice.hits(onceIn: 8) ? [] : [event(.create, path)]
  }

  private mutating func remove(_ path: String) -> [Event] {
    guard files.removeValue(forKey: path) != nil else { return [] }
    return [event(.remove, path)]
  }

  private mutating func removeFolder(_ path: String) -> [Event] {
    guard folders.contains(path) else { return [] }
    // Some tell every file, others just the folder.
    let isThorough = dice.hits(onceIn: 2)
    let inner = files.keys.sorted().filter { $0.hasPrefix(path) }
    for file in inner { files[file] = nil }
    folders = folders.filter { !$0.hasPrefix(path) }
    return (isThorough ? inner.map { event(.remove, $0) } : []) + [event(.remove, path)]
  }

  private mutating func rename(_ path: String, to target: String) -> [Event] {
    guard let file = files[path], path != target, hasRoom(target) else { return [] }
    files[path] = nil
    files[target] = file
    return [event(.rename, path, target)]
  }

  private mutating func renameFolder(_ path: String, to target: String) -> [Event] {
    let bare = String(target.dropLast())
    guard folders.contains(path), !target.hasPrefix(path), hasRoom(bare), files[bare] == nil
    else { return [] }
    for (file, content) in files where file.hasPrefix(path) {
      files[file] = nil
      files[target + file.dropFirst(path.count)] = content
    }
    folders = Set(
      folders.map { $0.hasPrefix(path) ? target + $0.dropFirst(path.count) : $0 })
    return [event(.rename, path, target)]
  }

  private mutating func chmod(_ path: String) -> [Event] {
    guard !path.isEmpty else { return [] }
    for file in files.keys where file == path || path.hasSuffix("/") && file.hasPrefix(path) {
      files[file]?.mode = versions
    }
    return [event(.chmod, path)]
  }
}

/// A record as it is read by whoever comes next.
struct Reading {
  var name: String
  var path: String
  var to: String
  var content: Int

  init(_ told: Told) {
    let words = String(decoding: told.line, as: UTF8.self)
      .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    name = told.name?.rawValue ?? words[0]
    path = told.path.map { "\($0)" } ?? words[1]
    to = words[2]
    content = Int(words[3]) ?? 0
  }
}

/// Does what records say, going by nothing but them.
struct Believer {
  private(set) var files: [String: Int] = [:]
  /// What could not be done as it was told.
  private(set) var complaints: [String] = []

  mutating func apply(_ told: Told) {
    let record = Reading(told)
    let isFolder = record.path.hasSuffix("/")
    switch record.name {
    case "create", "write":
      let parts = record.path.split(separator: "/")
      for count in 1..<max(parts.count, 1)
      where files[parts.prefix(count).joined(separator: "/")] != nil {
        complaints.append("\(record): a file stands where a folder should")
      }
      if isFolder { return }
      if files.keys.contains(where: { $0.hasPrefix(record.path + "/") }) {
        complaints.append("\(record): a folder stands where the file should")
      }
      files[record.path] = record.content
    case "remove":
      for path in files.keys where path == record.path || isFolder && path.hasPrefix(record.path) {
        files[path] = nil
      }
    case "rename": rename(record, isFolder)
    default: break
    }
  }

  private mutating func rename(_ record: Reading, _ isFolder: Bool) {
    guard isFolder else {
      let moved = files.removeValue(forKey: record.path)
      if moved == nil { complaints.append("\(record): there is nothing to rename") }
      return files[record.to] = moved
    }
    for (path, content) in files where path.hasPrefix(record.path) {
      files[path] = nil
      files[record.to + path.dropFirst(record.path.count)] = content
    }
  }
}

/// Looks at what is there whenever it is told of a path, as whoever copies files does. What it
/// finds may be younger than the record.
struct Looker {
  private(set) var files: [String: History.File] = [:]

  mutating func apply(_ told: Told, _ now: [String: History.File]) {
    let record = Reading(told)
    switch record.name {
    case "create", "write": copy(record.path, now)
    case "chmod":
      for (path, file) in now where covers(record.path, path) { files[path]?.mode = file.mode }
    case "remove": drop(record.path, now)
    case "rename":
      copy(record.to, now)
      drop(record.path, now)
    default: break
    }
  }

  private func covers(_ path: String, _ other: String) -> Bool {
    path == other || path.hasSuffix("/") && other.hasPrefix(path)
  }

  private mutating func copy(_ path: String, _ now: [String: History.File]) {
    for (other, file) in now where covers(path, other) { files[other] = file }
  }

  /// Removes only what is really gone.
  private mutating func drop(_ path: String, _ now: [String: History.File]) {
    files = files.filter { !covers(path, $0.key) || now[$0.key] != nil }
  }
}
