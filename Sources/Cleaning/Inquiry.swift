internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Asks the other side of a two-way plan for each file that it is said to have lost, once and by
/// its name, before the file goes here as well.
///
/// All that the plan knows is that a listing did not name it. A service may leave a name out and
/// say nothing of it: its index lags behind, or a page of it was made anew between two requests. To
/// a sync that looks just like a file that somebody has deleted. The service is less likely to be
/// wrong twice, and in another way, so what it is asked for by name decides. What is there after
/// all stays, and so does all that cannot be told; the next run decides anew.
///
/// Files are asked about in batches, so that a store is asked for many at once.
final class Inquiry {
  private let absence: Absence
  /// The other side; nil if the head does not name it.
  private let place: Path?
  private let answer: (Record, Fate?) throws(Failure) -> Void
  private let parser = Parser()
  private var lines: [[UInt8]] = []
  private var paths: [Path] = []

  private static let most = 500

  /// `answer` is told of each record why it may not be carried out, nil if it may.
  init(
    _ absence: Absence, _ place: Path?,
    _ answer: @escaping (Record, Fate?) throws(Failure) -> Void
  ) {
    self.absence = absence
    self.place = place
    self.answer = answer
  }

  func add(_ record: Record) throws(Failure) {
    lines.append(Array(record.line) + [UInt8(ascii: "}")])
    paths.append(record.ownPath)
    if lines.count >= Inquiry.most { try settle() }
  }

  /// Asks, and answers for all that wait, in their order.
  func settle() throws(Failure) {
    if lines.isEmpty { return }
    let (lines, words) = (lines, words())
    self.lines = []
    paths = []
    for (line, word) in zip(lines, words) {
      try parser.read(line) { (record) throws(Failure) in try answer(record, objection(to: word)) }
    }
  }

  private func words() -> [Absence.Word] {
    guard let place else {
      let fate = Fate.kept(.later, "withheld: nobody says where else it was")
      return paths.map { _ in .unknown(fate) }
    }
    return absence.words(on: paths, goneFrom: place)
  }

  private func objection(to word: Absence.Word) -> Fate? {
    switch word {
    case .gone: nil
    case .there:
      .kept(
        .later,
        "withheld: it is in \(place ?? Path()) after all, whose listing did not name it")
    case .unknown(let fate): fate.isOK ? nil : fate
    }
  }
}

extension Absence {
  /// What can be said of each of many paths. A store is asked about as many at once as it likes.
  func words(on paths: [Path], goneFrom root: Path) -> [Word] {
    do throws(Failure) {
      switch try place(root) {
      case .folder(let path):
        let folder = try Folder.open(path)
        return paths.map { Absence.word(on: $0, in: folder) }
      case .store(let store): return try words(on: paths, in: store)
      }
    } catch {
      let fate = Fate.kept(.later, "withheld: \(error.message)")
      return paths.map { _ in .unknown(fate) }
    }
  }

  // MARK: Folders

  private static func word(on path: Path, in root: Folder) -> Word {
    if let objection = path.objection { return .unknown(.kept(.refused, objection)) }
    let parent: Folder
    switch root.beneath(path.parent) {
    case .success(let folder): parent = folder
    case .failure(let error):
      return error.isNoFolder && !error.isLink ? .gone : .unknown(Fate(error))
    }
    switch parent.look(path.name) {
    // It has made room for a folder.
    case .success(let found) where found.form == .folder: return .gone
    case .success(let found):
      do throws(Failure) {
        return try isTwin(path.name, found, in: parent) ? .gone : .there
      } catch {
        return .unknown(.kept(error.kind, "withheld: \(error.reason)"))
      }
    case .failure(let error): return error.isAbsent ? .gone : .unknown(Fate(error))
    }
  }

  /// Whether a file that answers to a name is called otherwise: where capital and small letters
  /// are the same, a file that was renamed to the other ones answers to its old name too.
  private static func isTwin(
    _ name: Path, _ found: Inode, in folder: Folder
  ) throws(Failure) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var (isNamed, isOther) = (false, false)
    try folder.names(buffer) { (bytes, _) throws(Failure) in
      let other = Path(bytes)
      if other == name { isNamed = true }
      guard other != name, found.links == 1, !isOther,
        case .success(let inode) = folder.look(other)
      else { return }
      isOther = inode.inode == found.inode && inode.device == found.device
    }
    return isOther && !isNamed
  }

  // MARK: Stores

  private func words(on paths: [Path], in store: any Store) throws(Failure) -> [Word] {
    var answers = [Result<Object, Failure>?](repeating: nil, count: paths.count)
    var (next, underWay) = (0, 0)
    while next < paths.count || underWay > 0, !Interrupt.isRequested {
      while next < paths.count, underWay < max(store.abilities.width, 1) {
        let place = next
        (next, underWay) = (next + 1, underWay + 1)
        store.stat(paths[place]) { answer in
          answers[place] = answer
          underWay -= 1
        }
      }
      try store.loop.turn(mayWait: true)
    }
    var words: [Word] = []
    for (path, answer) in zip(paths, answers) { words.append(word(on: path, in: store, answer)) }
    return words
  }

  private func word(
    on path: Path, in store: any Store, _ answer: Result<Object, Failure>?
  ) -> Word {
    switch answer {
    case nil: return .unknown(.kept(.later, "withheld: the run was stopped"))
    case .success: return .there
    case .failure(let failure):
      let isAbsent = store.isAbsence(failure, of: path)
      if isAbsent, store.abilities.depth == nil { return .gone }
      guard isAbsent || failure.kind == .refused, store.abilities.depth != nil else {
        return .unknown(.kept(.later, "withheld: \(failure.message)"))
      }
      return word(on: path, in: store, failure)
    }
  }

  /// Of a single name many a drive says what it remembers, and some refuse to speak of a folder: so
  /// the folder that the name lies in has to agree.
  private func word(on path: Path, in drive: any Store, _ failure: Failure) -> Word {
    do throws(Failure) {
      if try !stands(path, in: drive) {
        return failure.kind == .absent
          ? .gone : .unknown(.kept(.later, "withheld: \(failure.message)"))
      }
      // A folder has taken the name of the file.
      return try names(in: path.parent, of: drive).contains(path) ? .there : .gone
    } catch {
      return .unknown(.kept(.later, "withheld: \(error.message)"))
    }
  }
}
