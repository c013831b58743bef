internal import Core
internal import Records
internal import Store
internal import Stream
internal import Values

/// Is told what became of a file.
typealias Telling = (Fate) throws(Failure) -> Void

/// Takes files away, wherever they are.
///
/// What became of each is told at once or later, in any order, but before `settle` has returned.
protocol Remover: AnyObject {
  /// Removes a file, or a folder (its path ends in a slash) that is empty.
  func remove(
    _ path: Path, _ evidence: Evidence, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure)

  /// Removes all files below a folder, and the folder; the first that stays is what is told.
  func removeTree(
    _ path: Path, _ ration: Ration, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure)

  /// Removes the folders that became empty.
  func prune()

  /// Brings to its end what was begun.
  func settle() throws(Failure)

  /// Settles, and leaves nothing behind that was only needed on the way.
  func finish() throws(Failure)
}

/// How many files may still go because something was seen; of these there is no whole to take a
/// part of.
final class Ration {
  private let brakes: Brakes
  private let root: Path
  private let remover: any Remover
  private var taken = 0
  private(set) var refusal: Failure?

  init(_ orders: Orders, _ remover: any Remover) {
    brakes = orders.brakes
    root = orders.root.name
    self.remover = remover
  }

  /// Takes one; why that cannot be, if it is one too many.
  func take() throws(Failure) -> Fate? {
    if let refusal { return .kept(.later, "withheld: \(refusal.reason)") }
    // Of those that are under way some may turn out not to be needed.
    if brakes.objection(toEvidenced: taken + 1) != nil { try remover.settle() }
    if let objection = brakes.objection(toEvidenced: taken + 1) {
      refusal = Failure(.refused, "\(root)", objection)
      return .kept(.later, "withheld: \(objection)")
    }
    taken += 1
    return nil
  }

  /// Gives back one that was not needed.
  func settle(_ fate: Fate) {
    if fate != .removed { taken -= 1 }
  }
}

/// Keeps the lines of records until their fate is known.
struct Docket {
  private let parser = Parser()

  /// Writes what became of a record, which itself need not last so long.
  func outcome(
    of record: Record, into section: Section, except dropped: Members = []
  ) -> Telling {
    let line = Array(record.line) + [UInt8(ascii: "}")]
    return { [parser] (fate) throws(Failure) in
      try parser.read(line) { (record) throws(Failure) in
        try section.deleted(record, fate, except: dropped)
      }
    }
  }
}
