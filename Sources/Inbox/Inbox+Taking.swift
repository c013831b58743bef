package import Core
internal import System
package import Values

/// Taking what has come in.
extension Inbox {
  /// Takes the events of a job: those that a run has left behind, then those that came since. Nil
  /// if there are none. What comes in from now on stays for the next run.
  ///
  /// `root` is the location that the events speak of, for the head of their section.
  package func take(_ job: String, root: Path) throws(Failure) -> Haul? {
    if try pending([job]).isEmpty { return nil }
    let slot = try Slot(job)
    let folder = try place()
    let pile = Pile(folder, slot)
    let lock = try folder.open(slot.lock, creates: true)
    let isOurs: Bool
    do throws(SystemError) { isOurs = try lock.claim() } catch { throw error.failure(slot.lock) }
    guard isOurs else { throw Failure(.later, job, "another run is at its events") }
    try pile.settle()
    // What no run gets done does not grow for ever.
    if try pile.size < limit {
      try pile.add()
      try pile.settle()
    }
    let haul = Haul(lock, folder, slot, self.folder.appending(slot.section))
    return try haul.compose(root: root) ? haul : nil
  }
}

/// What a job's runs have in hand: the file `JOB.taken`, to which whatever is taken is added.
///
/// Each step leaves every line in a place where the next one finds it; a line may stand in two
/// places for a while, never in none.
private struct Pile {
  private let folder: Folder
  private let slot: Slot

  init(_ folder: Folder, _ slot: Slot) {
    self.folder = folder
    self.slot = slot
  }

  var size: Int {
    get throws(Failure) { try folder.size(of: slot.taken) ?? 0 }
  }

  /// Takes the file that is appended to, while nobody is at it.
  func add() throws(Failure) {
    do throws(SystemError) {
      while true {
        let file = try folder.file(slot.events, creates: false)
        try file.lock()
        guard try folder.isStill(slot.events, file) else { continue }
        return try folder.replace(slot.incoming, by: slot.events)
      }
    } catch {
      if !error.isAbsent { throw error.failure(slot.events) }
    }
  }

  /// Brings what was taken behind what is left.
  func settle() throws(Failure) {
    do throws(SystemError) { try folder.discard(slot.merged) } catch {
      throw error.failure(slot.merged)
    }
    guard try folder.size(of: slot.incoming) != nil else { return }
    if try folder.size(of: slot.taken) != nil {
      try merge()
    } else {
      do throws(SystemError) { try folder.replace(slot.taken, by: slot.incoming) } catch {
        throw error.failure(slot.taken)
      }
    }
  }

  private func merge() throws(Failure) {
    let merged = try folder.open(slot.merged, creates: true)
    let output = Output(merged.number, "\(slot.merged)")
    for name in [slot.taken, slot.incoming] {
      let file = try folder.open(name, creates: false)
      let input = Input(file.number, "\(name)")
      while let line = try input.next() {
        output.buffer.append(line)
        output.buffer.append(10)
        try output.settle()
      }
    }
    try output.flush()
    do throws(SystemError) {
      try merged.sync()
      try folder.replace(slot.taken, by: slot.merged)
      try folder.sync()
      try folder.discard(slot.incoming)
    } catch {
      throw error.failure(slot.taken)
    }
  }
}
