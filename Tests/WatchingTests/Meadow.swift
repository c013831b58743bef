import Core
import System
import Values

@testable import Watching

/// A file system in memory that tells what happens in it as the kernel does. Notices wait in it
/// until the test delivers them, so that a watcher can be as late as the test likes.
final class Meadow: Ground {
  final class Item {
    let number: UInt64
    var form: Inode.Form
    var size = 0
    var links = 1
    var mtime: Int64 = 0
    var names: [String: Item] = [:]
    /// Where a link leads, from the folder that it is in.
    var target = ""

    init(_ number: UInt64, _ form: Inode.Form) {
      self.number = number
      self.form = form
    }
  }

  static let root = "/top"

  let top = Item(1, .folder)
  private(set) var notices: [UInt8] = []
  private var watches: [UInt64: Int32] = [:]
  private var lastNumber: UInt64 = 1
  private var lastWatch: Int32 = 0
  private var lastCookie: UInt32 = 0
  private var moment: Int64 = 0
  /// How many watches there may be.
  var limit = Int.max
  /// What happens while a watcher looks: called whenever it asks something.
  var gust: () -> Void = {}

  // MARK: What a watcher asks

  func enter(
    _ folder: UnsafePointer<CChar>, isRoot: Bool, on device: UInt64?
  ) -> Result<Entry, SystemError> {
    gust()
    guard let item = item(String(cString: folder), followsLinks: false) else {
      return .failure(.absent)
    }
    guard item.form == .folder else { return .failure(SystemError(number: 20)) }
    if watches[item.number] == nil {
      if watches.count == limit { return .failure(SystemError(number: 28)) }
      lastWatch += 1
      watches[item.number] = lastWatch
    }
    let entry = Entry(watch: watches[item.number] ?? 0, device: 1, inode: item.number) {
      [self] (body) throws(Failure) in
      gust()
      for (name, item) in item.names.sorted(by: { $0.key < $1.key }) {
        gust()
        let form: Entry.Form =
          item.form == .folder ? .folder : item.form == .file ? .file : .other
        var caught: Failure?
        Array(name.utf8).withUnsafeBytes { name in
          do throws(Failure) { try body(name, form) } catch { caught = error }
        }
        if let caught { throw caught }
      }
    }
    return .success(entry)
  }

  func leave(_ watch: Int32) {
    guard let number = watches.first(where: { $0.value == watch })?.key else { return }
    watches[number] = nil
    tell(watch, .ignored)
  }

  func look(
    _ path: UnsafePointer<CChar>, isBrief: Bool
  ) -> Result<Inode, SystemError> {
    gust()
    guard let item = item(String(cString: path)) else { return .failure(.absent) }
    return .success(Meadow.inode(item))
  }

  var queued: Int { notices.count }

  var watched: Int { watches.count }

  static func inode(_ item: Item) -> Inode {
    let mode: UInt32 =
      switch item.form {
      case .file: 0o100644
      case .folder: 0o40755
      default: 0o120777
      }
    return Inode(
      mode: mode, size: item.size, mtime: Timestamp(seconds: item.mtime), inode: item.number,
      device: 1)
  }

  // MARK: What happens

  private func item(_ path: String, followsLinks: Bool = true) -> Item? {
    var hops = 0
    return walk(path.dropFirst(Meadow.root.count), [top], &hops, followsLinks)?.last
  }

  /// The folders that a path leads through, and what it leads to; a link at its end stays one.
  private func walk(
    _ path: Substring, _ start: [Item], _ hops: inout Int, _ followsLinks: Bool
  ) -> [Item]? {
    var way = start
    for part in path.split(separator: "/") {
      if let link = way.last, link.form == .link {
        hops += 1
        guard followsLinks, hops < 9, !link.target.hasPrefix("/") else { return nil }
        way.removeLast()
        guard let there = walk(link.target[...], way, &hops, true) else { return nil }
        way = there
        if way.last?.form == .link { return nil }
      }
      if part == "." { continue }
      if part == ".." {
        if way.count < 2 { return nil }
        way.removeLast()
        continue
      }
      guard let here = way.last, here.form == .folder, let next = here.names[String(part)] else {
        return nil
      }
      way.append(next)
    }
    return way
  }

  /// The folder that holds a path below the root, and the name in it.
  private func place(_ path: String) -> (folder: Item, name: String)? {
    let parts = path.split(separator: "/").map(String.init)
    let above = parts.dropLast().joined(separator: "/")
    guard let name = parts.last, let folder = item(Meadow.root + "/" + above + "/."),
      folder.form == .folder
    else { return nil }
    return (folder, name)
  }

  func make(_ path: String, _ form: Inode.Form = .file, size: Int = 0, to target: String = "") {
    guard let (folder, name) = place(path) else { return }
    if let there = folder.names[name] {
      // What is written to a file of two names is told of one only.
      if there.form == .file, form == .file, there.links == 1 {
        write(there, in: folder, name, size)
      }
      return
    }
    lastNumber += 1
    let item = Item(lastNumber, form)
    item.target = target
    folder.names[name] = item
    tell(folder, form == .folder ? [.created, .folder] : .created, name)
    if form == .file { write(item, in: folder, name, size) }
  }

