import Core
import Doubles
import Store
import System
import Values

@testable import Drives

/// What a tour has told, each thing as a line.
struct Told {
  var lines: [String] = []
  var failure: Failure?

  init(_ drive: FakeDrive, _ change: (inout ListWish) -> Void = { _ in }) {
    var wish = ListWish()
    wish.depth = Tour.depth
    change(&wish)
    let note = Note()
    do throws(Failure) {
      try drive.list(wish) { note.take($0) }
    } catch {
      failure = error
    }
    lines = note.lines
  }

  private final class Note {
    var lines: [String] = []

    func take(_ listed: Listed) {
      switch listed {
      case .file(let view): lines.append("\(Path(view.path)) \(view.size)")
      case .folder(let path): lines.append("\(Path(path))")
      case .hole(let path, let failure): lines.append("\(Path(path))? \(failure.kind)")
      }
    }
  }
}

/// What a tour ought to tell, found in the simplest way.
struct Model {
  let drive: FakeDrive
  var depth = Tour.depth
  var tellsFolders = false
  private(set) var lines: [(path: [UInt8], line: String)] = []

  init(_ drive: FakeDrive, depth: Int = Tour.depth, tellsFolders: Bool = false) {
    self.drive = drive
    self.depth = depth
    self.tellsFolders = tellsFolders
    visit("", 0)
    lines.sort { $0.path.lexicographicallyPrecedes($1.path) }
  }

  var told: [String] { lines.map(\.line) }

  private mutating func add(_ path: String, _ rest: String = "") {
    lines.append((Array(path.utf8), path + rest))
  }

  private mutating func visit(_ folder: String, _ level: Int) {
    let prefix = folder.isEmpty ? "" : folder + "/"
    var seen: Set<String> = []
    for thing in drive.folders[folder] ?? [] {
      switch thing {
      case .file(let name, let size):
        if seen.insert(name).inserted { add(prefix + name, " \(size)") }
      case .hole(let name, let failure): add(prefix + name, "? \(failure.kind)")
      case .folder(let name):
        guard seen.insert(name + "/").inserted else { continue }
        enter(prefix + name, level)
      }
    }
  }

  private mutating func enter(_ path: String, _ level: Int) {
    guard level < depth else { return add(path + "/") }
    if let fault = drive.faults[path] {
      let kind = fault.failure.kind == .absent ? .later : fault.failure.kind
      return add(path + "/", "? \(kind)")
    }
    guard drive.folders[path] != nil else { return add(path + "/", "? later") }
    if tellsFolders { add(path + "/") }
    visit(path, level + 1)
  }
}

extension FakeDrive {
  /// A drive with a random tree, whose names sort in ways that trip up who sorts by folder.
  static func random(_ dice: inout Dice) throws -> FakeDrive {
    let drive = FakeDrive(try Loop(), seed: dice.next())
    grow(drive, "", 0, &dice)
    return drive
  }

  private static func grow(_ drive: FakeDrive, _ folder: String, _ level: Int, _ dice: inout Dice) {
    var things: [Thing] = []
    for _ in 0..<dice.below(level == 0 ? 9 : 6) {
      let name =
        dice.pick(["a", "b", "电影", "z"])
        + dice.text(of: "!-./0é ".replacing("/", with: ""), upTo: 3)
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if level < 6, dice.hits(onceIn: 2) {
        if drive.folders[path] == nil {
          drive.folders[path] = []
          grow(drive, path, level + 1, &dice)
        }
        things.append(.folder(name))
        if dice.hits(onceIn: 8) { things.append(.folder(name)) }
        if dice.hits(onceIn: 8) { things.append(.file(name, size: 9)) }
      } else {
        things.append(.file(name, size: 7))
        if dice.hits(onceIn: 8) { things.append(.file(name, size: 7)) }
      }
    }
    drive.folders[folder] = unique(things)
  }

  /// The same name always has one size, as the order of the telling is chance.
  private static func unique(_ things: [Thing]) -> [Thing] {
    var sizes: [String: Int] = [:]
    return things.map { thing in
      guard case .file(let name, let size) = thing else { return thing }
      let known = sizes[name] ?? size
      sizes[name] = known
      return .file(name, size: known)
    }
  }
}
