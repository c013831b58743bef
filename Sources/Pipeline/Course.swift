package import Core
internal import Glibc
internal import Store
package import System
package import Values

/// A pipe that is to be run: its stages, what they are given besides their arguments, and what the
/// run calls its two ends.
package struct Course {
  package var recipe: Recipe
  package var source: Path
  package var target: Path
  package var isDry: Bool
  /// The stages that know how far they are, if any of them do.
  let tellers: [String]
  /// What the first stage reads.
  var input = Intake.nothing
  /// Whether either side may change.
  private(set) var isTwoWay = false
  /// A descriptor that all stages inherit: whoever watches it learns when the last of them ended.
  package var keepsake: Int32?
  /// The account of processor time that the stages share, if they are to share one.
  package var account: Int32?
  /// The token that the run holds for the stage that copies, if it holds one.
  package var token: Int32?
  /// Where the stage that knows how far it is keeps that posted, while nobody watches us.
  package var board: Int32?
  /// What the stages find in their environment, besides ours.
  package var variables: [(name: String, value: String)] = []

  /// What push or pull do.
  package init(_ line: Line, _ manner: Line.Manner) throws(Failure) {
    for place in [line.source, line.target] { try Location(place).refuseLogin() }
    recipe = try line.recipe(manner)
    (source, target, isDry, tellers) = (line.source, line.target, line.isDry, [manner.copier])
  }

  /// What sync does.
  package init(_ pair: Pair, base: Path) throws(Failure) {
    for place in [pair.left, pair.right] { try Location(place).refuseLogin() }
    recipe = try pair.recipe(base)
    (source, target, isDry) = (pair.left, pair.right, pair.isDry)
    tellers = ["put", "get"]
    isTwoWay = true
  }

  /// Copies files that are named one by one, in a section of entries below the source.
  package init(_ line: Line, naming files: Scratch) throws(Failure) {
    recipe = line.recipeOfNamed
    (source, target, isDry, tellers) = (line.source, line.target, line.isDry, ["put"])
    input = .scratch(files)
  }

  /// Runs any stages.
  package init(
    _ recipe: Recipe, from source: Path, to target: Path, isDry: Bool, teller: String?,
    reading input: Intake = .nothing
  ) {
    (self.recipe, self.source, self.target) = (recipe, source, target)
    (self.isDry, self.input) = (isDry, input)
    tellers = teller.map { [$0] } ?? []
  }

  /// Whether a stage copies files.
  package var copies: Bool { recipe.stages.contains { $0.copies } }

  /// A file as target would be taken for a listing that somebody has kept.
  func checkTarget() throws(Failure) {
    for place in isTwoWay ? [source, target] : [target] where try Location(place).isFolder {
      let found = place.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
      guard case .success(let inode) = found, inode.form != .folder else { continue }
      throw Failure(errno: ENOTDIR, place)
    }
  }

  /// How many stages tell how far they are.
  var tellerCount: Int { recipe.stages.count { tellers.contains($0.tool) } }
}
