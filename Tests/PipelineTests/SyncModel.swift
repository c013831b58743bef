import Doubles
import Glibc
import Support
import Values

typealias Files = [Path: Picture.File]

/// What a two-way sync has to make of two folders, by a model that any reader can check.
struct SyncModel {
  let left: Picture
  let right: Picture
  /// What either side has to hold after a run that goes well.
  private(set) var outcome: (left: Files, right: Files) = ([:], [:])
  /// Versions of files that were changed on both sides.
  private(set) var contested: [Picture.File] = []

  /// `agreed` is what the sides held when they were last in step.
  init(_ left: Picture, _ right: Picture, agreed: (left: Files, right: Files)) {
    self.left = left
    self.right = right
    for path in Set(left.files.keys).union(right.files.keys) {
      let (mine, theirs) = (left.files[path], right.files[path])
      let isOurs = !SyncModel.isSame(mine, agreed.left[path])
      let isTheirs = !SyncModel.isSame(theirs, agreed.right[path])
      if isOurs != isTheirs {
        set(path, isOurs ? mine : theirs, isOurs ? mine : theirs)
      } else if !isOurs {
        set(path, mine, theirs)
      } else {
        contest(path, mine, theirs)
      }
    }
  }

  private mutating func contest(
    _ path: Path, _ mine: Picture.File?, _ theirs: Picture.File?
  ) {
    guard let mine, let theirs else { return set(path, mine ?? theirs, mine ?? theirs) }
    if mine.bytes == theirs.bytes { return set(path, mine, theirs) }
    contested += [mine, theirs]
    let times = ((mine.seconds, mine.nanoseconds), (theirs.seconds, theirs.nanoseconds))
    let sizes = (mine.bytes.count, theirs.bytes.count)
    let isOurs = times.0 == times.1 ? sizes.0 >= sizes.1 : times.0 > times.1
    set(path, isOurs ? mine : theirs, isOurs ? mine : theirs)
  }

  private mutating func set(_ path: Path, _ left: Picture.File?, _ right: Picture.File?) {
    outcome.left[path] = left
    outcome.right[path] = right
  }

  static func isSame(_ one: Picture.File?, _ other: Picture.File?) -> Bool {
    one?.bytes == other?.bytes && one?.seconds == other?.seconds
      && one?.nanoseconds == other?.nanoseconds
  }

  /// Whether some path of these would have to be a folder as well, or is one by now.
  var isKnotted: Bool {
    let (files, sides) = (outcome.left, [left, right])
    return files.keys.contains { path in
      path.ancestors.contains { files[$0] != nil } || sides.contains { $0.blocks(path) }
    }
  }

  /// What must never happen, however a run went.
  func breaches(_ nowLeft: Picture, _ nowRight: Picture) -> [String] {
    var found: [String] = []
    for (path, file) in outcome.left {
      let isThere =
        nowLeft.files[path]?.bytes == file.bytes || nowRight.files[path]?.bytes == file.bytes
      if !isThere { found.append("\(path.legible): lost") }
    }
    for bytes in contestedBytes(of: nowLeft, nowRight) { found.append("\(bytes) bytes: lost") }
    found += SyncModel.breaches(left, nowLeft, outcome.left).map { "left " + $0 }
    found += SyncModel.breaches(right, nowRight, outcome.right).map { "right " + $0 }
    return found
  }

  var keepsBoth = false

  private func contestedBytes(of nowLeft: Picture, _ nowRight: Picture) -> [Int] {
    guard keepsBoth else { return [] }
    let all = Set(nowLeft.files.values.map(\.bytes) + nowRight.files.values.map(\.bytes))
    return contested.map(\.bytes).filter { !all.contains($0) }.map(\.count)
  }

  /// What one side may not have come to: nothing is deleted that nobody deleted, nothing spoiled.
  private static func words(_ file: Picture.File?) -> String {
    file.map { "\($0.bytes.count) bytes of \($0.seconds).\($0.nanoseconds)" } ?? "nothing"
  }

  private static func breaches(_ before: Picture, _ now: Picture, _ wanted: Files) -> [String] {
    var found: [String] = []
    for path in before.files.keys where wanted[path] != nil && now.files[path] == nil {
      found.append("\(path.legible): deleted")
    }
    for (path, file) in now.files where !path.isSaved {
      if !isSame(file, before.files[path]), file.bytes != wanted[path]?.bytes {
        let words = [before.files[path], wanted[path], file].map(SyncModel.words)
        found.append("\(path.legible): made up of \(words)")
      }
    }
    return found
  }
}

extension Path {
  /// Whether it is the name of a version that lost.
  var isSaved: Bool { legible.contains(".conflict-") }
}

/// Two folders that change at random, and are brought in step.
final class SyncSite {
  let sandbox = Sandbox()
  private var groves: [Grove]
  private let skew: Int
  private var agreed: (left: Files, right: Files) = ([:], [:])
  private var isFirst = true
  var dice: Dice { groves[0].dice }

  init(seed: UInt64, skew: Int = 0) {
    self.skew = skew
    groves = [
      Grove(sandbox.folder.appending("a"), seed: seed),
      Grove(sandbox.folder.appending("b"), seed: seed &+ 7_777),
    ]
  }

  var left: Picture { Picture(groves[0].root) }
  var right: Picture { Picture(groves[1].root) }

  func model(keepsBoth: Bool = false) -> SyncModel {
    var model = SyncModel(left, right, agreed: agreed)
    model.keepsBoth = keepsBoth
    return model
  }

  func change() {
    for side in 0..<2 {
      let before = Picture(groves[side].root)
      groves[side].change(isFirst ? 8 : groves[side].dice.below(6))
      guard side == 1, skew != 0 else { continue }
      for (path, file) in right.files where before.files[path] != file {
        groves[1].shift(path, file, by: skew)
      }
    }
    // What both have is likely to be changed on both.
    let common = left.files.keys.filter { right.files[$0] != nil }.sorted()
    if !common.isEmpty, !isFirst {
      let path = groves[0].dice.pick(common)
      groves[0].plant(path)
      groves[1].plant(path)
    }
    isFirst = false
  }

  /// Takes what both sides hold now for what they agreed on; false if that is not the same.
  func agree() -> Bool {
    agreed = (left.files, right.files)
    return difference(agreed.left, agreed.right, onlyBytes: true).isEmpty
  }
}

extension Grove {
  /// Has the file look changed so much later, or sooner.
  func shift(_ path: Path, _ file: Picture.File, by seconds: Int) {
    let time = timespec(tv_sec: file.seconds + seconds, tv_nsec: file.nanoseconds)
    root.appending(path).withCString { _ = utimensat(AT_FDCWD, $0, [time, time], 0) }
  }
}
