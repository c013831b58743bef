internal import Core
internal import HTTP
internal import Store
internal import System
internal import Values

/// All that is below a prefix, in order.
///
/// One page leads to the next, so a listing is as slow as its pages. A long one is cut into
/// stretches that are read side by side: the first is told as it comes, the others wait in rows.
final class Catalogue {
  private final class Row {
    let stretch: Stretch
    var rows = Rows()
    init(_ stretch: Stretch) { self.stretch = stretch }
  }

  private let store: S3Store
  private let wish: ListWish
  private let details: Details?
  private var each: (Listed) throws(Failure) -> Void = { _ in }
  private var stretches: [Row]
  private var probes = 0
  private var isProbing = false
  private var failure: Failure?

  /// How many pages show that a listing is long.
  static let pagesOfLong = 20
  static let mostProbes = 48

  init(_ store: S3Store, _ wish: ListWish) {
    self.store = store
    self.wish = wish
    details = wish.isDetailed ? Details(store) : nil
    let whole = Stretch(store, after: [], until: nil, isFlat: wish.isFlat)
    stretches = [Row(whole)]
  }

  /// Lists all; what the listing breaks off with is thrown when all before it was told.
  func run(_ each: @escaping (Listed) throws(Failure) -> Void) throws(Failure) {
    self.each = { [details] (listed) throws(Failure) in
      if let details { try details.take(listed, each) } else { try each(listed) }
    }
    while let first = stretches.first, failure == nil {
      try first.rows.drain { (view) throws(Failure) in try self.each(.file(view)) }
      for row in stretches { advance(row) }
      try store.loop.run { first.stretch.isDone || failure != nil || details?.isFull == true }
      if Interrupt.isRequested { throw Failure(.later, "", "the run was stopped") }
      if let broken = first.stretch.failure { failure = failure ?? broken }
      try details?.flush(each)
      if failure == nil, first.stretch.isDone { stretches.removeFirst() }
    }
    if let failure { throw failure }
  }

  private func advance(_ row: Row) {
    guard failure == nil else { return }
    row.stretch.advance { [self, unowned row] (listed) throws(Failure) in
      if row === stretches.first { return try tell(listed) }
      if case .file(let view) = listed { try row.rows.append(view) }
    } _: { [self] in
      if let broken = row.stretch.failure, row === stretches.first { failure = failure ?? broken }
      split()
      if !row.stretch.isDone, details?.isFull != true { advance(row) }
    }
  }

  private func tell(_ listed: Listed) throws(Failure) {
    do { try each(listed) } catch {
      failure = failure ?? error
      throw error
    }
  }

  // MARK: Cutting

  /// Cuts the longest open stretch in two, if the listing is long and there are hands left.
  private func split() {
    guard !isProbing, !wish.isFlat, probes < Catalogue.mostProbes, wish.jobs > 1 else { return }
    let open = stretches.filter { !$0.stretch.isDone }
    guard open.count < wish.jobs,
      let longest = open.last(where: { $0.stretch.pages >= Catalogue.pagesOfLong })
    else { return }
    probe(longest, below: longest.stretch.end)
  }

  /// Looks for the first key behind the middle between where a stretch is and a bound.
  private func probe(_ row: Row, below bound: [UInt8]?) {
    guard let middle = Middle.between(row.stretch.last, bound, behind: store.prefix.count) else {
      return
    }
    isProbing = true
    probes += 1
    let probe = Stretch(store, after: middle, until: nil, isFlat: false, most: 1)
    var found: [UInt8]?
    probe.advance { [store] (listed) throws(Failure) in
      if case .file(let view) = listed { found = store.prefix + Array(view.path) }
    } _: { [self] in
      isProbing = false
      if probe.failure != nil || row.stretch.isDone { return }
      guard let key = found, bound.map({ key.lexicographicallyPrecedes($0) }) ?? true else {
        // Nothing lies there: the middle of the rest is nearer.
        if probes < Catalogue.mostProbes { self.probe(row, below: middle) }
        return
      }
      cut(row, at: key, after: middle)
    }
  }

  private func cut(_ row: Row, at key: [UInt8], after middle: [UInt8]) {
    guard row.stretch.last.lexicographicallyPrecedes(key),
      let place = stretches.firstIndex(where: { $0 === row })
    else { return }
    let upper = Row(
      Stretch(store, after: middle, until: row.stretch.end, isFlat: false))
    row.stretch.shorten(to: key)
    stretches.insert(upper, at: place + 1)
    advance(upper)
    split()
  }
}

/// A key that lies between two others, somewhere in the middle.
enum Middle {
  /// The letters that keys are mostly made of.
  private static let least: UInt8 = 0x20
  private static let greatest: UInt8 = 0x7E

  /// Nil if there is none that can be told: only plain letters are used, and the first bytes, which
  /// all keys share, stay.
  static func between(_ low: [UInt8], _ high: [UInt8]?, behind prefix: Int) -> [UInt8]? {
    var key: [UInt8] = Array(low.prefix(prefix))
    var isBelow = high != nil
    for place in prefix..<(prefix + 64) {
      let one = place < low.count ? low[place] : least
      var other = greatest + 1
      if isBelow, let high { other = place < high.count ? high[place] : least }
      guard one >= least, one <= greatest else { return nil }
      if other > one, other - one > 1 {
        key.append(one + (min(other, greatest + 1) - one) / 2)
        return key
      }
      if isBelow, other > one { isBelow = false }
      key.append(one)
    }
    return nil
  }
}
