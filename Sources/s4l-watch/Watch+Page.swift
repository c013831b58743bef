internal import Command
internal import Core
internal import Records

extension Watch {
  static var page: Page {
    Page(
      name: "s4l-watch",
      summary: "report what changes in folders",
      description: [
        "s4l-watch writes one event for each change below its ROOTs as it happens, until it is "
          + "told to stop: create, write (when a file that was written to is closed), remove, "
          + "rename (with the new name in \"to\") and chmod (permissions, owner or times). Where a "
          + "file stands at the path, the event tells its size and mtime. The path of a folder "
          + "ends in a slash; when it is removed or renamed, all that it holds goes with it.",
        "Paths lie below the root, which stands in the head of the stream; with several ROOTs it "
          + "stands in every event. What moves from one root to another, or in from elsewhere, is "
          + "told as created, with all that a folder holds; what moves out is told as removed.",
        "A new folder is watched first and listed then, so that nothing made in it meanwhile is "
          + "missed. A file that is made and written at once is one create. What is told is how "
          + "the file is when it is told: of something that has gone again there may be no more "
          + "than its removal. Whoever follows all events knows the tree as it is.",
        "{--listing} first writes a listing of each root, like that of s4l-scan. The folders are "
          + "watched before they are listed, and what happens meanwhile is told after it. If the "
          + "system had to drop what happened, the events end with a tail that is not complete; a "
          + "fresh listing follows, and a new section of events. The same is done when a root is "
          + "removed, moved, mounted or unmounted, or a part of it mounted or unmounted: a root "
          + "that is gone is waited for. An empty folder that is "
          + "left where a file system was unmounted does not count as the root.",
        "Paths are chosen as by s4l-scan, with the same patterns. A folder that is left out is not "
          + "watched. {--preset} may be given several times: clutter leaves out hidden files, "
          + "temporaries and backups, images and videos list only such files, known by what their "
          + "names end in. What does not pass does not exist: a file that is renamed from a name "
          + "that is left out to one that is not is told as created. Without rename among "
          + "{--events}, a rename is told as a create and a remove.",
        "Symbolic links are not followed, but a ROOT may be one. Names that start with .s4l are "
          + "reserved and never told. What is written to a file that stays open is told when it is "
          + "closed. Of a file that has several names, the system tells the one that was used.",
        "Linux tells nothing of what others change on a network file system. {--poll} lists the "
          + "roots again and again and tells what is different: files alone, a rename as a create "
          + "and a remove.",
        "Every folder takes one of the watches that a user may have. Where they do not suffice, "
          + "s4l-watch ends with status 75, and says which limit to raise.",
      ],
      writes: [.head, .event, .entry, .hole, .tail],
      statuses: [.success, .partial, .usage, .absent, .io, .later, .refused],
      examples: [
        .init("See what happens.", "s4l watch photos"),
        .init(
          "Copy what is written, once it is quiet.",
          "s4l watch --preset clutter photos | s4l debounce | s4l put s3://bucket/photos"),
        .init(
          "Everything there is, and then everything that happens to pictures.",
          "s4l watch --listing --preset images photos | jq -c 'select(.path)'"),
        .init(
          "Watch a share that others write to.", "s4l watch --poll 1m --events create /mnt/share"),
      ],
      related: [
        "s4l-scan(1)", "s4l-debounce(1)", "s4l-hash(1)", "s4l-put(1)", "s4l-stream(5)",
      ])
  }
}
