package import Core
internal import Drives
package import Store
package import System
package import Values

/// A drive that is a dictionary of folders. It answers late, in pieces, in whatever order its dice
/// give, and goes wrong where it is told to.
package final class FakeDrive: Drive {
  package enum Thing {
    case file(String, size: Int)
    case folder(String)
    case hole(String, Failure)
  }

  /// How the listing of a folder goes wrong.
  package struct Fault {
    package var failure: Failure
    /// How many things are told before.
    package var told: Int

    package init(_ failure: Failure, told: Int = 0) {
      self.failure = failure
      self.told = told
    }
  }

  package let location: Path
  package let loop: Loop
  package var abilities = Abilities()
  /// What folders hold, by their path without a slash.
  package var folders: [String: [Thing]] = ["": []]
  /// Folders that hold so many files more, made as they are told.
  package var generated: [String: Int] = [:]
  package var faults: [String: Fault] = [:]
  /// Called when a folder is asked for.
  package var asking: (String) -> Void = { _ in }
  /// Whether the answer for a folder has to wait still; it is asked over and over.
  package var holds: (String) -> Bool = { _ in false }
  /// The longest delay of an answer, in nanoseconds; less than nothing for one after the other.
  package var latency: Int64 = 50_000
  package private(set) var asked: [String] = []
  package private(set) var refreshed: [String] = []
  package private(set) var underWay = 0
  package private(set) var mostUnderWay = 0
  private var dice: Dice

  package init(_ loop: Loop, seed: UInt64 = 1) {
    location = Path(text: "fake://drive/root")
    self.loop = loop
    dice = Dice(seed)
    abilities.depth = Tour.depth
  }

  /// Adds a file, or a folder whose name ends in a slash, with all folders above it.
  package func add(_ path: String, size: Int = 3) {
    var parts = path.split(separator: "/").map(String.init)
    let isFolder = path.hasSuffix("/")
    let name = parts.popLast() ?? ""
    var above = ""
    for part in parts { above = enter(part, in: above) }
    if isFolder {
      _ = enter(name, in: above)
    } else {
      folders[above]?.append(.file(name, size: size))
    }
  }

  private func enter(_ name: String, in above: String) -> String {
    let path = above.isEmpty ? name : "\(above)/\(name)"
    if folders[path] == nil {
      folders[path] = []
      folders[above, default: []].append(.folder(name))
    }
    return path
  }

  package func list(
    folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    let name = String(decoding: folder.bytes, as: UTF8.self)
    asked.append(name)
    if refreshes { refreshed.append(name) }
    underWay += 1
    mostUnderWay = max(mostUnderWay, underWay)
    asking(name)
    var things = folders[name] ?? []
    var result: Result<Void, Failure> = .success(())
    if folders[name] == nil { result = .failure(Failure(.absent, "", "object not found")) }
    things.shuffle(using: &dice)
    if let fault = faults[name] {
      result = .failure(fault.failure)
      things = Array(things.prefix(fault.told))
    }
    if let count = generated[name] {
      // A number that has no divisor in common with the count leads to all of them, unsorted.
      for number in 0..<count {
        FakeDrive.tell(.file("\(number * 7_919 % count) of many files", size: 1), each)
      }
    }
    answer(name, things, each, result, then)
  }

  private func answer(
    _ name: String, _ things: [Thing], _ each: @escaping (Listed) -> Void,
    _ result: Result<Void, Failure>, _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    guard holds(name) else { return tell(things, each, result, then) }
    loop.after(1_000) { [self] in answer(name, things, each, result, then) }
  }

  private func tell(
    _ things: [Thing], _ each: @escaping (Listed) -> Void, _ result: Result<Void, Failure>,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    let delay = latency > 0 ? Int64.random(in: 0...latency, using: &dice) : 0
    loop.after(delay) { [self] in
      let piece = things.count < 100 ? dice.below(things.count + 1) : things.count
      for thing in things.prefix(piece) { FakeDrive.tell(thing, each) }
      if piece < things.count {
        return tell(Array(things.dropFirst(piece)), each, result, then)
      }
      underWay -= 1
      then(result)
    }
  }

  private static func tell(_ thing: Thing, _ each: (Listed) -> Void) {
    switch thing {
    case .file(var name, let size):
      name.withUTF8 { bytes in
        var view = Listed.View(path: UnsafeRawBufferPointer(bytes), size: size)
        view.mtime = Timestamp(seconds: 1_714_979_289, nanoseconds: 5)
        each(.file(view))
      }
    case .folder(let name):
      var whole = name + "/"
      whole.withUTF8 { each(.folder(UnsafeRawBufferPointer($0))) }
    case .hole(var name, let failure):
      name.withUTF8 { each(.hole(UnsafeRawBufferPointer($0), failure)) }
    }
  }

  // MARK: What no listing asks

  private static let failure = Failure(.unavailable, "", "this drive is for listing only")

  /// Knows by its name what a folder, as it is told, may lack.
  package var known: Set<String> = []

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    let folder = "\(path.parent.trimmed)"
    var found: Result<Object, Failure> = .failure(Failure(.absent, "", "object not found"))
    for case .file(let name, let size) in folders[folder] ?? [] where "\(path.name)" == name {
      found = .success(Object(size: size))
    }
    if known.contains("\(path)") { found = .success(Object(size: 3)) }
    if let fault = faults[folder] { found = .failure(fault.failure) }
    loop.after(0) { then(found) }
  }

  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    loop.after(0) { then(.failure(FakeDrive.failure)) }
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    loop.after(0) { then(.failure(FakeDrive.failure)) }
  }

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    loop.after(0) { then(paths.map { _ in FakeDrive.failure }) }
  }
}
