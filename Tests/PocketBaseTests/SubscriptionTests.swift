import Core
import Support
import System
import Testing
import Values

@testable import PocketBase

/// What a server tells of changes.
@Suite struct SubscriptionTests {
  @Test("events are taken apart wherever they are cut")
  func feed() {
    let text =
      "id:1\nevent:PB_CONNECT\ndata:{\"a\":1}\n\n: nothing\n\r\nevent: x/*\r\ndata: a\r\n"
      + "data:b\r\n\r\nevent:empty\n\ndata\n\n"
    let whole = [
      Feed.Event(name: "PB_CONNECT", data: Array("{\"a\":1}".utf8)),
      Feed.Event(name: "x/*", data: Array("a\nb".utf8)), Feed.Event(name: "", data: []),
    ]
    for width in 1...text.utf8.count {
      var feed = Feed()
      var events: [Feed.Event] = []
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        events += feed.take(rest.prefix(width)) ?? []
        rest = rest.dropFirst(width)
      }
      #expect(events == whole, "\(width)")
    }
    var endless = Feed()
    #expect(endless.take(repeatElement(65, count: 5 << 20)) == nil)
  }

  @Test(
    "a change is heard, so is one while it was cut off, and one that lacks a name is none",
    arguments: [false, true])
  func changes(old: Bool) throws {
    let record: [String: any Sendable] = ["id": "000000000000001"]
    let server = try PocketBaseServer([
      "old": old,
      "collections": [
        "sync_jobs": ["000000000000001": record], "other": ["000000000000001": record],
      ] as [String: any Sendable],
    ])
    let loop = try Loop()
    let log = Log(tool: "test", level: .fatal)
    let hub = Hub(
      url: server.endpoint, identity: PocketBaseServer.identity,
      password: Secret(Array(PocketBaseServer.password.utf8)))
    let client = try Client(hub, loop, log)
    var tidings = 0
    let subscription = try Subscription(
      hub, client, loop, log, collections: ["sync_jobs"]
    ) { tidings += 1 }
    subscription.start()
    try loop.run { tidings == 1 }
    #expect(try server.listeners() == 1)
    try server.touch("other")
    try server.touch("sync_jobs")
    try loop.run { tidings == 2 }
    try server.cut()
    try loop.run { tidings == 3 }
    // The token is none any more: it logs in anew when it is connected again.
    try server.set(["generation": 5])
    try server.cut()
    try loop.run { tidings == 4 }
    try server.touch("sync_jobs")
    try loop.run { tidings == 5 }
    #expect(subscription.tidings == 5)
  }
}
