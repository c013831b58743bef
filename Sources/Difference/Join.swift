package import Stream
internal import Values

/// The merge of two listings in order of path: which side to look at next, and what that shows.
///
/// It is given where both sides stand and says what to do; it reads and writes nothing. Its one
/// concern is doubt: where either side has a hole, or ended before it was complete, the other
/// side's files are passed over, neither copied nor deleted.
package struct Join {
  /// Where a side stands.
  package enum Item {
    case entry(UnsafeRawBufferPointer)
    case hole(UnsafeRawBufferPointer)
    /// Behind its last record.
    case end(isComplete: Bool)
  }

  package enum Step: Equatable, Sendable {
    /// Both sides have the path: compare, and move both on.
    case both
    /// Only this side has the path, and that is certain. Move it on.
    case only(Side)
    /// This side has the path, but of the other nothing is known there. Move it on.
    case skip(Side)
    /// Both have the path, though one of them said that it knows nothing there. Move both on.
    case skipBoth
    /// This side has a hole: pass it on, and move on.
    case hole(Side)
    case done
  }

  private var holes: (left: OrderedHoles, right: OrderedHoles) = (OrderedHoles(), OrderedHoles())

  package init() {}

  package mutating func next(_ left: Item, _ right: Item) -> Step {
    switch (left, right) {
    case (.end, .end): return .done
    case (.hole(let path), .end): return hole(.left, path)
    case (.end, .hole(let path)): return hole(.right, path)
    case (.entry(let path), .end(let isComplete)):
      return lone(.left, path, isKnown: isComplete)
    case (.end(let isComplete), .entry(let path)):
      return lone(.right, path, isKnown: isComplete)
    case (.entry(let one), .entry(let two)):
      let order = Join.compare(one, two)
      if order < 0 { return lone(.left, one, isKnown: true) }
      if order > 0 { return lone(.right, two, isKnown: true) }
      let isDoubtful = covers(.left, one) || covers(.right, one)
      return isDoubtful ? .skipBoth : .both
    // At the same path a hole goes first, so that it covers what follows.
    case (.hole(let one), .hole(let two)):
      return Join.compare(one, two) <= 0 ? hole(.left, one) : hole(.right, two)
    case (.hole(let one), .entry(let two)):
      return Join.compare(one, two) <= 0 ? hole(.left, one) : lone(.right, two, isKnown: true)
    case (.entry(let one), .hole(let two)):
      return Join.compare(two, one) <= 0 ? hole(.right, two) : lone(.left, one, isKnown: true)
    }
  }

  private mutating func hole(_ side: Side, _ path: UnsafeRawBufferPointer) -> Step {
    if side == .left { holes.left.add(Path(path)) } else { holes.right.add(Path(path)) }
    return .hole(side)
  }

  @inline(__always)
  private mutating func lone(
    _ side: Side, _ path: UnsafeRawBufferPointer, isKnown: Bool
  ) -> Step {
    // A side that contradicts its own hole is in doubt as well.
    let isDoubtful = !isKnown || covers(side.other, path) || covers(side, path)
    return isDoubtful ? .skip(side) : .only(side)
  }

  @inline(__always)
  private mutating func covers(_ side: Side, _ path: UnsafeRawBufferPointer) -> Bool {
    side == .left ? holes.left.cover(path) : holes.right.cover(path)
  }

  /// The order of object stores: byte by byte.
  @inline(__always)
  package static func compare(
    _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer
  ) -> Int {
    one.order(against: other)
  }
}
