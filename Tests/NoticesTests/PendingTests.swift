import Testing
import Values

@testable import Notices

@Suite struct PendingTests {
  @Test("changes of one path become one, in the order in which paths were seen")
  func merged() {
    var pending = Pending()
    let story: [(Change, String)] = [
      (.created, "new"), (.deleted, "back"), (.modified, "new"), (.created, "back"),
      (.created, "gone"), (.deleted, "gone"),
    ]
    for (change, path) in story { pending.add(change, Path(text: path)) }
    let told = pending.take()
    #expect(told.map { "\($0.path)" } == ["new", "back", "gone"])
    #expect(told.map(\.change) == [.created, .modified, .deleted])
    #expect(pending.isEmpty)
  }

  @Test("there is a bound to what is remembered: past it the library counts as changed")
  func bounded() {
    var pending = Pending()
    for number in 0..<Pending.most { pending.add(.created, Path(text: "\(number)")) }
    #expect(!pending.isWhole)
    pending.add(.modified, Path(text: "0"))
    #expect(!pending.isWhole)
    pending.add(.created, Path(text: "one more"))
    #expect(pending.isWhole && pending.count == 0 && !pending.isEmpty)
    #expect(pending.take().isEmpty)
    #expect(pending.isEmpty && !pending.isWhole)
  }
}
