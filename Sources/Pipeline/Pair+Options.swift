internal import Access
internal import ChoicesOfCleaning
internal import ChoicesOfCopies
internal import ChoicesOfPlans
internal import ChoicesOfTree
package import Command
internal import Values

/// What sync takes: its own options, and those of the tools it runs, each checked by the very table
/// of the tool that acts on it.
extension Pair {
  package static var options: [Option<Pair>] {
    own + PathChoice.table.map { $0.passed(to: \.scope, checkedBy: PathChoice()) }
      + ScopeChoice.table.filter { $0.name == "sentinel" }
      .map { $0.passed(to: \.scope, checkedBy: ScopeChoice()) }
      + PlanChoice.table.filter { ["compare", "modify-window"].contains($0.name) }
      .map { $0.passed(to: \.plan, checkedBy: PlanChoice()) }
      + CopyChoice.table.map { $0.passed(to: \.copying, checkedBy: CopyChoice()) }
      + ObjectChoice.table.filter { !Pair.unfit.contains($0.name) }
      .map { $0.passed(to: \.uploading, checkedBy: ObjectChoice()) }
      + KeyChoice.table.map { $0.passed(to: \.copying, checkedBy: KeyChoice()) }
      + UploadChoice.table.map { $0.passed(to: \.uploading, checkedBy: UploadChoice()) }
      + BrakeChoice.table.filter { $0.name != "trash" }
      .map { $0.passed(to: \.cleaning, checkedBy: BrakeChoice()) }
      + RemoteChoice.table.map { $0.passed(to: \.remote, checkedBy: RemoteChoice()) }
  }

  /// Options of s4l-put that would not let a plan be carried out, or that get has as well.
  private static let unfit =
    ["if-none-match", "if-match", "from-windows"] + KeyChoice.table.map(\.name)

  private static var own: [Option<Pair>] {
    [
      .value("conflict", nil, "WINNER", \.policy, "Which side wins where both have changed."),
      .value("base", nil, "FILE", \.base, "Remember here how both sides are."),
      .list(
        "trash", nil, "LOCATION", \.trash, "Move files to LOCATION instead of deleting them."),
      .flag(
        "allow-other-disk", nil, \.allowsOtherDisk,
        "Believe a side that lies on another disk than before."),
      .flag("dry-run", "n", \.isDry, "Change nothing; say what would be done."),
      .flag("print", nil, \.prints, "Print the pipe that would be run, for a shell."),
    ]
  }

  package static var operands: [Operand<Pair>] {
    [
      .optional("A", \.named.left, "A folder or a store.", .folders),
      .optional("B", \.named.right, "The folder or store to bring in step with it.", .folders),
    ]
  }
}
