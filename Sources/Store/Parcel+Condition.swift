package import Core
internal import Records

extension Parcel.Condition {
  /// Why what was found at a place forbids that a file takes it; nil if it does not.
  package func objection(to found: Result<Object, Failure>) -> Failure? {
    switch (self, found) {
    case (.anything, _): return nil
    case (.absent, .success): return Failure(.later, "", "something took its name meanwhile")
    case (.absent, .failure(let failure)): return failure.kind == .absent ? nil : failure
    case (.unchanged(let seen), .success(let object)):
      return object.objection(against: seen).map { Failure(.later, "", $0) }
    case (.unchanged, .failure(let failure)):
      return failure.kind == .absent ? Failure(.later, "", "it is gone") : failure
    }
  }
}
