internal import Access
internal import ChoicesOfCleaning
internal import ChoicesOfCopies
internal import ChoicesOfPlans
internal import ChoicesOfTree
package import Command
internal import Values

/// What push and pull take: their own options, and those of the tools they run, each checked by
/// the very table of the tool that acts on it.
extension Line {
  package static func options(_ manner: Manner) -> [Option<Line>] {
    own + ScopeChoice.table.map { $0.passed(to: \.listing, checkedBy: ScopeChoice()) }
      + PlanChoice.table.filter { $0.name != "delete" && $0.name != "delete-excluded" }
      .map { $0.passed(to: \.plan, checkedBy: PlanChoice()) }
      + CopyChoice.table.map { $0.passed(to: \.copying, checkedBy: CopyChoice()) }
      + (manner.bringsHere
        ? KeyChoice.table.map { $0.passed(to: \.copying, checkedBy: KeyChoice()) }
        : ObjectChoice.table.filter { !Line.stray.contains($0.name) }
          .map { $0.passed(to: \.copying, checkedBy: ObjectChoice()) }
          + UploadChoice.table.map { $0.passed(to: \.copying, checkedBy: UploadChoice()) })
      + BrakeChoice.table.map { $0.passed(to: \.cleaning, checkedBy: BrakeChoice()) }
      + RemoteChoice.table.map { $0.passed(to: \.remote, checkedBy: RemoteChoice()) }
  }

  /// What s4l-put alone can do: names are compared before it has turned them, so that each file
  /// would look like a new one.
  private static let stray = ["from-windows"]

  private static var own: [Option<Line>] {
    [
      .flag("delete", nil, \.deletes, "Delete from DST what SRC does not have."),
      .flag("delete-excluded", nil, \.deletesExcluded, "Delete also what patterns leave out."),
      .flag("move", nil, \.moves, "Delete each source file once its copy is confirmed."),
      .flag("dry-run", "n", \.isDry, "Change nothing; say what would be done."),
      .flag("print", nil, \.prints, "Print the pipe that would be run, for a shell."),
    ]
  }

  package static func operands(_ manner: Manner) -> [Operand<Line>] {
    let target = manner.bringsHere ? "The folder to copy to." : "The folder or store to copy to."
    return [
      .optional("SRC", \.named.source, "The folder or store to copy from.", .folders),
      .optional("DST", \.named.target, target, .folders),
    ]
  }
}
