internal import Access
internal import Command
internal import Core
internal import DriveStores
internal import Library
internal import Store
internal import Stores
internal import Stream
internal import System
internal import Values

/// Writes .strm files for the films that records name.
@main
struct Strm: Tool {
  enum Mode: String, Choice { case url, path }
  enum Names: String, Choice { case plain, windows }

  static var options: [Option<Self>] {
    [
      .value("mode", nil, "MODE", \.mode, "Write URLs, which is usual, or paths of this machine."),
      .value("base", nil, "URL", \.base, "Where players reach the server."),
      .value("template", nil, "TEXT", \.template, "What a file holds: a preset, or a text."),
      .value("encode", nil, "HOW", \.escaping, "What is escaped in URLs: full, server or none."),
      .value("root", nil, "PATH", \.root, "The path of the listing's root on the server."),
      .list("map", nil, "FROM=TO", \.maps, "Begin paths that begin with FROM with TO instead."),
      .list("media", nil, "LIST", \.media, "The extensions of films; +ext adds, -ext takes away."),
      .value("min-size", nil, "SIZE", \.least, "Pass on films that are smaller."),
      .value("name-template", nil, "TEXT", \.nameTemplate, "How the files are called."),
      .value("tag", nil, "TEXT", \.tag, "What stands before .strm in their names, such as .115."),
      .value("collisions", nil, "HOW", \.collisions, "What becomes of two films of one name."),
      .value("names", nil, "KIND", \.names, "Give names that Windows takes, too."),
      .flag("bdmv", nil, \.discs, "Of a Blu-ray disc take the largest stream only, as its title."),
      .flag("skip-existing", nil, \.skipsExisting, "Leave files alone that are there."),
      .value("permissions", nil, "MODE", \.permissions, "The permissions of new files, in octal."),
      .value("from", nil, "LOCATION", \.from, "Where folders that events name are listed."),
      .value("rewrite", nil, "FROM=TO", \.rewrite, "Change the beginning of what files hold."),
      .value("check", nil, "N", \.checked, "Try N of the links that are there."),
      .value("jobs", "j", "N", \.jobs, "Write, or ask, N at a time."),
      .flag("dry-run", "n", \.isDry, "Change nothing; write the outcomes all the same."),
    ] + RemoteChoice.table.map { $0.within(\.remote) }
  }

  static var operands: [Operand<Self>] {
    [.one("OUT", \.target, "The folder of .strm files.", .folders)]
  }

  var mode = Mode.url
  var base: String?
  var template: String?
  var escaping = Escaping.full
  var root: Path?
  var maps: [String] = []
  var media: [String] = []
  var least: Size?
  var nameTemplate: String?
  var tag: String?
  var collisions = Terms.Collisions.prefer
  var names = Names.plain
  var discs = false
  var skipsExisting = false
  var permissions: Permissions?
  var from: Path?
  var rewrite: String?
  var checked: Count?
  var jobs: Width?
  var isDry = false
  var remote = RemoteChoice()
  var target = Path()

  var isFed: Bool { rewrite == nil && checked == nil }

  func run(_ io: Standard) throws(Failure) -> Status {
    let section = Section(io.output, tool: io.name)
    let place = try Location(target).folder()
    if let rewrite {
      if checked != nil { throw Failure(.usage, "--check", "it goes without --rewrite") }
      return try Rewriting(place, rewrite, dry: isDry, section, io.log).run()
    }
    if let checked {
      return try Checking(
        place, checked.number, jobs: jobs?.number ?? 4, stall: Span(nanoseconds: 30_000_000_000),
        section
      ).run()
    }
    let usual = try fixed()
    let stores = Stores.withDrives(io.environment, io.log, remote.wishes())
    defer { stores.close() }
    return try Writing(
      to: place, { (head) throws(Failure) in try terms(head, usual, stores) },
      { (path) throws(Failure) in try stores.open(path) }, section, io.log
    ).run(io.input)
  }

  /// What does not depend on the root of a listing; all that can be wrong is found out at the
  /// start.
  private func fixed() throws(Failure) -> Terms {
    if mode == .path, let template, template != "path" {
      throw Failure(.usage, "--template", "with --mode path a file holds its path")
    }
    let films: Extensions
    do { films = try Extensions(.media, changedBy: media) } catch {
      throw Failure(.usage, "--media", error.reason)
    }
    let naming = try Naming(
      template: nameTemplate, tag: tag ?? "", keepsExtensions: collisions == .keepExt,
      isWindows: names == .windows)
    var terms = Terms(
      template: try Template("path", base: base),
      mapping: try Mapping(root: root ?? Path(text: "/"), rules: maps), naming: naming,
      media: films)
    if let template { _ = try Template(template, base: base ?? "http://host", escaping: escaping) }
    terms.collisions = collisions
    terms.least = least?.bytes ?? 0
    terms.discs = discs
    terms.skipsExisting = skipsExisting
    terms.isDry = isDry
    terms.permissions = permissions?.bits
    terms.jobs = jobs?.number ?? min(Machine.processors, 4)
    terms.from = from
    return terms
  }

  private func terms(
    _ head: Head?, _ usual: Terms, _ stores: Stores
  ) throws(Failure) -> Terms {
    let origin = try origin(head?.root, stores)
    var terms = usual
    guard let form = mode == .path ? "path" : template ?? origin.template else {
      throw Failure(
        .usage, "--template",
        "the listing does not tell what links its server takes; name a preset: "
          + LinkForm.presets.map(\.name).joined(separator: ", "))
    }
    terms.template = try Template(form, base: base ?? origin.base, escaping: escaping)
    terms.mapping = try Mapping(root: root ?? origin.root, rules: maps)
    return terms
  }

  /// What the root of a listing tells of the server; of a remote, the configuration does.
  private func origin(_ root: Path?, _ stores: Stores) throws(Failure) -> Origin {
    guard let root, let (remote, rest) = try stores.remote(of: root) else {
      return try Origin(root)
    }
    let top = remote.folder ?? Path()
    return Origin(
      type: remote.type, endpoint: remote.publicURL ?? remote.endpoint,
      root: top.appending(Path(rest.bytes.drop { $0 == Path.slash })))
  }
}

/// Permissions as chmod takes them: 644, 0664.
struct Permissions: OptionValue {
  static var noun: String { "permissions in octal, such as 664" }
  let bits: UInt32

  init?(argument: [UInt8]) {
    let text = String(decoding: argument, as: UTF8.self)
    guard (3...4).contains(text.utf8.count), let bits = UInt32(text, radix: 8), bits <= 0o777
    else { return nil }
    self.bits = bits
  }
}

extension Escaping: Choice {}
extension Terms.Collisions: Choice {}
