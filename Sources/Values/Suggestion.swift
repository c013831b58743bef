/// The nearest known name to a mistyped one.
package enum Suggestion {
  /// The closest candidate, if it is close enough to be meant.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = max(1, word.utf8.count / 3)
    let ranked = candidates.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
    guard let (name, distance) = ranked, distance <= limit else { return nil }
    return name
  }

  /// How many letters must be added, dropped, changed or swapped with their neighbour.
  static func distance(_ one: String, _ other: String) -> Int {
    let a = Array(one.utf8)
    let b = Array(other.utf8)
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
