/// What the manual says at length.
extension DebounceTool {
  static let merging = [
    "Of two events of one path the later one is left, byte for byte, with these exceptions. A "
      + "create that is followed by a write stays a create, with the members of the write. A "
      + "create or a write that is followed by a chmod is left as it is: whoever copies the file "
      + "copies its mode. A create that is followed by a remove is a remove, as the file may have "
      + "replaced another. A remove that is followed by a create or a write of a file is the "
      + "latter; what follows the removal of a folder, and a chmod after any removal, do not "
      + "replace it: both are written. The removal of a folder, whose path ends in a slash, drops "
      + "all that is held below it.",
    "A rename lets all go first that is held at, above or below either of its paths, and is then "
      + "held itself; it goes before whatever is seen at, above or below one of them next. If that "
      + "is the next rename of the same thing, they become one, and the path in between is told "
      + "as removed, as something may have been there before. The rename of a file whose create "
      + "is held becomes the create of the new path, with the members of the one that is held, "
      + "and the removal of the old path: a file that is written beside its target and then "
      + "renamed is told as one create. Renames back, and of something into itself, are never "
      + "made one.",
  ]

  static let passing = [
    "Entries outside of listings are held too: of one path the last is left. Every other record "
      + "passes at once, after what is held at, above or below its path; so records of one path "
      + "keep their order. Sections of another view than events, such as the listing that a "
      + "watcher sends when it has lost events, pass as they are. Streams without a head are held.",
    "{--key} changes what is held: every record that has the member, whatever its type, and its "
      + "value is the key. The last record of a value stands for all; what it says of a path has "
      + "no meaning then. Records without the member, or in which it is null, pass at once, and "
      + "may overtake others.",
    "At most {--max-held} records, of 64 MiB together, are held; then those that are due next go "
      + "early, which is said once.",
  ]

  static let commands = [
    "With a COMMAND, found as a shell finds it, there is one time for all records: when none has "
      + "come for {--wait}, or {--at-most} has passed since the first, all that is held is "
      + "written, and COMMAND runs. It never runs twice at a time. Records that come meanwhile "
      + "are written when it is quiet, whether or not it still runs, and then it runs once more "
      + "for all of them. Every record asks for a run, also those that pass; a tail does not, and "
      + "under a head that says dry nothing does. At the end of the input COMMAND runs for what "
      + "is left without waiting, and is waited for.",
    "COMMAND reads the records that were written since it last ran, without heads and tails; with "
      + "{--no-input} it reads nothing. What it writes, to whichever stream, appears on standard "
      + "error. It has a process group of its own and ordinary signals. When it has run for "
      + "{--timeout} the group is asked to end (SIGTERM), and killed five seconds later. What is "
      + "left of the group when COMMAND has ended is killed after a second. A run that fails is "
      + "reported, and makes the exit status 1 in the end; the records count as handed over.",
    "SIGTERM or SIGINT ends the section: what is held is written. A COMMAND that runs is waited "
      + "for, as long as {--timeout} lets it; none begins, which is said if there are records that "
      + "it did not run for.",
  ]
}
