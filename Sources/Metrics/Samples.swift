package import Values

/// Numbers by their names and labels, each family in the order in which it was first told.
package struct Samples: Sendable {
  private struct Row {
    var key: [UInt8]
    var value: Double
  }

  private var rows: [[Row]] = Array(repeating: [], count: Series.allCases.count)
  private var places: [[UInt8]: Int] = [:]
  /// The lines of a family, until one of its numbers changes.
  private var texts: [[UInt8]?] = Array(repeating: nil, count: Series.allCases.count)

  package init() {}

  package mutating func add(_ series: Series, _ key: [UInt8], _ value: Double) {
    change(series, key) { $0 += value }
  }

  package mutating func set(_ series: Series, _ key: [UInt8], _ value: Double) {
    change(series, key) { $0 = value }
  }

  private mutating func change(_ series: Series, _ key: [UInt8], _ body: (inout Double) -> Void) {
    texts[series.rawValue] = nil
    if let place = places[key] { return body(&rows[series.rawValue][place].value) }
    var row = Row(key: key, value: 0)
    body(&row.value)
    places[key] = rows[series.rawValue].count
    rows[series.rawValue].append(row)
  }

  /// The upper ends of the buckets for times, in seconds.
  private static let bounds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400]

  /// Counts a time, in seconds, in a histogram.
  package mutating func observe(
    _ series: Series, _ labels: [(name: String, value: String)], _ seconds: Double
  ) {
    observe(series, labels, 1, atMost: seconds, sum: seconds)
  }

  /// Counts so many times, in seconds, that all fall between the same two bounds; the upper one
  /// is told.
  package mutating func observe(
    _ series: Series, _ labels: [(name: String, value: String)], _ count: Int,
    atMost most: Double, sum: Double
  ) {
    for bound in Samples.bounds {
      let key = series.key("_bucket", labels + [("le", Samples.text(bound))])
      add(series, key, most <= bound ? Double(count) : 0)
    }
    add(series, series.key("_bucket", labels + [("le", "+Inf")]), Double(count))
    add(series, series.key("_sum", labels), sum)
    add(series, series.key("_count", labels), Double(count))
  }

  package mutating func add(_ other: Samples, where isWanted: (Series) -> Bool = { _ in true }) {
    for series in Series.allCases where isWanted(series) {
      for row in other.rows[series.rawValue] { add(series, row.key, row.value) }
    }
  }

  package func has(_ series: Series) -> Bool { !rows[series.rawValue].isEmpty }

  package subscript(series: Series, key: [UInt8]) -> Double? {
    places[key].map { rows[series.rawValue][$0].value }
  }

  /// Writes the numbers of a family, one a line.
  package mutating func write(_ series: Series, to out: Buffer) {
    if let text = texts[series.rawValue] { return out.append(text) }
    let made = Buffer(capacity: 4_096)
    for row in rows[series.rawValue] {
      made.append(row.key)
      made.append(UInt8(ascii: " "))
      if let whole = Int(exactly: row.value) {
        made.append(integer: whole)
      } else {
        made.append(Array(Samples.text(row.value).utf8))
      }
      made.append(10)
    }
    let text = Array(made.bytes)
    texts[series.rawValue] = text
    out.append(text)
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