  /// A second name of a file.
  func link(_ path: String, _ other: String) {
    guard let (folder, name) = place(path), let item = folder.names[name], item.form == .file,
      let (target, newName) = place(other), target.names[newName] == nil
    else { return }
    target.names[newName] = item
    item.links += 1
    tell(target, .created, newName)
  }

  private func write(_ item: Item, in folder: Item, _ name: String, _ size: Int) {
    moment += 1
    item.size = size
    item.mtime = moment
    tell(folder, .written, name)
  }

  func remove(_ path: String) {
    guard let (folder, name) = place(path), let item = folder.names[name] else { return }
    for inner in item.names.keys.sorted() { remove(path + "/" + inner) }
    folder.names[name] = nil
    tell(folder, item.form == .folder ? [.deleted, .folder] : .deleted, name)
    end(item)
  }

  private func end(_ item: Item) {
    item.links -= 1
    if let watch = watches.removeValue(forKey: item.number) { tell(watch, .ignored) }
  }

  func move(_ path: String, to other: String) {
    guard let (folder, name) = place(path), let item = folder.names[name],
      let (target, newName) = place(other), item !== target.names[newName]
    else { return }
    if holds(item, target) { return }
    if let there = target.names[newName] {
      let fits =
        there.form == .folder
        ? item.form == .folder && there.names.isEmpty
        : item.form != .folder
      guard fits else { return }
      target.names[newName] = nil
      tellMove(item, folder, name, target, newName)
      end(there)
    } else {
      tellMove(item, folder, name, target, newName)
    }
    folder.names[name] = nil
    target.names[newName] = item
  }

  /// Both names change places.
  func exchange(_ path: String, _ other: String) {
    guard let (folder, name) = place(path), let item = folder.names[name],
      let (target, newName) = place(other), let there = target.names[newName], item !== there,
      !holds(item, target), !holds(there, folder)
    else { return }
    tellMove(item, folder, name, target, newName)
    tellMove(there, target, newName, folder, name)
    folder.names[name] = there
    target.names[newName] = item
  }

  private func holds(_ item: Item, _ other: Item) -> Bool {
    item === other || item.names.values.contains { holds($0, other) }
  }

  private func tellMove(
    _ item: Item, _ folder: Item, _ name: String, _ target: Item, _ newName: String
  ) {
    lastCookie += 1
    let kind: Notice.Mask = item.form == .folder ? .folder : []
    tell(folder, kind.union(.movedFrom), name, lastCookie)
    tell(target, kind.union(.movedTo), newName, lastCookie)
  }

  // MARK: Notices

  private func tell(
    _ folder: Item, _ mask: Notice.Mask, _ name: String, _ cookie: UInt32 = 0
  ) {
    if let watch = watches[folder.number] { tell(watch, mask, name, cookie) }
  }

  func tell(
    _ watch: Int32, _ mask: Notice.Mask, _ name: String = "", _ cookie: UInt32 = 0
  ) {
    let room = name.isEmpty ? 0 : (name.utf8.count + 16) / 16 * 16
    var notice: [UInt8] = []
    for word in [UInt32(bitPattern: watch), mask.rawValue, cookie, UInt32(room)] {
      withUnsafeBytes(of: word) { notice += $0 }
    }
    notice += Array(name.utf8)
    if room > 0 { notice += [UInt8](repeating: 0, count: room - name.utf8.count) }
    late.append((notice, now))
    if !isLate { hurry() }
  }

  /// Notices of what can be seen already, that the kernel has not queued yet.
  private var late: [(notice: [UInt8], since: Int64)] = []
  /// Whether what happens can be seen before there is a notice of it.
  var isLate = false
  /// After how long there is a notice, at the latest.
  static let latest: Int64 = 50_000_000

  /// So many more notices come to the queue.
  func hurry(_ most: Int = .max) {
    for late in late.prefix(most) { notices += late.notice }
    late.removeFirst(min(most, late.count))
  }

  var now: Int64 = 0 {
    didSet { hurry(late.prefix { $0.since + Meadow.latest <= now }.count) }
  }

  /// Hands out the notices that wait, so many at most.
  func deliver(_ most: Int = .max, to backlog: Backlog) {
    var end = 0
    var left = most
    while left > 0, end < notices.count {
      end += 16 + Int(notices[end + 12]) + Int(notices[end + 13]) << 8
      left -= 1
    }
    backlog.arriving.append(Array(notices[..<end]))
    notices.removeFirst(end)
  }

  /// The files that there are, as a listing has them.
  func files(_ item: Item? = nil, _ prefix: String = "") -> [String: [Int64]] {
    var found: [String: [Int64]] = [:]
    for (name, inner) in (item ?? top).names where !name.hasPrefix(".s4l") {
      if inner.form == .file { found[prefix + name] = [Int64(inner.size), inner.mtime] }
      found.merge(files(inner, prefix + name + "/")) { one, _ in one }
    }
    return found
  }
}
