import Core
import Glibc
import HTTP
import Records
import Signing
import Store
import Support
import System
import Testing
import Values

@testable import Objects
@testable import S3

/// Servers that fall silent: a request ends once nothing has moved for a while, and is made again.
@Suite("Silent stores")
struct StallTests {
  private final class Held: Keyring {
    let current: Keys? = Keys(access: "test", secret: Secret(Array("testtest".utf8)))
    func fetch(_ then: @escaping (Result<Keys?, Failure>) -> Void) { then(.success(current)) }
    func invalidate() {}
  }

  private static let sink = Sink(keys: 10)
  private let proxy = FaultProxy(to: StallTests.sink.endpoint)

  private func store() throws -> S3Store {
    let loop = try Loop()
    let endpoint = try Endpoint(proxy.endpoint)
    let courier = try Courier(loop, Courier.Manner(stall: Span(nanoseconds: 300_000_000)))
    let site = Site(bucket: "b", region: "us-east-1") { _ in
      Address(bucket: "b", endpoint: endpoint, style: .path, prefersPath: true)
    }
    return try S3Store(
      location: Path(text: "s3://b"), prefix: Path(), loop, courier, Held(), site, S3Terms(),
      Log(tool: "test", level: .fatal))
  }

  @Test(
    "a store that takes a file and says nothing is asked again", arguments: ["silent", "stall"])
  func sending(_ fault: String) throws {
    try proxy.set(["method": "PUT", "fault": fault, "after": 0])
    let store = try store()
    var answer: Result<Receipt, Failure>?
    store.put(Parcel(Path(text: "f"), .bytes([1, 2, 3]), size: 3)) { answer = $0 }
    try store.loop.run { answer != nil }
    // The end of an answer without a body cannot be kept back.
    #expect(try answer?.get().isConfirmed == true)
    #expect(try proxy.log().count == (fault == "silent" ? 2 : 1))
  }

  @Test("a store that stops in the middle of an answer is asked again", arguments: ["get", "list"])
  func receiving(_ errand: String) throws {
    try proxy.set(["method": "GET", "fault": "stall"])
    let store = try store()
    if errand == "list" {
      var count = 0
      try store.list(ListWish()) { _ in count += 1 }
      #expect(count == 10)
    } else {
      let scratch = try Scratch()
      var answer: Result<Receipt, Failure>?
      let size = 100_000
      store.get(Pickup(Path(text: "size-\(size)"), into: scratch.descriptor, .init(size: size))) {
        answer = $0
      }
      try store.loop.run { answer != nil }
      #expect(try answer?.get().now.size == size)
      #expect(lseek(scratch.descriptor, 0, SEEK_END) == size)
    }
    #expect(try proxy.log().count == 2)
  }

  @Test("a server that takes connections and never reads them is left for another connection")
  func deaf() throws {
    try proxy.set(["fault": "deaf", "times": 1])
    let object = try store().look(Path(text: "size-7"))
    #expect(object.size == 7)
    #expect(try proxy.log().map(\.fault) == ["deaf", nil])
  }
}
