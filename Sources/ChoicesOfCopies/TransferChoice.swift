internal import Access
package import Command
package import Core
internal import Stream
package import Transfer
internal import Values

/// The options by which put and get are told how to copy: one group, so that they mean the same.
package struct TransferChoice {
  private var copying = CopyChoice()
  private var from: Path?
  private var side: Side?
  private var isDry = false
  private var retries = false
  private var confirms = false
  private var resends = true

  package init() {}

  package static var table: [Option<TransferChoice>] {
    [
      .value("from", nil, "LOCATION", \.from, "Take the files from here, outside of a plan."),
      .value("side", nil, "SIDE", \.side, "Act on this side of a plan, left or right."),
      .flag("dry-run", "n", \.isDry, "Change nothing; write the outcomes all the same."),
      .flag("retry", nil, \.retries, "Copy again what failed, as earlier outcomes tell."),
      .flag("confirm", nil, \.confirms, "Read back every file, those that are kept too."),
      .toggle(
        "resend", nil, \.resends,
        "With --confirm, copy a kept file again if it cannot be confirmed; this is usual."),
    ] + CopyChoice.table.map { $0.within(\.copying) }
  }

  /// What the pages of put and get say alike.
  package static let proof =
    "With {--durable} or {--confirm} each copy on this machine is written "
    + "to the disk, read again and compared before it gets its name; only then does its outcome "
    + "say \"confirmed\". {--confirm} does the same for files that the plan keeps (s4l-diff --all "
    + "lists them), and copies anew what differs, but never what is kept as the newer one; with "
    + "{--no-resend} that fails instead, and what is at the target stays as it is."

  package static let variables: [(name: String, help: String)] = [
    ("S4L_PROGRESS_FD", "A descriptor to write progress records to, in place of the terminal.")
  ]

  /// What is asked for, as the transfer understands it.
  package func terms() throws(Failure) -> Terms {
    var terms = Terms()
    terms.from = from
    terms.side = side
    terms.isDry = isDry
    terms.retries = retries
    terms.confirms = confirms
    terms.resends = resends
    terms.isDurable = copying.isDurable
    terms.rate = copying.rate?.size
    if let jobs = copying.jobs {
      terms.jobs = jobs.number
      terms.width = jobs.number
    }
    if let list = copying.preserve {
      guard let preserved = Preserved(text: list) else {
        throw Failure(
          .usage, "--preserve", "\"\(list)\" must be a list of mode, times, owner, xattrs, or none")
      }
      terms.preserved = preserved
    }
    return terms
  }
}
