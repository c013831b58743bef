package import Core
internal import Glibc
internal import System
package import Values

/// The claims of all runs of this user on this machine: a folder with a file for each.
///
/// A file is locked for as long as its run lives, and every stage of the run has inherited it: a
/// run that was killed while its stages go on still holds what it claimed, and nothing survives the
/// last of them. Whoever looks, or adds a file, holds the gate meanwhile.
package struct Locks {
  private let folder: Path

  package init(_ environment: Environment) throws(Failure) {
    guard let state = environment.folder(.state) else {
      throw Failure(.absent, "HOME", "the variable is not set: there is no place for locks")
    }
    self.init(folder: Path(text: state).appending("locks"))
  }

  package init(folder: Path) {
    self.folder = folder
  }

  /// A claim that is held until `release`, or until this process and all its stages have ended.
  package final class Hold {
    package let descriptor: Int32
    private let path: Path
    private var board: Descriptor?
    /// Files of runs that died owing something.
    package let debts: [Path]

    fileprivate init(_ descriptor: Int32, _ path: Path, debts: [Path]) {
      self.descriptor = descriptor
      self.path = path
      self.debts = debts
    }

    deinit { close(descriptor) }

    /// A file for how far the run is, for those who look on; it goes with the claim.
    package func openBoard() throws(Failure) -> Int32 {
      let path = Locks.board(of: path)
      let number = path.withCString { Glibc.open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
      if number < 0 { throw Failure(errno: errno, path) }
      board = Descriptor(owning: number)
      return number
    }

    /// Gives it up, and says that nothing is owed any more.
    package func release() {
      // A file that stays is told from a claim by nobody holding it.
      for path in debts + [path] { Locks.remove(path) }
    }
  }

  /// Who holds what was asked for.
  package struct Holder: Error, Equatable {
    package var run: String
    package var process: String
    package var place: Path
  }

  /// How long to wait before looking again, in milliseconds.
  private static let pause: Int32 = 50

  /// Takes a claim, waiting for others to end for as long as `patience`.
  package func take(
    _ claim: Claim, run: String, patience: Span = Span(nanoseconds: 0)
  ) throws(Failure) -> Hold {
    let deadline = Clock.elapsed() &+ patience.nanoseconds
    while true {
      switch try attempt(claim, run) {
      case .success(let hold): return hold
      case .failure(let holder):
        if Clock.elapsed() >= deadline || Interrupt.isRequested {
          throw Failure(
            .later, "\(holder.place)", "run \(holder.run) (process \(holder.process)) is at it")
        }
      }
      poll(nil, 0, Locks.pause)
    }
  }

  package func attempt(_ claim: Claim, _ run: String) throws(Failure) -> Result<Hold, Holder> {
    try folder.makeFolders(mode: 0o700)
    let gate = try open(folder.appending("gate"), O_CREAT)
    try lock(gate.number, folder)
    var debts: [Path] = []
    for name in try names() {
      let path = folder.appending(name)
      guard let (text, isHeld) = try look(path) else { continue }
      let other = Claim(text: text)
      if !isHeld {
        if other?.owes == true {
          if claim.owes { debts.append(path) }
        } else {
          Locks.remove(path)
        }
      } else if let other, other.conflicts(with: claim) {
        return .failure(Locks.holder(text, claim))
      }
    }
    return .success(try make(claim, run, debts))
  }

  private func make(_ claim: Claim, _ run: String, _ debts: [Path]) throws(Failure) -> Hold {
    let path = folder.appending("\(run)\(Locks.suffix)")
    let file = try open(path, O_CREAT | O_EXCL)
    try lock(file.number, path)
    let output = Output(file.number, "\(path)")
    output.buffer.append(claim.text(run, process: getpid()))
    try output.flush()
    return Hold(file.release(), path, debts: debts)
  }

  private static let suffix = ".lock"

  private static func board(of path: Path) -> Path {
    Path(path.bytes.dropLast(suffix.utf8.count) + Array(".progress".utf8))
  }

  private static func remove(_ path: Path) {
    for file in [board(of: path), path] { _ = file.withCString { unlink($0) } }
  }

  private static func holder(_ text: [UInt8], _ claim: Claim) -> Holder {
    let fields = text.split(separator: 0, omittingEmptySubsequences: false)
    let words = fields.prefix(3).map { Path.visible($0) }
    return Holder(
      run: words[1], process: words[2],
      place: claim.places.first ?? Path(claim.job))
  }

  /// A run that is under way.
  package struct Running: Equatable, Sendable {
    package var run: String
    /// What never runs twice, as in `job ID`; empty for none.
    package var job: [UInt8]
    /// The newest record of how far it is; empty if it does not tell.
    package var progress: [UInt8] = []
  }

  /// The runs that are under way. Nothing is locked: nobody is kept from beginning by our looking.
  package func running() throws(Failure) -> [Running] {
    let found = folder.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    if case .failure(let error) = found, error.isAbsent { return [] }
    var all: [Running] = []
    for name in try names() {
      let path = folder.appending(name)
      let number = path.withCString { Glibc.open($0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) }
      if number < 0 { continue }
      let file = Descriptor(owning: number)
      var text = [UInt8](repeating: 0, count: 65_536)
      let count = pread(file.number, &text, text.count, 0)
      let fields = text.prefix(max(count, 0)).split(separator: 0, omittingEmptySubsequences: false)
      guard fields.count >= 5, let process = Int32(String(decoding: fields[2], as: UTF8.self)),
        kill(process, 0) == 0 || errno == EPERM
      else { continue }
      var one = Running(run: String(decoding: fields[1], as: UTF8.self), job: Array(fields[4]))
      one.progress = Locks.posted(Locks.board(of: path))
      all.append(one)
    }
    return all
  }

  /// The first line of a board; a run may end while it is looked at.
  private static func posted(_ board: Path) -> [UInt8] {
    let number = board.withCString { Glibc.open($0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) }
    if number < 0 { return [] }
    let file = Descriptor(owning: number)
    var text = [UInt8](repeating: 0, count: 4_096)
    let count = pread(file.number, &text, text.count, 0)
    return Array(text.prefix(max(count, 0)).prefix { $0 != 10 })
  }

  private func names() throws(Failure) -> [Path] {
    var names: [Path] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    try Folder.open(folder).names(buffer) { (name, _) throws(Failure) in
      if name.count > Locks.suffix.utf8.count,
        name.suffix(Locks.suffix.utf8.count).elementsEqual(Locks.suffix.utf8)
      {
        names.append(Path(name))
      }
    }
    return names
  }

  /// What a file says, and whether anybody holds it; nil if it has just gone.
  private func look(_ path: Path) throws(Failure) -> (text: [UInt8], isHeld: Bool)? {
    let number = path.withCString { Glibc.open($0, O_RDWR | O_NOFOLLOW | O_CLOEXEC) }
    if number < 0 {
      let error = errno
      if error == ENOENT { return nil }
      throw Failure(errno: error, path)
    }
    let file = Descriptor(owning: number)
    let isHeld = flock(file.number, LOCK_EX | LOCK_NB) != 0
    var text = [UInt8](repeating: 0, count: 65_536)
    let count = pread(file.number, &text, text.count, 0)
    return (Array(text.prefix(max(count, 0))), isHeld)
  }

  private func open(_ path: Path, _ flags: Int32) throws(Failure) -> Descriptor {
    let number = path.withCString {
      Glibc.open($0, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0o600)
    }
    if number < 0 { throw Failure(errno: errno, path) }
    return Descriptor(owning: number)
  }

  private func lock(_ file: Int32, _ path: Path) throws(Failure) {
    while flock(file, LOCK_EX) != 0 {
      let error = errno
      if error != EINTR || Interrupt.isRequested { throw Failure(errno: error, path) }
    }
  }
}
