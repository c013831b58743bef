internal import Access
package import Command
internal import Core
internal import Records

/// What the manuals of push and pull have in common.
extension Line.Manner {
  package func page(
    name: String, summary: String, opening: String, examples: [Page.Example]
  ) -> Page {
    Page(
      name: name, summary: summary,
      description: ([
        opening + " " + RemoteChoice.prose,
        "It runs s4l-\(lister)\(other), s4l-diff, s4l-\(copier) and, to delete, s4l-clean, each as "
          + "a process of its own; {--print} shows the pipe as it would be typed at a shell. One "
          + "summary record is written when all is done. Files that failed are named in it, up to "
          + "100 of them; the outcomes of all stand in a file of the run, which s4l-\(copier) "
          + "--retry reads.",
        comparison,
        "Without {--delete} nothing is ever deleted. With it, the rules of s4l-clean hold: nothing "
          + "goes where the listing of SRC has a hole or broke off, while copies fail for want of "
          + "a disk or a network, or when more than half of DST would go. DST counts as each run "
          + "finds it, and nothing is remembered: what was held back can be less than half for the "
          + "next run, once much else was copied. {--sentinel} has a "
          + "run fail whose source is not mounted. If SRC is a store, it is asked by name for each "
          + "file before that goes, as its listing may have left it out. A file that stands where "
          + "a folder belongs, or the reverse, takes a second run, which is made at once.",
        "With {--move} each file of SRC is deleted once its copy is confirmed, and so are folders "
          + "that become empty. A copy in a folder is read back and compared for that; a store has "
          + "to verify a digest of what it got. SRC must be a folder of this machine.",
        bringsHere
          ? nil
          : "Names are compared as they are: to turn backslashes into slashes on the way to a "
            + "store, run s4l-scan SRC | s4l-put --from-windows DST, which sends all files anew.",
        "With no place named, \(bringsHere ? "SRC" : "DST") is the remote that the configuration "
          + "names as provider, \(bringsHere ? "DST" : "SRC") its local_entries_path, and nothing "
          + "is copied over a file that is newer, as with {--update}.",
        "With {--dry-run}, standard error says what would be done: + is new, ~ is changed, - is to "
          + "be deleted, ? is unknown, ! would fail.",
        "Where standard error is a terminal, one line there tells how far the copies are, as "
          + "s4l-\(copier) does.",
      ] as [String?]).compactMap { $0 },
      writes: [.summary],
      environment: [
        (
          "S4L_PROGRESS_FD",
          "A descriptor to which s4l-\(copier) writes progress records, in place of the terminal."
        )
      ],
      files: [
        ("$XDG_STATE_HOME/s4l/runs/ID.ndjson", "The failed outcomes of a run, if there were any.")
      ],
      statuses: RemoteChoice.statuses,
      examples: examples,
      related: [
        "s4l-scan(1)", "s4l-ls(1)", "s4l-diff(1)", "s4l-\(copier)(1)", "s4l-clean(1)", "s4l-s3(7)",
      ])
  }

  /// What lists a source that is no folder.
  private var other: String { bringsHere ? "" : " (or s4l-ls, if SRC is a store)" }

  private var comparison: String {
    "A file is copied if its size or its time is another, which {--compare} changes. "
      + (bringsHere
        ? "A file of a store is copied again only if its size is another than that of the file "
          + "here, or if the file here does not have the time that the last copy gave it. "
        : "In a store a copy is out of date if the file is newer than the moment when the store "
          + "took the copy in. ")
      + "With {--compare}=checksum it is the MD5 that is compared with a store, which it knows of "
      + "files that came in one request; the others are compared as usual, and the exit status is "
      + "1 then. {--update} copies nothing over a file that is newer."
  }
}
