package import Command
package import Difference
package import Values

/// The options that say what a plan holds: those of s4l-diff that push and pull have as well.
package struct PlanChoice {
  package var means: Comparison.Means?
  package var window: Span?
  package var deletes = false
  package var deletesExcluded = false
  package var keepsNewer = false
  package var onlyExisting = false

  package init() {}

  package static var table: [Option<PlanChoice>] {
    [
      .value("compare", nil, "MEANS", \.means, "What makes two files differ."),
      .value(
        "modify-window", nil, "SPAN", \.window, "Take times this close to each other as equal."),
      .flag("delete", nil, \.deletes, "Delete what the source does not have."),
      .flag(
        "delete-excluded", nil, \.deletesExcluded,
        "Delete also what patterns leave out; implies --delete."),
      .flag("update", "u", \.keepsNewer, "Copy nothing over a file that is newer."),
      .flag("existing", nil, \.onlyExisting, "Copy only files that the target has already."),
    ]
  }

  package var wishes: Planner.Wishes {
    var wishes = Planner.Wishes()
    wishes.comparison.means = means
    wishes.comparison.window = window?.nanoseconds ?? 0
    wishes.deletes = deletes || deletesExcluded
    wishes.keepsNewer = keepsNewer
    wishes.onlyExisting = onlyExisting
    return wishes
  }
}

extension Comparison.Means: Choice {}
extension ConflictPolicy: Choice {}
