package import Values

/// All numbers as Prometheus reads them, in its text format.
package enum Sheet {
  package static let type = "text/plain; version=0.0.4; charset=utf-8"

  /// Writes what is kept, whose lines are at hand, and what is true at the moment. A number that is
  /// in both is their sum.
  package static func write(_ kept: inout Samples, _ present: Samples, to out: Buffer) {
    for series in Series.allCases {
      let told = series.declaration
      out.append(Array("# HELP \(told.name) \(told.help)\n".utf8))
      out.append(Array("# TYPE \(told.name) \(told.form.rawValue)\n".utf8))
      guard present.has(series) else {
        kept.write(series, to: out)
        continue
      }
      var both = present
      if kept.has(series) {
        both = kept
        both.add(present) { $0 == series }
      }
      both.write(series, to: out)
    }
  }
}
