internal import Command
internal import Core
internal import Difference
internal import Glibc
internal import Store
internal import Stream
internal import System
internal import Values

/// The other side of a comparison: a file that holds a listing, or the output of s4l-ls.
struct Target {
  let listing: Listing
  /// The location that the plan is for; that of a file's listing stands in its head.
  private(set) var location: Path?
  /// The folder, if it is one of this machine that is listed now.
  private(set) var folder: Folder?
  private var children: [Process] = []
  private let descriptor: Int32?

  /// Opens what OTHER names. A location that does not exist yet is an empty listing.
  static func open(
    _ other: Path, showing source: Head, hashing digest: String?, deletesExcluded: Bool, jobs: Int?,
    remote: [[UInt8]], _ io: Standard, scope: [[UInt8]] = [], isJoined: Bool = false,
    mayBeAbsent: Bool = true
  ) throws(Failure) -> Target {
    if let descriptor = try file(other) {
      let reader = StreamReader(Input(descriptor, "\(other)"))
      return Target(listing: Listing(reader), location: nil, descriptor: descriptor)
    }
    var arguments: [String] = []
    if let jobs { arguments += ["--jobs", "\(jobs)"] }
    if source.hasFolders { arguments.append("--dirs") }
    if !deletesExcluded { arguments += source.filters.map(option) }
    let location = try Location(other)
    guard location.isFolder else {
      if digest != nil || isJoined { arguments.append("--digests") }
      if mayBeAbsent { arguments.append("--or-empty") }
      return try store(other, arguments.map { Array($0.utf8) } + scope + remote, io)
    }
    let folder = try location.folder()
    let exists = folder.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    if mayBeAbsent, case .failure(let error) = exists, error.number == ENOENT {
      return Target(listing: Listing(), location: folder, descriptor: nil)
    }
    arguments += ["--links", source.links ?? "skip"]
    var target = Target(listing: Listing(), location: folder, descriptor: nil)
    let output = try target.start(
      "ls", arguments.map { Array($0.utf8) } + scope + [Array("--".utf8), folder.bytes], from: nil,
      io)
    var last = output
    if let digest {
      last = try target.start(
        "hash", [Array("--algorithm".utf8), Array(digest.utf8)], from: output, io)
    }
    var opened = Target(
      listing: Listing(StreamReader(Input(last, "s4l-ls \(folder)"))), location: folder,
      children: target.children, descriptor: last)
    if isJoined, case .success = exists { opened.folder = try Folder.open(folder) }
    return opened
  }

  /// What lies in a store is listed by s4l-ls, which also says how the store is called.
  private static func store(
    _ other: Path, _ arguments: [[UInt8]], _ io: Standard
  ) throws(Failure) -> Target {
    var target = Target(listing: Listing(), location: nil, descriptor: nil)
    let output = try target.start(
      "ls", arguments + [Array("--".utf8), other.bytes], from: nil, io)
    return Target(
      listing: Listing(StreamReader(Input(output, "s4l-ls \(other)"))), location: nil,
      children: target.children, descriptor: output)
  }

  private init(
    listing: Listing, location: Path?, children: [Process] = [], descriptor: Int32?
  ) {
    self.listing = listing
    self.location = location
    self.children = children
    self.descriptor = descriptor
  }

  /// The descriptor of a listing kept in a file or pipe; nil for folders and what does not exist.
  private static func file(_ other: Path) throws(Failure) -> Int32? {
    if other.bytes.elementsEqual("-".utf8) {
      throw Failure(.usage, "OTHER", "standard input is the source already")
    }
    let found = other.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let inode) = found, inode.form != .folder else { return nil }
    let descriptor = other.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC) }
    if descriptor < 0 { throw Failure(errno: errno, other) }
    return descriptor
  }

  private static func option(_ rule: String) -> String {
    rule == "hidden=no" ? "--no-hidden" : "--" + rule
  }

  /// Starts a tool of ours that reads from a descriptor, which it takes over, and returns its
  /// output.
  private mutating func start(
    _ name: String, _ arguments: [[UInt8]], from input: Int32?, _ io: Standard
  ) throws(Failure) -> Int32 {
    guard case .runnable(let program) = try Tools.current(io.environment).find(name) else {
      throw Failure(.unavailable, "s4l-\(name)", "the program cannot be found")
    }
    let (reader, writer) = try Pipe().release()
    let quiet = io.isQuiet ? [Array("--quiet".utf8)] : []
    children.append(
      try Process.start(
        program: program, arguments: quiet + arguments, stdin: input, stdout: writer))
    close(writer)
    if let input { close(input) }
    return reader
  }

  /// What the listing may be.
  mutating func accept() throws(Failure) {
    guard let head = listing.head else {
      throw Failure(.data, "OTHER", "it has no head: a target must be a whole listing")
    }
    guard head.view == .listing else {
      throw Failure(.data, "OTHER", "its view is \(head.view.rawValue); a listing is needed")
    }
    location = location ?? head.root
  }

  /// Where the one side lies in the other: the part of the listings that shows it.
  ///
  /// What was deleted there would be missing from the source, and what was copied there would be
  /// found by the next run. Of a listing in a file nobody knows on which machine it was made.
  func shared(with source: Head) -> Path? {
    guard let root = source.root, let location, root != location else { return nil }
    let (inner, outer) = root.isWithin(location) ? (root, location) : (location, root)
    guard inner.isWithin(outer) else { return nil }
    let rest = Path(inner.trimmed.bytes.dropFirst(outer.trimmed.bytes.count))
    return Path(rest.parts.joined(separator: [Path.slash]) + [Path.slash])
  }

  /// Waits for the programs that made the listing, and tells the gravest of what they say.
  mutating func finish() throws(Failure) -> Status {
    if let descriptor { close(descriptor) }
    var status = Status.success
    for child in children {
      switch try child.wait() {
      case .exited(let code): status = status.joined(with: Status(rawValue: code) ?? .bug)
      case .signalled: status = status.joined(with: .unavailable)
      }
    }
    return status
  }
}
