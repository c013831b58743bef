internal import Core
internal import Drives
internal import HTTP
internal import Records
internal import Store
internal import Values

/// One folder, page by page.
///
/// How much a page holds depends on the server: some cap what is asked for, and the first release
/// that did so said nothing of it. So pages are asked for until there are as many names as the
/// server counts; if it never comes to that, nobody knows what is missing, and the folder counts as
/// one that could not be looked at.
final class Listing {
  private let drive: OpenListDrive
  private let folder: Path
  private var refreshes: Bool
  private let each: (Listed) -> Void
  private let then: (Result<Void, Failure>) -> Void
  private let reader = ItemReader()
  private var page = 1
  private var total: Int?
  /// Hashes of the names, once there is more than one page: what moves from one to the next while
  /// they are asked for would be counted twice, and something else not at all. Two names of one
  /// hash fail the folder, which does no harm.
  private var names: Set<Int> = []
  /// Some drives keep several of one name in a folder: they count, if they come with one page.
  private var onPage: Set<Int> = []
  private var repeated = 0
  private var isUnrefreshed = false

  /// As much as the strictest server gives.
  static let size = 500
  /// More than that is no folder, but a server without an end.
  static let mostPages = 20_000

  init(
    _ drive: OpenListDrive, _ folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    self.drive = drive
    self.folder = folder
    self.refreshes = refreshes && drive.mayRefresh
    self.each = each
    self.then = then
  }

  func start() {
    let text: String
    do throws(Failure) {
      if !folder.isEmpty, let objection = folder.objection {
        throw Failure(.refused, "", objection)
      }
      text = try drive.text(folder)
    } catch {
      return drive.later(error, then)
    }
    let body = JSON.object([
      .init("path", .text(text)), .init("password", .text("")), .init("page", .integer(page)),
      .init("per_page", .integer(Listing.size)), .init("refresh", .flag(refreshes && page == 1)),
    ])
    drive.call("list", body.bytes, most: OpenListDrive.mostOfPage) {
      self.isUnrefreshed = true
    } _: { result in
      self.arrived(result)
    }
  }

  private func arrived(_ result: Result<Answer, Failure>) {
    if isUnrefreshed, refreshes {
      isUnrefreshed = false
      refreshes = false
      if drive.mayRefresh {
        drive.mayRefresh = false
        drive.log.warn(
          "the account may not have folders looked at anew; what the server remembers is listed")
      }
      return start()
    }
    do throws(Failure) {
      let before = names.count
      try read(try result.get().body)
      guard let total else { throw Fault.garbage("it does not say how many there are") }
      let known = names.count + repeated
      if known < total, names.count > before, page < Listing.mostPages {
        page += 1
        return start()
      }
      guard known == total else {
        throw Failure(.later, "", "\(known) of \(total) entries were listed")
      }
      then(.success(()))
    } catch {
      then(.failure(error))
    }
  }

  /// Tells what is on a page.
  private func read(_ body: [UInt8]) throws(Failure) {
    onPage.removeAll(keepingCapacity: true)
    var counted: Int?
    var isThere = false
    try Envelope.open(body) { (walker) throws(Failure) in
      try walker.members { (walker, key) throws(Failure) in
        if key.spells("total") {
          counted = try walker.value().integer
        } else if key.spells("content") {
          isThere = true
          // An empty folder has no list at all.
          guard walker.isAtList else {
            guard try walker.value().isNull else {
              throw Failure(.data, "", "its content is no list")
            }
            return
          }
          try walker.items { (walker) throws(Failure) in
            try tell(try reader.read(&walker))
          }
        }
      }
    }
    guard isThere, let counted, counted >= 0 else {
      throw Fault.garbage("it does not say what there is")
    }
    if let total, total != counted {
      throw Failure(.later, "", "the folder changed while it was listed")
    }
    total = counted
  }

  private let path = Buffer(capacity: 256)

  private func tell(_ item: Item) throws(Failure) {
    guard let name = item.name, let isFolder = item.isFolder else {
      throw Failure(.data, "", "an entry has no name or no kind")
    }
    if let objection = Listing.objection(to: name) {
      throw Failure(.data, "", "an entry has a name that \(objection)")
    }
    var hasher = Hasher()
    hasher.combine(bytes: name)
    let isNew = names.insert(hasher.finalize()).inserted
    // A file and a folder of one name are not the same.
    hasher.combine(isFolder)
    if !onPage.insert(hasher.finalize()).inserted { repeated += 1 }
    if !isNew { return }
    if isFolder {
      path.clear()
      path.append(name)
      path.append(Path.slash)
      return each(.folder(path.bytes))
    }
    guard let size = item.size else {
      return each(.hole(name, Failure(.data, "", "the drive tells no size")))
    }
    var view = Listed.View(path: name, size: size)
    view.mtime = item.modified
    view.md5 = item.md5
    view.sha256 = item.sha256
    view.sign = item.sign
    each(.file(view))
  }

  /// Why this is the name of nothing in a folder; nil if it may be.
  private static func objection(to name: UnsafeRawBufferPointer) -> String? {
    if name.isEmpty { return "is empty" }
    if name.contains(0) { return "holds a NUL byte" }
    if name.contains(Path.slash) { return "holds a slash" }
    if name.spells(".") || name.spells("..") { return "leads elsewhere" }
    return nil
  }
}
