/// What must be looked at again once the notices that wait are handled.
///
/// A path may lead nowhere, or elsewhere, if a folder on it was moved after the notice that named
/// it: the move is told by a notice to come, and what the folder holds goes along. So what was not
/// found is looked for again, under the path that it has then; and if another folder took the old
/// path meanwhile, so is what was seen there.
struct Owed {
  var files: Set<Nodes.Key> = []
  var folders: Set<Nodes.Key> = []
  /// Folders whose files are to be told once more.
  var relisted: Set<Int> = []
  /// Files that were told when they were looked for again: it may have been too early.
  var guesses: Set<Nodes.Key> = []
  /// Where folders have been that were moved since all was handled last.
  var departures: [Nodes.Key: Int] = [:]

  var isEmpty: Bool { files.isEmpty && folders.isEmpty && relisted.isEmpty }
}
