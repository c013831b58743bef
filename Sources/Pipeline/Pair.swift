internal import Core
package import Difference
internal import Store
internal import System
package import Values

/// The command line of sync: two places, and which stages bring them in step.
package struct Pair {
  package var scope: [[UInt8]] = []
  package var plan: [[UInt8]] = []
  package var copying: [[UInt8]] = []
  /// What has to do with objects: for the stages that copy to a store.
  package var uploading: [[UInt8]] = []
  package var cleaning: [[UInt8]] = []
  /// How stores are reached: for every tool that may open one.
  package var remote: [[UInt8]] = []
  package var trash: [Path] = []
  package var policy = ConflictPolicy.newer
  package var base: Path?
  package var allowsOtherDisk = false
  package var prints = false
  package var isDry = false
  /// The two places, as they were named.
  package var named: (left: Path?, right: Path?)
  package var left = Path()
  package var right = Path()

  package init() {}

  /// Exchanges the sides, and what is said of them.
  package mutating func turn() {
    (left, right) = (right, left)
    switch policy {
    case .left: policy = .right
    case .right: policy = .left
    case .newer, .larger, .keepBoth, .fail: break
    }
  }

  /// Copies go first, so that nothing is deleted where one of them failed.
  func recipe(_ base: Path) throws(Failure) -> Recipe {
    var recipe = Recipe()
    let flags = ["--both", "--brief", "--conflict=\(policy.rawValue)"].map { Array($0.utf8) }
    let file = Array("--base=".utf8) + base.bytes
    let disks = allowsOtherDisk ? [Array("--allow-other-disk".utf8)] : []
    let losers = sparesLosers ? [Array("--spare-losers".utf8)] : []
    recipe.add(
      "diff",
      words: flags + disks + losers + [file] + plan + scope + remote + [Array("--".utf8)]
        + [left.bytes, right.bytes])
    for (target, source) in [(right, left), (left, right)] {
      let isUpload = try !Location(target).isFolder
      let isFromStore = try !Location(source).isFolder
      let dry = isDry ? [Array("--dry-run".utf8)] : []
      recipe.add(
        isFromStore && !isUpload ? "get" : "put",
        copying + (isUpload ? uploading : []) + dry + remote,
        on: target)
    }
    for place in [left, right] {
      recipe.add("clean", cleaning + (try bin(of: place)) + remote, on: place)
    }
    recipe.add("settle", [], on: base)
    return recipe
  }

  /// Whether what loses a conflict goes to the trash before the other version takes its place.
  private var sparesLosers: Bool {
    switch policy {
    case .newer, .larger, .left, .right: !trash.isEmpty
    case .keepBoth, .fail: false
    }
  }

  /// The trash that is of the kind of a place: what a folder loses goes to a folder.
  private func bin(of place: Path) throws(Failure) -> [[UInt8]] {
    if trash.isEmpty { return [] }
    let isFolder = try Location(place).isFolder
    for bin in trash where try Location(bin).isFolder == isFolder {
      if isFolder { try check(bin) }
      return [Array("--trash=".utf8) + bin.bytes]
    }
    throw Failure(
      .usage, "--trash",
      "\(place) needs \(isFolder ? "a folder" : "a store"): the option may be given twice")
  }

  /// What one side loses must not come to lie among the files of the other.
  private func check(_ bin: Path) throws(Failure) {
    let bin = try bin.resolved()
    for place in [left, right] where try Location(place).isFolder {
      let root = try place.resolved()
      guard bin.isWithin(root) else { continue }
      let inside = Path(bin.bytes.dropFirst(root.trimmed.bytes.count)).parts.first ?? []
      if inside.starts(with: Path.reserved) { continue }
      throw Failure(
        .usage, "\(bin)",
        "the trash lies among the files of \(root); there it may only be \(root)/.s4l/trash")
    }
  }
}
