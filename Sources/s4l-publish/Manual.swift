internal import Command
internal import Core
internal import Queues
internal import Records
internal import Values

/// The page of s4l-publish.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-publish",
      summary: "queue the upload of a folder or of single files",
      description: [
        "s4l-publish looks whether FROM is there and holds anything, queues a task for it, and "
          + "writes the task as a record. A worker, s4l-queue work, then has s4l-run copy the "
          + "files into the bucket of the remote s3, below the prefix TO; the worker may be on "
          + "another machine that sees the same folder under the same path. An empty TO is the "
          + "whole bucket.",
        "The task is of type file_sync, and its payload that of Sync4Loong: folder_path, which is "
          + "absolute, and prefix. Its retries and its time are those of [publish] in the "
          + "configuration. What is done with it, and what else a payload may hold, tells "
          + "s4l-run(1).",
        "If FROM is a file, TO is the key that it gets, or, where it ends in a slash, the prefix "
          + "below which it keeps its name. Further files follow, each with its key; they are one "
          + "task, and no two may have the same key. A folder is published alone. TO is never a "
          + "location such as s3:store.",
        "With {--delete-after-sync} the worker deletes each source file once the store has "
          + "confirmed its bytes, and with {--no-delete-after-sync} none; otherwise "
          + "delete_after_sync of [daemon] decides where the task is worked. With {--overwrite} "
          + "files are sent that are there already in the same size.",
        "{--split} lets many workers share one folder: it is listed now, and a task is queued for "
          + "each N files, or for fewer if their names are very long. The last task is for the "
          + "whole folder and waits until the others have ended: it compares all of it with the "
          + "target and sends what they have left undone, so when it is done, so is the folder. "
          + "It needs a place beside the others: with a queue of one worker it comes last by "
          + "itself.",
        "All tasks of a call are queued at once. With {--dry-run} they are only written.",
        QueueChoice.prose,
      ],
      writes: [.task],
      environment: QueueChoice.variables,
      files: QueueChoice.files,
      statuses: [
        .success, .partial, .usage, .absent, .unavailable, .io, .later, .refused, .config,
      ],
      examples: [
        .init("Publish a folder.", "s4l publish /data/nix-store store"),
        .init("Publish two files.", "s4l publish a.nar cache/a.nar b.nar cache/b.nar"),
        .init(
          "Hand a spool over, and have it emptied.",
          "s4l publish --delete-after-sync /var/spool/out archive"),
        .init("Share a folder among many workers.", "s4l publish --split 1000 /data/store store"),
      ],
      related: ["s4l-queue(1)", "s4l-run(1)", "s4l-recipes(7)", "s4l.conf(5)"])
  }
}
