package import Difference
package import Stream

/// What is to become of one path of a two-way sync: the whole of what such a sync decides.
///
/// It is told how each side stands against the base, the record of how both sides were when they
/// were last in step, and decides by that alone; it reads and writes nothing.
///
///     left \ right  none        gone        same        changed
///     none          -           forget      to left     to left
///     gone          forget      forget      delete r.   to left, a conflict
///     same          to right    delete l.   keep        to left
///     changed       to right    to right,   to right    a contest
///                               a conflict
///
/// A delete never wins against a change: what was changed last is worth more than the wish to be
/// rid of it, and a file can always be deleted again.
package enum Reconciliation {
  /// How a side stands against the base.
  package enum State: CaseIterable, Sendable {
    /// It does not have the path, and the base does not say that it ever had.
    case none
    /// It had the path, and has it no more.
    case gone
    case same
    /// It has another version than the base says, or the base says none.
    case changed
  }

  package enum Decision: Hashable, Sendable {
    case nothing
    case keep
    /// Both sides are rid of it.
    case forget
    case copy(to: Side, isConflict: Bool)
    case delete(on: Side)
    /// Both have changed: whether they are alike has to be seen, and if not, who wins.
    case contest
    /// The other side's version is saved on this one, under another name.
    case save(on: Side)
    /// Nothing is done, and that is told.
    case refuse
  }

  package typealias Policy = ConflictPolicy

  package static func decide(_ left: State, _ right: State) -> Decision {
    switch (left, right) {
    case (.none, .none): .nothing
    case (.gone, .gone), (.gone, .none), (.none, .gone): .forget
    case (.same, .same): .keep
    case (.changed, .changed): .contest
    case (.same, .gone): .delete(on: .left)
    case (.gone, .same): .delete(on: .right)
    case (.changed, .gone): .copy(to: .right, isConflict: true)
    case (.gone, .changed): .copy(to: .left, isConflict: true)
    case (.changed, .none), (.changed, .same), (.same, .none): .copy(to: .right, isConflict: false)
    case (.none, .changed), (.same, .changed), (.none, .same): .copy(to: .left, isConflict: false)
    }
  }

  /// Ends a contest between two versions that are not alike. Nil is neither side, as far as anybody
  /// knows; somebody has to win all the same, and always the same one.
  ///
  /// Why keep-both does not change the path itself: the loser is saved first, and only a later run,
  /// to which the base says that this version is safe, replaces it. So no failure on the way, and
  /// no order in which copies are made, can lose it.
  package static func resolve(_ policy: Policy, newer: Side?, larger: Side?) -> Decision {
    switch policy {
    case .newer: .copy(to: (newer ?? larger ?? .left).other, isConflict: true)
    case .larger: .copy(to: (larger ?? newer ?? .left).other, isConflict: true)
    case .left: .copy(to: .right, isConflict: true)
    case .right: .copy(to: .left, isConflict: true)
    case .keepBoth: .save(on: newer ?? larger ?? .left)
    case .fail: .refuse
    }
  }
}
