import Testing
import Values

@testable import LogFiles

@Suite struct RotationTests {
  /// 2026-11-28T12:00:00Z
  private let noon: Int64 = 1_795_867_200
  private let hour: Int64 = 3_600

  private func ended(_ text: String) -> Rotation.Ended? { Rotation.Ended(Array(text.utf8)) }

  @Test("a log ends with its day, its hour, or never, and before it is too long")
  func over() {
    #expect(Timestamp(seconds: noon).text == "2026-11-28T12:00:00Z")
    let daily = Rotation(.daily, most: 0, keep: 0)
    #expect(!daily.isOver(1, adding: 1, since: noon, at: noon + 12 * hour - 1))
    #expect(daily.isOver(1, adding: 1, since: noon, at: noon + 12 * hour))
    let hourly = Rotation(.hourly, most: 0, keep: 0)
    #expect(!hourly.isOver(1, adding: 1, since: noon, at: noon + hour - 1))
    #expect(hourly.isOver(1, adding: 1, since: noon, at: noon + hour))
    let sized = Rotation(.never, most: 100, keep: 0)
    #expect(!sized.isOver(90, adding: 10, since: noon, at: noon + 9_999 * hour))
    #expect(sized.isOver(90, adding: 11, since: noon, at: noon))
  }

  @Test("one without a line does not end, nor one whose clock was set back")
  func notOver() {
    let rotation = Rotation(.daily, most: 10, keep: 0)
    #expect(!rotation.isOver(0, adding: 99, since: noon, at: noon + 48 * hour))
    #expect(!rotation.isOver(1, adding: 1, since: noon, at: noon - 48 * hour))
  }

  @Test("its name is that of its time, and has a number if that is taken")
  func names() {
    let rotation = Rotation(.daily, most: 0, keep: 0)
    #expect(rotation.name(since: noon, beside: []).suffix == ".2026-11-28")
    let others = [".2026-11-28", ".2026-11-28.9.gz", ".2026-11-28.10", ".2026-11-29.77"]
    let known = others.compactMap { ended(String($0.dropFirst())) }
    #expect(known.count == 4)
    #expect(rotation.name(since: noon, beside: known).suffix == ".2026-11-28.11")
    let hourly = Rotation(.hourly, most: 0, keep: 0)
    #expect(hourly.name(since: noon, beside: known).suffix == ".2026-11-28T12")
  }

  @Test("what has another name is nobody's log")
  func foreign() {
    let names = [
      "", "new", "gz", "1", "1.gz", "2026-11-28.", "2026-11-28.0", "2026-11-28.01",
      "2026-11-28.1.2", "2026-11-28.gz.gz", "2026-11-28.gz.1", "2026-11-2x", "2026-11-28T1",
      "2026-11-28T12:00", "2026-11-28.-1", "2026-11-28.1.gz.bak", "2026-11-28.99999999999999999999",
    ]
    for name in names { #expect(ended(name) == nil, "\(name)") }
  }

  @Test("the oldest are too many, and one that is there packed and not is one")
  func surplus() {
    let names = [
      "2026-11-28.2", "2026-11-28", "2026-11-28.gz", "2026-11-28.10.gz", "2026-11-27T09.gz",
      "2026-11-29",
    ]
    let all = names.compactMap { ended($0) }
    func kept(_ keep: Int) -> [String] {
      Rotation(.daily, most: 0, keep: keep).surplus(of: all).map(\.suffix)
    }
    #expect(kept(0).isEmpty)
    #expect(kept(5).isEmpty)
    #expect(kept(4) == [".2026-11-27T09"])
    #expect(kept(3) == [".2026-11-27T09", ".2026-11-28", ".2026-11-28"])
    #expect(kept(1).count == 5)
  }
}
