package import Core
internal import Glibc
internal import System
package import Values

/// A configuration that follows its file while a program runs.
///
/// A file that has become wrong changes nothing: what was in force stays so, and the log says why.
/// Programs that are started find the same in `copy`, so that a slip of an editor never reaches
/// work that is under way.
package final class LiveConfiguration {
  package private(set) var current: Configuration
  /// Whether the file says something else that does not count.
  package private(set) var isBehind = false
  private let named: Path?
  private let environment: Environment
  private let log: Log
  /// The version that was read last.
  private var seen: Stamp
  /// What the last look has found.
  private var found: Stamp
  /// A file without a name in any folder, for it may hold secrets.
  private let good: Scratch

  /// Which version of which file was read.
  private struct Stamp: Equatable {
    var path: Path?
    var inode: Inode?
    /// That of what a PocketBase says.
    var copy: Inode?

    static func == (one: Stamp, other: Stamp) -> Bool {
      one.path == other.path && isSame(one.inode, other.inode) && isSame(one.copy, other.copy)
    }

    private static func isSame(_ one: Inode?, _ other: Inode?) -> Bool {
      switch (one, other) {
      case (nil, nil): true
      case (let one?, let other?): one.isSameVersion(as: other)
      default: false
      }
    }
  }

  /// Reads the configuration; one that is wrong from the start is refused.
  package init(_ named: Path?, _ environment: Environment, _ log: Log) throws(Failure) {
    self.named = named
    self.environment = environment
    self.log = log
    seen = LiveConfiguration.look(named, environment)
    found = seen
    let resolution = try Resolution.load(named, environment)
    current = try resolution.configuration(reporting: log)
    good = try Scratch(environment)
    try keep(resolution)
  }

  /// Under this name children of this process and user find what is in force.
  package var copy: String { "/proc/\(getpid())/fd/\(good.descriptor)" }

  /// Looks whether the file is another than the one that was read, and reads it if so; true if it
  /// says something else than what was in force.
  ///
  /// A version is read when it is found for the second time: half a file may well be a valid one,
  /// and whoever writes it needs a while.
  package func refresh() -> Bool {
    let stamp = LiveConfiguration.look(named, environment)
    defer { found = stamp }
    if stamp == seen || stamp != found { return false }
    let gone = stamp.path == nil ? seen.path : nil
    seen = stamp
    isBehind = true
    if let gone {
      log.error("\(gone): it is gone; the configuration that was in force stays")
      return false
    }
    do throws(Failure) {
      let resolution = try Resolution.load(named, environment)
      let configuration = try resolution.configuration(reporting: log)
      try keep(resolution)
      let isNew = configuration.groups.map(\.meaning) != current.groups.map(\.meaning)
      current = configuration
      isBehind = false
      return isNew
    } catch {
      log.error("\(error.message); the configuration that was in force stays")
      return false
    }
  }

  /// At no moment does anyone who opens the copy find a part of it.
  private func keep(_ resolution: Resolution) throws(Failure) {
    let next = try Scratch(environment)
    let output = Output(next.descriptor, "temporary file")
    output.buffer.append(resolution.bytes)
    try output.flush()
    try good.adopt(next)
  }

  private static func look(_ named: Path?, _ environment: Environment) -> Stamp {
    let copy = Resolution.copyPath(environment).flatMap(look)
    let chosen = named ?? environment["S4L_CONFIG"].map(Path.init(text:))
    for path in chosen.map({ [$0] }) ?? Resolution.usualPaths(environment) {
      if let inode = look(path) { return Stamp(path: path, inode: inode, copy: copy) }
    }
    return Stamp(copy: copy)
  }

  private static func look(_ path: Path) -> Inode? {
    let found = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    if case .success(let inode) = found { return inode }
    return nil
  }
}
