internal import Core
internal import Store
package import Values

/// The command line of push and pull, or what stands for one: which stages a run has, and with
/// which options.
package struct Line {
  /// How the two differ.
  package struct Manner: Sendable {
    let lister: String
    let copier: String
    package static let push = Manner(lister: "scan", copier: "put")
    package static let pull = Manner(lister: "ls", copier: "get")

    /// Whether the target is a folder of this machine, whatever the source is.
    var bringsHere: Bool { copier == "get" }
  }

  package var listing: [[UInt8]] = []
  package var plan: [[UInt8]] = []
  package var copying: [[UInt8]] = []
  package var cleaning: [[UInt8]] = []
  /// How stores are reached: for every tool that may open one.
  package var remote: [[UInt8]] = []
  package var deletes = false
  var deletesExcluded = false
  package var moves = false
  /// Whether a file that the target has already is copied again where it cannot be confirmed.
  package var resends = true
  /// Whether all is copied, whatever the target has.
  package var overwrites = false
  /// Where digests of the source are kept, if they are.
  package var digests: Path?
  package var prints = false
  package var isDry = false
  /// The two places, as they were named on a command line.
  var named: (source: Path?, target: Path?)
  package var source = Path()
  package var target = Path()

  package init() {}

  func recipe(_ manner: Manner) throws(Failure) -> Recipe {
    if deletes || deletesExcluded, moves {
      throw Failure(.usage, "--move", "it cannot be combined with --delete")
    }
    let isFromStore = try !Location(source).isFolder
    let isToStore = try !Location(target).isFolder
    try check(manner, isFromStore: isFromStore)
    var recipe = Recipe()
    add(manner, isFromStore: isFromStore, isToStore: isToStore, to: &recipe)
    if !overwrites { recipe.add("diff", plan + planFlags(isFromStore) + remote, on: target) }
    // Only s4l-put copies to them.
    recipe.add(isToStore ? "put" : manner.copier, copying + copyFlags + remote, on: target)
    if deletes || deletesExcluded { recipe.add("clean", cleaning + remote, on: target) }
    if moves { recipe.add("clean", cleaning + [Array("--uploaded".utf8)], on: source) }
    return recipe
  }

  /// The stages for files that are named one by one, by records that the first stage reads.
  var recipeOfNamed: Recipe {
    var recipe = Recipe()
    let look = overwrites ? [] : [Array("--differing".utf8)]
    recipe.add("put", copying + look + copyFlags + remote, on: target)
    if moves { recipe.add("clean", [Array("--uploaded".utf8)], on: source) }
    return recipe
  }

  private var copyFlags: [[UInt8]] {
    var flags: [String] = []
    if moves { flags.append("--confirm") }
    if moves, !resends { flags.append("--no-resend") }
    if isDry { flags.append("--dry-run") }
    return flags.map { Array($0.utf8) }
  }

  /// What cannot be, before anything is started. A remote may be a folder: whoever opens it knows.
  private func check(_ manner: Manner, isFromStore: Bool) throws(Failure) {
    if moves, isFromStore {
      throw Failure(
        .usage, "--move", "\(source) is no folder of this machine: only such are emptied")
    }
    if manner.bringsHere, case .store = try Location(target) {
      throw Failure(
        .usage, "\(target)", "it is no folder of this machine: s4l-push copies to stores")
    }
  }

  /// Adds what lists the source. To compare digests, those of files are computed, of a kind that
  /// the other side has as well; a store tells its own.
  private func add(
    _ manner: Manner, isFromStore: Bool, isToStore: Bool, to recipe: inout Recipe
  ) {
    let lister = isFromStore ? "ls" : manner.lister
    let digests = comparesDigests && isFromStore ? [Array("--digests".utf8)] : []
    let way = lister == "ls" ? remote : []
    recipe.add(lister, listing + digests + way, on: source)
    guard comparesDigests, !isFromStore else { return }
    let algorithm = isToStore ? [Array("--algorithm=md5".utf8)] : []
    let kept = self.digests.map { [Array("--cache=".utf8) + $0.bytes] } ?? []
    recipe.add("hash", words: algorithm + kept)
  }

  private var comparesDigests: Bool {
    plan.last { $0.starts(with: "--compare=".utf8) }?.elementsEqual("--compare=checksum".utf8)
      ?? false
  }

  private func planFlags(_ isFromStore: Bool) -> [[UInt8]] {
    var flags: [String] = []
    if deletesExcluded {
      flags.append("--delete-excluded")
    } else if deletes {
      flags.append("--delete")
    }
    if moves { flags.append("--all") }
    if comparesDigests, isFromStore { flags.append("--digest=md5") }
    return flags.map { Array($0.utf8) }
  }
}
