internal import Access
internal import Command
internal import Core
internal import DriveStores
internal import Glibc
internal import Records
internal import ChoicesOfTree
internal import Store
internal import Stores
internal import Stream
internal import System
internal import Tree
internal import Values

/// Lists a store as records, in byte order of path.
@main
struct List: Tool {
  static var page: Page {
    Page(
      name: "s4l-ls",
      summary: "list a store as records",
      description: [
        "s4l-ls writes one entry for each file below LOCATION, in byte order of the whole path. "
          + "s4l-diff runs it for the other side of a comparison; it is also the source of a pull.",
        "A folder of this machine is written as a plain path or as file:///folder; a path with a "
          + "colon in its first part is written with ./ before it. For a folder, s4l-ls writes "
          + "what s4l-scan does; the options are told there.",
        RemoteChoice.prose,
        "A store has no folders but those that the names of its files lead through: these are "
          + "what {--dirs} lists, together with empty files whose names end in a slash. A prefix "
          + "is a folder: s3://bucket/photos does not list photos-old. {--links}, {--stat} and "
          + "{--one-file-system} mean nothing there.",
        "An entry of a store tells \"stored\", the time when the store took the file in, its "
          + "\"etag\" and its storage class. The file's own time, \"mtime\", is told with "
          + "{--metadata}, which costs a request for each file. {--newer} and {--older} look at "
          + "\"mtime\" if the store tells it, else at \"stored\". With {--digests} an etag that is "
          + "an MD5 is told as \"md5\" too. {--presign} adds a \"url\" from which anybody may "
          + "fetch the file for so long, a week at most.",
        "A drive, as OpenList, CloudDrive2 or a server of WebDAV has them, is listed folder by "
          + "folder, {--jobs} of them at a time and at most {--qps} requests a second, each a "
          + "little off its beat. Outside of {--hours} it waits; these are times of day as the "
          + "clock shows them where s4l-ls runs, in the time zone that TZ names, else that of the "
          + "machine, summer time and all: on the day that has no 02:30 what begins then begins "
          + "with the next hour, within ten minutes, and on the day that has it twice it begins "
          + "twice. A folder whose listing fails, is cut off or makes no sense becomes a hole, so "
          + "that nobody takes what it holds for removed; what was told of it before does not "
          + "count. Folders are entered 25 levels deep if {--max-depth} does not say otherwise; "
          + "one that is deeper is a hole too, and is warned of. Drives remember for a while what "
          + "their folders hold: {--refresh} has them look anew, which costs them requests to the "
          + "service behind. {--dirs} lists all their folders, those too that hold nothing.",
        "The order of the names is checked. If a store lists otherwise, or breaks off, what was "
          + "listed stands, the section ends as incomplete, and the exit status says why.",
        "A location that does not exist is exit status 66, and no records: what is not there is "
          + "not the same as what is empty. A bucket or a container has names, but no folders: a "
          + "prefix below which it holds nothing is an empty listing and status 0, and only where "
          + "there is no such bucket is it 66.",
      ],
      writes: [.head, .entry, .hole, .tail],
      environment: Stores.allVariables,
      files: Stores.files,
      statuses: RemoteChoice.statuses,
      examples: [
        .init("See what the backup holds.", "s4l ls /mnt/backup/photos"),
        .init("See what is directly in a bucket.", "s4l ls --human --delimiter s3://photos"),
        .init(
          "Addresses of what came last week, for others.",
          "s4l ls --newer 7d --presign 24h s3://photos/2026 | jq -r '.url // empty'"),
        .init("The ten largest files.", "s4l ls --human . | sort -rh | head"),
        .init(
          "What a drive holds, gently.",
          "s4l ls --qps 2 --jobs 4 --hours 22:00-06:00 drive:/films > films"),
        .init("Bring a folder here.", "s4l ls /mnt/usb | s4l diff here | s4l get here"),
      ],
      related: [
        "s4l-scan(1)", "s4l-diff(1)", "s4l-get(1)", "s4l-s3(7)", "s4l-drives(7)", "s4l-store(7)",
      ])
  }

  static var options: [Option<Self>] {
    ScopeChoice.table.map { $0.within(\.choice) } + [
      .flag("human", nil, \.isHuman, "Write lines for people instead of records."),
      .flag(
        "delimiter", nil, \.isFlat, "List only what lies directly there; the same as -d 0."),
      .flag(
        "metadata", nil, \.isDetailed, "Ask a store for the times of the files themselves."),
      .value("presign", nil, "SPAN", \.addressed, "Add addresses that hold for so long."),
      .flag("digests", nil, \.tellsDigests, "Add digests that a store vouches for."),
      .flag("or-empty", nil, \.mayBeAbsent, "List a folder that does not exist as an empty one."),
      .value("jobs", "j", "N", \.jobs, "Look at N folders, or ask N questions, at a time."),
      .flag("refresh", nil, \.refreshes, "Have a drive look anew instead of remembering."),
      .value("hours", nil, "RANGES", \.hours, "Ask a drive only in these hours; 22:00-06:00."),
    ] + RemoteChoice.table.map { $0.within(\.remote) }
  }

  static var operands: [Operand<Self>] {
    [.one("LOCATION", \.location, "The place to list.", .folders)]
  }

  var choice = ScopeChoice()
  var isHuman = false
  var isFlat = false
  var isDetailed = false
  var addressed: Span?
  var tellsDigests = false
  var remote = RemoteChoice()
  var mayBeAbsent = false
  var jobs: Width?
  var refreshes = false
  var hours: Hours?
  var location = Path()

  func run(_ io: Standard) throws(Failure) -> Status {
    var wishes = remote.wishes()
    wishes.hours = hours
    wishes.width = jobs?.number
    let stores = Stores.withDrives(io.environment, io.log, wishes)
    defer { stores.close() }
    let place = try stores.open(location)
    var scope = choice.scope(at: Clock.now())
    if isFlat { scope.maxDepth = 0 }
    let table = Table(io.output)
    let output = isHuman ? Output("stdout", sink: table.write) : io.output
    let section = Section(output, tool: io.name)
    switch place {
    case .folder(let root):
      if addressed != nil { throw Failure(.usage, "--presign", "a folder gives no addresses") }
      if mayBeAbsent, List.isAbsent(root) { return try Walk.listNothing(root, scope, section) }
      return try Walk(root, scope).list(root, jobs?.number ?? 1, section)
    case .store(let store):
      var wish = ListWish()
      wish.isDetailed = isDetailed
      wish.refreshes = refreshes
      if let jobs { wish.jobs = jobs.number }
      return try Survey(
        store, scope, wish, addressed: addressed, tellsDigests: tellsDigests,
        mayBeAbsent: mayBeAbsent, warning: io.log, section
      ).list()
    }
  }

  private static func isAbsent(_ folder: Path) -> Bool {
    let found = folder.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    if case .failure(let error) = found { return error.number == ENOENT }
    return false
  }
}
