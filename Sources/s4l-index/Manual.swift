internal import Command
internal import Core
internal import Indexes
internal import Records

/// The page of s4l-index.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-index",
      summary: "remember files, and what became of them, in a database",
      description: repositories + updates + telling,
      writes: [.head, .entry, .tail, .record, .summary],
      environment: IndexChoice.variables,
      files: IndexChoice.files,
      statuses: [
        .success, .partial, .usage, .data, .absent, .unavailable, .io, .later, .refused, .config,
      ],
      examples: [
        .init("Name a folder.", "s4l index repo add photos /srv/photos"),
        .init(
          "Bring what is remembered in line with the files, and see what that did.",
          "s4l scan --preset clutter /srv/photos |\n"
            + "  s4l hash --cache ~/.cache/photos.ndjson | s4l index update photos"),
        .init(
          "Remember changes as they happen.",
          "s4l watch --listing --preset clutter /srv/photos | s4l debounce | s4l hash |\n"
            + "  s4l index apply photos"),
        .init("How do things stand?", "s4l index status photos"),
        .init("What happened lately?", "s4l index history photos"),
        .init(
          "What would a mirror on another disk lack?",
          "s4l index export photos | s4l diff /mnt/backup/photos"),
      ],
      related: [
        "s4l-debounce(1)", "s4l-hash(1)", "s4l-run(1)", "s4l-scan(1)", "s4l-recipes(7)",
        "s4l.conf(5)",
      ])
  }

  private static let repositories = [
    "s4l-index keeps a record of every file of a repository: its path, size, time and SHA-256, "
      + "when it was last seen, and by which operation. It never touches a file. What follows the "
      + "VERB depends on it; NAME is the name of a repository, or its id.",
    "repo add NAME DIR makes a repository of a folder; its id is {--id} or is made up. With "
      + "{--area} the paths are those below that folder of it. repo remove NAME forgets it with "
      + "all that is remembered of it. repo list tells all of them. A [[repositories]] of the "
      + "configuration, named by its id or its name, is made by update and apply themselves, and "
      + "found by both from then on.",
    IndexChoice.prose,
  ]

  private static let updates = [
    "update NAME reads a listing, as s4l-scan and s4l-hash write it, of the folder of the "
      + "repository, and brings the records in line with it: what is new, what changed in size, "
      + "time or digest. A record whose file is as it was keeps its digest if the listing has "
      + "none. Records of files that are not listed are removed at the end of a listing that is "
      + "complete, never of a selection, never where the listing has a hole or its patterns leave "
      + "files out (unless {--delete-excluded}), and only if their file is indeed not there. More "
      + "than half of them, or all, are not removed unless {--max-delete} or {--allow-empty} "
      + "permits it; that is status 1. What goes wrong with one file does not stop the others; "
      + "that and a hole, where something could not be looked at, are status 1 at the end.",
    "apply NAME reads events, as s4l-watch and s4l-debounce write them, and does what each says: "
      + "it may be read again without harm. An event without size or time has its file looked at, "
      + "and a folder that was created is looked into. "
      + "A listing in between, such as s4l-watch sends at first and after it has lost events, is "
      + "an update. All that came is written before more is waited for. One process applies events "
      + "to a repository, and one updates it, at a time; whoever comes second ends with status 75, "
      + "or waits for as long as {--wait} says. While one applies events, another that updates "
      + "looks at each file before it writes of it, and leaves what has changed since it was "
      + "listed to the events, so that nothing newer is ever overwritten.",
    Percent.prose + " It holds no database up while it rests.",
    "Each operation is told by a summary record, and kept: startup is the first update, later ones "
      + "are called reconciliation, unless {--operation} says otherwise; realtime is what events "
      + "did, in one operation for each hour in which they did anything. One that was killed is "
      + "noted as failed by the next that comes.",
  ]

  private static let telling = [
    "status NAME tells how many files are remembered, whether events are being applied, and the "
      + "last operation; list NAME all records, in byte order of path; show NAME PATH one of them; "
      + "history NAME the last operations, the newest first. export NAME writes a listing, as if "
      + "s4l-scan and s4l-hash had, which s4l-diff takes. prune NAME forgets operations, but for "
      + "the last {--keep}. migrate brings the tables up to those of this version, as every other "
      + "verb does before anything else.",
    "The tables are file_records (id, repository_id, file_path, file_size, mod_time, "
      + "content_hash, last_scanned, scan_generation, created_at, updated_at), sync_operations "
      + "(id, repository_id, operation_type, files_scanned, files_added, files_updated, "
      + "files_removed, start_time, end_time, duration_ms, status, error_message) and "
      + "repositories. In a file, moments are nanoseconds since 1970, and a path is whatever "
      + "bytes the name of the file is. On a server path_bytes are those, and file_path is the "
      + "text that they make; mtime_ns are the nanoseconds of mod_time, which has microseconds. A "
      + "time that lies before 1677 or after 2262 is remembered as the nearest that does not.",
  ]
}
