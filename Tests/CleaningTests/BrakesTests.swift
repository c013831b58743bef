import Cleaning
import Core
import Testing

@Suite("Brakes") struct BrakesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var limit: String?
    var allowsEmpty: Bool
    var deletes: Int
    var total: Int?
    var passes: Bool
    init(_ limit: String?, _ empty: Bool, _ deletes: Int, _ total: Int?, _ passes: Bool) {
      (self.limit, allowsEmpty, self.deletes, self.total, self.passes) =
        (limit, empty, deletes, total, passes)
    }
    var testDescription: String { "\(limit ?? "-") \(allowsEmpty) \(deletes)/\(total ?? -1)" }
  }

  @Test(
    "the number of deletes decides",
    arguments: [
      Row(nil, false, 0, 0, true), Row(nil, false, 0, nil, true),
      Row(nil, false, 50, 100, true), Row(nil, false, 51, 100, false),
      Row(nil, false, 1, 1, false), Row(nil, false, 1, 2, true), Row(nil, false, 2, 3, false),
      Row(nil, true, 1, 1, true), Row(nil, true, 100, 100, true), Row(nil, true, 99, 100, false),
      Row(nil, false, 5, 0, false), Row(nil, false, 200, 100, false),
      Row("10", false, 10, 100, true), Row("10", false, 11, 100, false),
      Row("90", false, 90, 100, true), Row("100", false, 100, 100, false),
      Row("100", true, 100, 100, true), Row("99", true, 100, 100, false),
      Row("0", false, 1, 100, false), Row("0%", false, 1, 100, false),
      Row("80%", false, 80, 100, true), Row("80%", false, 81, 100, false),
      Row("10%", false, 11, 100, false), Row("10%", false, 2, 11, false),
      Row("10%", false, 1, 11, true),
      Row("100%", false, 99, 100, true), Row("100%", false, 100, 100, false),
      Row("100%", true, 100, 100, true), Row("50%", true, 100, 100, false),
      Row(nil, false, 1, nil, false), Row(nil, true, 1, nil, false),
      Row("50%", false, 1, nil, false),
      Row("5", false, 5, nil, true), Row("5", false, 6, nil, false),
      Row(nil, false, Int.max, Int.max - 1, false), Row("60%", false, Int.max / 2, Int.max, false),
    ])
  func table(_ row: Row) {
    let brakes = Brakes(limit: row.limit.flatMap(Brakes.Limit.init), allowsEmpty: row.allowsEmpty)
    #expect((brakes.objection(to: row.deletes, of: row.total) == nil) == row.passes)
  }

  @Test("the objection names the numbers and the option that lifts it")
  func words() {
    #expect(
      Brakes().objection(to: 60, of: 100)
        == "60 of 100 files would be deleted, more than 50%: "
        + "--max-delete (of a job: max_delete) would permit it")
    #expect(
      Brakes().objection(to: 3, of: 3)
        == "3 of 3 files would be deleted, which is all: --allow-empty would permit it")
    #expect(
      Brakes().objection(to: 3, of: nil)
        == "3 of an unknown number of files would be deleted: "
        + "--max-delete (of a job: max_delete) must say how many may be")
  }

  @Test("a limit is a number or a percentage")
  func limits() {
    #expect(Brakes.Limit(text: "12") == .count(12))
    #expect(Brakes.Limit(text: "12%") == .percent(12))
    for text in ["", "%", "-1", "+1", "101%", "1.5", "x", "5 %"] {
      #expect(Brakes.Limit(text: text) == nil)
    }
  }

  @Test("of evidenced deletes only a number is a bound")
  func evidenced() {
    #expect(Brakes().objection(toEvidenced: 1_000_000) == nil)
    #expect(Brakes(limit: .percent(1)).objection(toEvidenced: 1_000_000) == nil)
    #expect(Brakes(limit: .count(2)).objection(toEvidenced: 2) == nil)
    #expect(Brakes(limit: .count(2)).objection(toEvidenced: 3) != nil)
  }
}

@Suite("Withholding") struct WithholdingTests {
  @Test("what may have hit every copy holds back all deletes")
  func all() {
    for kind in ["later", "unavailable", "io"] {
      var withholding = Withholding()
      withholding.failed(.init(rawValue: kind), size: 1)
      #expect(withholding.objection(to: [2]) != nil)
    }
    var unknown = Withholding()
    unknown.failed(nil, size: 1)
    #expect(unknown.objection(to: [2]) != nil)
  }

  @Test("any other failure, and a vanished file, hold back deletes of the same size")
  func equalSize() {
    for kind in ["usage", "data", "absent", "refused", "bug", "config"] {
      var withholding = Withholding()
      withholding.failed(.init(rawValue: kind), size: 7)
      #expect(withholding.objection(to: [7]) != nil)
      #expect(withholding.objection(to: [1, 7]) != nil)
      #expect(withholding.objection(to: [8]) == nil)
      #expect(withholding.objection(to: []) != nil)
    }
    var vanished = Withholding()
    vanished.vanished(size: 7)
    #expect(vanished.objection(to: [7]) != nil)
    #expect(vanished.objection(to: [8]) == nil)
  }

  @Test("a failed copy of unknown size holds back all deletes")
  func noSize() {
    var withholding = Withholding()
    withholding.failed(.refused, size: nil)
    #expect(withholding.objection(to: [7]) != nil)
  }

  @Test("too many sizes hold back all deletes")
  func bounded() {
    var withholding = Withholding()
    for size in 0..<Withholding.mostSizes { withholding.failed(.refused, size: size) }
    #expect(withholding.objection(to: [-1]) == nil)
    withholding.failed(.refused, size: -2)
    #expect(withholding.objection(to: [-1]) != nil)
  }
}
