internal import Access
internal import Command
internal import Core
internal import Queues
internal import Records
internal import Values

/// The page of s4l-run.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-run",
      summary: "run a job, or do the work of a task",
      description: jobs + Libraries.prose + Repositories.prose + tasks + runs,
      writes: [.summary],
      environment: [
        ("S4L_TASK_TYPE", "The type of the task, unless --type tells it."),
        (
          "S4L_PROGRESS_FD",
          "A descriptor to which s4l-put writes progress records, in place of the terminal."
        ),
      ] + QueueChoice.variables,
      files: [
        (
          "$XDG_STATE_HOME/s4l/digests/NAME.ndjson",
          "What s4l-hash remembers of the files of a [[repositories]]."
        ),
        ("$XDG_STATE_HOME/s4l/history.db", "The summaries of the last 10,000 runs."),
        ("$XDG_STATE_HOME/s4l/inbox/JOB.*", "Events that wait for a [[strm_jobs]]."),
        ("$XDG_STATE_HOME/s4l/locks/", "What the runs of this moment have claimed."),
        ("$XDG_STATE_HOME/s4l/runs/ID.ndjson", "The failed outcomes of a run, if there were any."),
        ("$XDG_STATE_HOME/s4l/tokens", "What files under way are counted by."),
      ] + QueueChoice.files,
      statuses: RemoteChoice.statuses,
      examples: [
        .init("Run a job of the configuration.", "s4l run documents"),
        .init("See first what it would do.", "s4l run -n documents"),
        .init(
          "Do the work of a task by hand.",
          "echo '{\"folder_path\":\"/data/out\",\"prefix\":\"out\"}' |\n"
            + "  s4l run --task --type file_sync"),
        .init("Queue a run of a library, as a crontab may.", "s4l run --enqueue movies"),
        .init("Compare a repository with the index.", "s4l run photos"),
        .init("Watch all repositories.", "s4l run --watch"),
        .init("Work all tasks of a queue.", "s4l queue work --queue default -- s4l-run --task"),
        .init("What became of the last runs?", "s4l run --history documents --limit 5"),
      ],
      related: [
        "s4l-index(1)", "s4l-publish(1)", "s4l-push(1)", "s4l-cron(1)",
        "s4l-queue(1)", "s4l-watch(1)",
        "s4l-recipes(7)", "s4l.conf(5)", "s4l-s3(7)",
      ])
  }

  private static let jobs = [
    "s4l-run JOB runs a [[sync_jobs]] of the configuration, named by its id or its name, once and "
      + "now, as s4l-push would: source_path is copied to destination_path, which may be a folder "
      + "or any location. filters are patterns of what is left out, as for s4l-scan --exclude; "
      + "ignore_hidden_files leaves out names that begin with a dot; comparison_method is "
      + "--compare. Without preserve_permissions or preserve_timestamps, mode or time of a file "
      + "are not copied. With dry_run, as with {--dry-run}, nothing is changed.",
    "With delete_destination_files what is gone from the source is deleted from the destination, "
      + "under all the rules of s4l-clean: not after copies failed, not where nothing is known, "
      + "not more than half of the destination. {--max-delete}, {--allow-empty} and "
      + "{--delete-despite-errors} loosen them for one run; {--trash} keeps what goes.",
    "A job that is not enabled is refused unless {--force} is given. {--print} shows the pipe that "
      + "would be run. s4l-run does not heed the schedule of a job: s4l-cron does, and queues a "
      + "task of type sync_job, with the payload {\"job\":ID}, that runs it.",
  ]

  private static let tasks = [
    "s4l-run {--task} does the work of one task of a queue: s4l-queue work calls it so, with the "
      + "payload on standard input and the type in the environment. A type that it does not know "
      + "is status 64, with which the task is archived.",
    "file_sync copies files into the bucket of the remote s3 of the configuration, which a "
      + "section [s3] makes, or to where {--to} says. Its payload is a JSON object. folder_path "
      + "is the folder, absolute; prefix says below which key its files go; without one that is "
      + "the whole bucket. These two are the payload of Sync4Loong. Besides them there may be: "
      + "delete_after_sync, true or false, otherwise as [daemon] says; overwrite, true to send "
      + "also what is there; files, an array of paths below the folder, which are all that is "
      + "then meant; pairs, an array of objects of from, a file, and to, its key below the "
      + "prefix, in place of the folder, no two with one key; after, an array of ids of tasks: "
      + "while one of them is still to be worked, the status is 75. A path that is not UTF-8 is "
      + "an object of one member, bytes, which holds it in base64. Other members are passed over.",
    "Files are compared by size alone: one that is missing is sent, one of another size is sent "
      + "over it, one of the same size is left alone. A folder that is not there is status 66, and "
      + "so is a missing file of pairs; a folder that is empty is done. If [hook] names roots, "
      + "sources must lie below one of them; otherwise the status is 77.",
    "With delete_after_sync a source file is deleted once the store has confirmed that it holds "
      + "its very bytes; folders that become empty go too, except the one that was named. A file "
      + "that is there in the same size is confirmed first, by the store's digest, or else by "
      + "fetching it and comparing. If it differs, neither is touched, and the file fails. So a "
      + "run that was killed can be made again at any moment. A missing file of pairs counts as "
      + "done by an earlier try then.",
    "If [daemon] sets enable_ssh_task, a file_sync that has sent anything queues a task of type "
      + "after_sync in the queue after_sync, to become ready when ssh_debounce_minutes have "
      + "passed; if one waits there, that is moved instead. So the command runs once, after the "
      + "last of many uploads. A run that could not queue it fails, and one that died owes it: the "
      + "next run of this user asks for it. after_sync runs ssh_command by sh, says on standard "
      + "error what it writes, and ends it after ssh_timeout_minutes; if the command fails, the "
      + "status is 1.",
  ]

  private static let runs = [
    "Runs of one user on one machine that change the same place do not get in each other's way: "
      + "those that only add go side by side, one that deletes what is missing is alone there, "
      + "and no job runs twice at a time. A folder and what lies in it are the same place. Whoever "
      + "comes second ends with status 75, or waits for as long as {--wait} says. A run that was "
      + "killed holds its place until the last of its stages has ended.",
    "All runs of a user together have as many files under way as max_file_operations in "
      + "[concurrency] says: each has one for sure, which it waits for if need be, and more while "
      + "others leave them. What a run that was killed had is free at once.",
    "One summary record is written when all is done. Its first six members are those of "
      + "Sync4Loong: folder_path, prefix, total_files, uploaded_files, failed_files and duration. "
      + "Up to 100 failed files are named; the outcomes of all stand in the file of the run, whose "
      + "name is \"run\". A run that is made again compares anew, and so does only what was left "
      + "undone. {--history} writes the summaries of past runs, of one job if it is named, the "
      + "newest first.",
    "The exit status is that of the first stage of the pipe that failed, as for s4l-push. As a "
      + "handler of s4l-queue it writes messages as plain sentences, the last of which says why it "
      + "failed: 64, 65, 70 and 78 archive a task, 75 has it come later without "
      + "counting, all else but 0 is tried again.",
  ]
}
