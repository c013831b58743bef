import Core
import Glibc
import System
import Testing

@Suite struct LoopTests {
  private final class Note: @unchecked Sendable {
    var words: [String] = []
  }

  @Test("a file is told of when it can be read, and not after it was forgotten")
  func files() throws {
    let loop = try Loop()
    let (reader, writer) = try Pipe().release()
    defer { for file in [reader, writer] { close(file) } }
    let note = Note()
    loop.watch(reader, .reading) { interest in
      note.words.append(interest == .reading ? "reading" : "else")
      loop.forget(reader)
    }
    try loop.turn(mayWait: false)
    #expect(note.words.isEmpty)
    #expect(write(writer, "x", 1) == 1)
    try loop.turn(mayWait: true)
    try loop.turn(mayWait: false)
    #expect(note.words == ["reading"])
  }

  @Test("of two files ready in one turn, the one that the other's call forgot is not called")
  func forgottenMeanwhile() throws {
    let loop = try Loop()
    let one = try Pipe().release()
    let other = try Pipe().release()
    defer { for file in [one.reader, one.writer, other.reader, other.writer] { close(file) } }
    let note = Note()
    for (mine, its) in [(one.reader, other.reader), (other.reader, one.reader)] {
      loop.watch(mine, .reading) { _ in
        note.words.append("called")
        loop.forget(its)
      }
    }
    #expect(write(one.writer, "x", 1) == 1 && write(other.writer, "x", 1) == 1)
    try loop.turn(mayWait: true)
    #expect(note.words.count == 1)
  }

  @Test("moments come in order of their time, and one that was cancelled does not come")
  func moments() throws {
    let loop = try Loop()
    let note = Note()
    loop.after(2_000_000) { note.words.append("late") }
    let cancelled = loop.after(500_000) { note.words.append("cancelled") }
    loop.after(0) { note.words.append("early") }
    loop.cancel(cancelled)
    try loop.run { note.words.count == 2 }
    #expect(note.words == ["early", "late"])
  }

  @Test("a moment asked for while one is called waits for another turn")
  func nested() throws {
    let loop = try Loop()
    let note = Note()
    loop.after(0) { loop.after(0) { note.words.append("inner") } }
    try loop.turn(mayWait: true)
    #expect(note.words.isEmpty)
    try loop.turn(mayWait: true)
    #expect(note.words == ["inner"])
  }

  @Test("what other threads post is done on the loop's thread, all of it")
  func posts() throws {
    let loop = try Loop()
    let note = Note()
    let poster = loop.poster
    let threads = (0..<4).compactMap { _ in
      Thread { for _ in 0..<100 { poster.post { note.words.append("x") } } }
    }
    try loop.run { note.words.count == 400 }
    for thread in threads { thread.join() }
    #expect(note.words.count == 400)
  }

  @Test("a plain file, which the kernel cannot wait for, is ready at once")
  func plainFile() throws {
    let loop = try Loop()
    let scratch = try Scratch()
    let note = Note()
    loop.watch(scratch.descriptor, .reading) { _ in note.words.append("ready") }
    try loop.turn(mayWait: true)
    #expect(note.words == ["ready"])
  }
}
