/// What must be looked at again once the notices that wait are handled.
///
/// A path may lead nowhere, or elsewhere, if a folder on it was moved after the notice that named
/// it: the move is told by a notice to come, and what the folder holds goes along. So what was not
/// found is looked for again, under the path that it has then; and if another folder took the old
/// path meanwhile, so is what was seen there.
///
/// A notice may come a little later than what it tells of can be seen, so that nothing waits and
/// yet not all is told. All that is owed bears the period in which it came up, and is kept through
/// that one and the next.
struct Owed {
  var files: [Nodes.Key: Int32] = [:]
  var folders: [Nodes.Key: Int32] = [:]
  /// Folders whose files are to be told once more.
  var relisted: [Int: Int32] = [:]
  /// Files that were told when they were looked for again: it may have been too early.
  var guesses: [Nodes.Key: Int32] = [:]
  /// Where folders have been that were moved.
  var departures: [Nodes.Key: (node: Int, period: Int32)] = [:]

  var isEmpty: Bool {
    files.isEmpty && folders.isEmpty && relisted.isEmpty && guesses.isEmpty && departures.isEmpty
  }

  /// Forgets what came up before a period.
  mutating func forget(before period: Int32) {
    if isEmpty { return }
    files = files.filter { $0.value >= period }
    folders = folders.filter { $0.value >= period }
    relisted = relisted.filter { $0.value >= period }
    guesses = guesses.filter { $0.value >= period }
    departures = departures.filter { $0.value.period >= period }
  }
}
