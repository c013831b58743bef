internal import Core
internal import Store
internal import System
internal import Values

/// Looks into the folders of what events name. They are listed anew, since of a single name many a
/// service says what it remembers.
///
/// The folder that was looked into last is kept, as events mostly come folder by folder. What it
/// shows may be old then; that it does not show something is never taken from there.
final class Lookout {
  /// A file of a folder.
  struct File {
    /// Below the root.
    let path: Path
    var size = -1
    var mtime: Timestamp?
    var sign: [UInt8] = []
    var url: [UInt8] = []
  }

  /// What a folder holds.
  struct View {
    let folder: Path
    var files: [File] = []
    var places: [Path: Int] = [:]
    var folders: Set<Path> = []
    /// Set where it is a folder of this machine, whose files are looked at when they are needed.
    var ground: Folder?

    init(of folder: Path) { self.folder = folder }

    mutating func add(_ file: File) {
      places[file.path] = files.count
      files.append(file)
    }
  }

  private let place: Place
  private var last: View?

  init(_ place: Place) { self.place = place }

  /// Looks into a folder, whose path ends in a slash unless it is the root; nil if the root is not
  /// of this machine, so that nothing can be said of it. A folder that is gone holds nothing.
  ///
  /// Unless all of `wanted` is in what was seen last, the folder is looked into anew.
  func look(into folder: Path, for wanted: [Path]) throws(Failure) -> View? {
    if let last, last.folder == folder, wanted.allSatisfy({ last.places[$0] != nil }) {
      return last
    }
    switch place {
    case .folder(let top): last = try Lookout.view(of: folder, below: top)
    case .store(let store): last = try Lookout.view(of: folder, in: store)
    }
    return last
  }

  /// Forgets what may have changed since it was seen.
  func forget() { last = nil }

  /// Whether what was seen last shows a file.
  func remembers(_ path: Path) -> Bool { last?.places[path] != nil }

  /// What is there of a name, looked at by itself if its folder does not show it: an account may
  /// not be allowed to have a folder listed anew.
  func file(_ path: Path, in view: View) throws(Failure) -> File? {
    if let shown = view.places[path] {
      let file = view.files[shown]
      return view.ground == nil ? file : try Lookout.file(file, in: view)
    }
    guard case .store(let store) = place else { return nil }
    do throws(Failure) {
      let object = try store.look(path)
      var file = File(path: path, size: object.size)
      file.mtime = object.mtime
      file.sign = object.sign.map { Array($0.utf8) } ?? []
      return file
    } catch {
      if store.isAbsence(error, of: path) { return nil }
      throw error
    }
  }

  /// Whether a folder, below the root, is not there, by the word of the one above it.
  func misses(_ folder: Path) throws(Failure) -> Bool {
    guard !folder.trimmed.isEmpty else { return false }
    last = nil
    guard let above = try look(into: folder.parent, for: []) else { return false }
    return !above.folders.contains(folder.trimmed)
  }

  // MARK: Folders of this machine

  private static func view(of folder: Path, below top: Path) throws(Failure) -> View? {
    let root: Folder
    do throws(Failure) { root = try Folder.open(top) } catch {
      if error.kind == .absent { return nil }
      throw error
    }
    var view = View(of: folder)
    switch root.beneath(folder) {
    case .failure(let error):
      if !error.isAbsent { throw error.failure(folder) }
      var whole = View(of: Path())
      try fill(&whole, from: root)
      if whole.files.isEmpty { throw emptied(top) }
    case .success(let opened):
      try fill(&view, from: opened)
      if folder.isEmpty, view.files.isEmpty { throw emptied(top) }
      view.ground = opened
    }
    return view
  }

  /// Folders count as files here until they are looked at.
  private static func fill(_ view: inout View, from folder: Folder) throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    let path = view.folder
    try folder.names(buffer) { (name, _) throws(Failure) in
      view.add(File(path: path.appending(Path(name))))
    }
  }

  private static func file(_ file: File, in view: View) throws(Failure) -> File? {
    guard let found = view.ground?.look(file.path.name) else { return nil }
    var file = file
    switch found {
    case .failure(let error):
      if error.isAbsent { return nil }
      throw error.failure(file.path)
    case .success(let inode):
      if inode.form == .folder { return nil }
      if inode.form == .file { (file.size, file.mtime) = (inode.size, inode.mtime) }
      return file
    }
  }

  /// A mount that is lost looks like that.
  private static func emptied(_ root: Path) -> Failure {
    Failure(.later, "", "nothing at all is left in \(root), which may not be so")
  }

  // MARK: Stores

  private static func view(of folder: Path, in store: any Store) throws(Failure) -> View {
    do throws(Failure) {
      return try listed(folder, in: store)
    } catch {
      // That a folder is gone is believed only where the one above does not show it either.
      guard error.kind == .absent else { throw error }
      if folder.isEmpty { throw Failure(.later, "", "\(store.location) itself is not there") }
      let above = try view(of: folder.parent, in: store)
      if above.folders.contains(folder.trimmed) { throw error }
      return View(of: folder)
    }
  }

  private static func listed(_ folder: Path, in store: any Store) throws(Failure) -> View {
    var wish = ListWish()
    wish.start = folder
    wish.refreshes = true
    wish.isFlat = true
    wish.tellsFolders = true
    var view = View(of: folder)
    try store.list(wish) { (listed) throws(Failure) in
      switch listed {
      case .file(let file):
        let path = Path(file.path)
        guard path.parent == folder, !path.isFolder else { return }
        var found = File(path: path, size: file.size)
        found.mtime = file.mtime
        if let sign = file.sign { found.sign = Array(sign) }
        if let url = file.url { found.url = Array(url) }
        view.add(found)
      case .folder(let path): view.folders.insert(Path(path).trimmed)
      case .hole(let path, let failure):
        let path = Path(path).trimmed
        if folder.isWithin(path) { throw Failure(failure.kind, failure.subject, failure.reason) }
        view.folders.insert(path)
      }
    }
    if folder.isEmpty, view.files.isEmpty, view.folders.isEmpty { throw emptied(store.location) }
    return view
  }
}
