internal import Core
package import Values

/// The command line of push and pull: which stages a run has, and with which options.
package struct Line {
  /// How the two differ.
  package struct Manner: Sendable {
    let lister: String
    let copier: String
    package static let push = Manner(lister: "scan", copier: "put")
    package static let pull = Manner(lister: "ls", copier: "get")
  }

  var listing: [[UInt8]] = []
  var plan: [[UInt8]] = []
  var copying: [[UInt8]] = []
  var cleaning: [[UInt8]] = []
  var deletes = false
  var deletesExcluded = false
  var moves = false
  var prints = false
  var isDry = false
  package var source = Path()
  package var target = Path()

  package init() {}

  func recipe(_ manner: Manner) throws(Failure) -> Recipe {
    if deletes || deletesExcluded, moves {
      throw Failure(.usage, "--move", "it cannot be combined with --delete")
    }
    var recipe = Recipe()
    recipe.add(manner.lister, listing, on: source)
    if comparesDigests { recipe.add("hash") }
    recipe.add("diff", plan + planFlags.map { Array($0.utf8) }, on: target)
    var copying = copying
    if moves { copying.append(Array("--confirm".utf8)) }
    if isDry { copying.append(Array("--dry-run".utf8)) }
    recipe.add(manner.copier, copying, on: target)
    if deletes || deletesExcluded { recipe.add("clean", cleaning, on: target) }
    if moves { recipe.add("clean", cleaning + [Array("--uploaded".utf8)], on: source) }
    return recipe
  }

  /// Whether the source needs digests, as s4l-diff has those of the target computed.
  private var comparesDigests: Bool {
    let means = plan.last { $0.starts(with: "--compare=".utf8) } ?? []
    return means.elementsEqual("--compare=checksum".utf8)
  }

  private var planFlags: [String] {
    var flags: [String] = []
    if deletesExcluded || deletes {
      flags.append(deletesExcluded ? "--delete-excluded" : "--delete")
    }
    if moves { flags.append("--all") }
    return flags
  }
}
