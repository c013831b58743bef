/// What the manual says of repositories.
enum Repositories {
  static let prose = [
    "A JOB that is a [[repositories]] is compared with the index: s4l-scan lists path, or area "
      + "within it, s4l-hash reads what has changed since the last time, and s4l-index brings the "
      + "records in line. Its first such run is called startup in the history of the index, each "
      + "later one reconciliation. With {--dry-run} it is told what would change, by size and time "
      + "alone. Of the options for deletes {--max-delete} and {--allow-empty} apply, to records; "
      + "no file is ever touched. Several of them, or all that are enabled with {--repositories}, "
      + "are compared side by side, as many at once as max_concurrent_syncs of [concurrency] says.",
    "With max_cpu_percent a comparison takes no more than that share of one processor, all its "
      + "programs together and over the whole run: they rest again and again, never while the "
      + "index is locked.",
    "{--watch} goes on until it is told to stop. For each repository that is named, or all that "
      + "are enabled, s4l-watch lists the folder and then tells what changes, s4l-debounce waits "
      + "until a file is quiet, s4l-hash reads it, and s4l-index writes down what is new. When "
      + "reconciliation_interval has passed since a repository was last listed or compared, by "
      + "whomever, it is compared by a run of its own, with its place in the history; a run that "
      + "somebody else makes meanwhile disturbs nobody. SIGUSR1 has all of them compared now. What "
      + "the index says of each operation is written to standard output as it ends.",
    "A pipe that ends by itself is begun anew, after a second at first and about a minute at last, "
      + "and standard error says why it ended. Told to stop, {--watch} ends the watchers first and "
      + "lets what they have seen be written; a second signal ends it at once. When it is killed, "
      + "its pipes end too.",
    "It looks at the configuration every second, and heeds what has changed: a repository that is "
      + "new is watched, one that is gone or not enabled any more is not, one that has other keys "
      + "is begun anew, and all of them are when [index] has changed. The others are not "
      + "disturbed. A configuration that is wrong changes nothing, and standard error says so.",
  ]
}
