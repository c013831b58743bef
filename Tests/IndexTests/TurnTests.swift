import Core
import Index
import System
import Testing
import Values

extension ConformanceTests {
  @Suite("lets writers take turns") struct TurnTests {
    @Test("a turn that fails leaves nothing", arguments: Kind.allCases)
    func nothing(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.put(["kept"])
      let operation = try ground.store.begin(.startup, of: ground.photos, at: ground.start)
      let failure = #expect(throws: Failure.self) {
        try ground.store.transaction { () throws(Failure) in
          _ = try ground.store.write(
            [.put(ground.file("a"), isNew: true), .remove(Array("kept".utf8))],
            of: ground.photos, Stamp(ground.start, 1))
          var noted = operation
          noted.state = .completed
          try ground.store.note(noted)
          throw Failure(.later, "it", "does not want to")
        }
      }
      #expect(failure?.kind == .later)
      #expect(try ground.names() == ["kept"])
      let last = try ground.store.operations(of: ground.photos, atMost: 1).first
      #expect(last?.state == .running)
      // And the next is not disturbed.
      try ground.put(["b"])
      #expect(try ground.names() == ["b", "kept"])
    }

    @Test("a turn sees what it has written, and others do not", arguments: Kind.allCases)
    func view(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      try ground.store.transaction { () throws(Failure) in
        _ = try ground.store.write(
          [.put(ground.file("a"), isNew: true)], of: ground.photos, Stamp(ground.start, 1))
        #expect(try ground.record("a") != nil)
        #expect(try ground.store.totals(of: ground.photos).files == 1)
        #expect(try other.record(Array("a".utf8), of: ground.photos) == nil)
      }
      #expect(try other.record(Array("a".utf8), of: ground.photos) != nil)
    }

    @Test("many at once lose nothing of each other's", arguments: Kind.allCases)
    func many(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.write([.put(ground.file("sum", size: 0), isNew: true)])
      let (photos, moment) = (ground.photos, ground.start)
      let threads = try (0..<4).map { _ in
        let unshared = Unshared(try ground.site.open())
        return Thread {
          do throws(Failure) {
            let store = unshared.store
            for _ in 0..<50 {
              try store.transaction { () throws(Failure) in
                guard var file = try store.record(Array("sum".utf8), of: photos) else { return }
                file.size += 1
                _ = try store.write([.put(file, isNew: false)], of: photos, Stamp(moment, 1))
              }
            }
          } catch {
            Issue.record("\(error.message)")
          }
        }
      }
      for thread in threads { thread?.join() }
      #expect(try ground.record("sum")?.size == 200)
    }

    @Test("many at once begin operations with numbers of their own", arguments: Kind.allCases)
    func numbers(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let (photos, moment) = (ground.photos, ground.start)
      let threads = try (0..<4).map { _ in
        let unshared = Unshared(try ground.site.open())
        return Thread {
          do throws(Failure) {
            for _ in 0..<20 {
              _ = try unshared.store.begin(.reconciliation, of: photos, at: moment)
            }
          } catch {
            Issue.record("\(error.message)")
          }
        }
      }
      for thread in threads { thread?.join() }
      #expect(try ground.store.repository("photos")?.generation == 80)
      let told = try ground.store.operations(of: photos, atMost: 1_000)
      #expect(Set(told.map(\.number)).count == 80)
    }

    @Test("several may open what is not there yet", arguments: Kind.allCases)
    func opening(_ kind: Kind) throws {
      for _ in 0..<5 {
        let site = Unshared(try kind.site())
        let threads = (0..<4).map { _ in
          Thread {
            do throws(Failure) { _ = try site.store.open().repositories() } catch {
              Issue.record("\(error.message)")
            }
          }
        }
        for thread in threads { thread?.join() }
      }
    }
  }

  @Suite("is held") struct HoldTests {
    @Test("by one at a time, for one purpose, of one repository", arguments: Kind.allCases)
    func one(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.store.add(ground.music, at: ground.start)
      let other = try ground.site.open()
      let photos = ground.photos
      #expect(try !other.isHeld(photos, .watching))
      var hold = try ground.store.hold(photos, .watching, waits: false)
      #expect(hold != nil)
      #expect(try other.isHeld(photos, .watching))
      #expect(try ground.store.isHeld(photos, .watching))
      #expect(try !other.isHeld(photos, .updating))
      #expect(try !other.isHeld(ground.music, .watching))
      #expect(try other.hold(photos, .watching, waits: false) == nil)
      // To have asked takes it from nobody.
      #expect(try other.isHeld(photos, .watching))
      let updating = try other.hold(photos, .updating, waits: false)
      #expect(updating != nil)
      #expect(try other.hold(ground.music, .watching, waits: false) != nil)
      // A turn of somebody else's is not hindered, nor does its end let go.
      try ground.put(["a"])
      try ground.write([.put(ground.file("b"), isNew: true)], by: other)
      #expect(try other.isHeld(photos, .watching))
      hold = nil
      #expect(try !other.isHeld(photos, .watching))
      #expect(try ground.store.isHeld(photos, .updating))
      #expect(try other.hold(photos, .watching, waits: false) != nil)
      withExtendedLifetime(updating) {}
    }

    @Test("whoever waits gets it when it is let go of", arguments: Kind.allCases)
    func waits(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let photos = ground.photos
      let unshared = Unshared(try ground.site.open())
      var hold = try ground.store.hold(photos, .updating, waits: false)
      let thread = Thread {
        do throws(Failure) {
          let waited = try unshared.store.hold(photos, .updating, waits: true)
          if waited == nil { Issue.record("it was waited for, and not given") }
        } catch {
          Issue.record("\(error.message)")
        }
      }
      withExtendedLifetime(hold) {}
      hold = nil
      thread?.join()
      #expect(try !ground.store.isHeld(photos, .updating))
    }
  }
}

/// What is handed to the one thread which uses it, or can be used by several.
struct Unshared<Kept>: @unchecked Sendable {
  let store: Kept
  init(_ store: Kept) { self.store = store }
}
