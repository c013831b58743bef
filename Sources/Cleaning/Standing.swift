internal import Core
internal import Records
internal import Stream
internal import System
internal import Tree
internal import Values

/// The files that stand in a folder: a thread of its own walks the tree, and a pipe holds it back.
final class Standing: Inventory {
  private let reader: StreamReader
  private let ends: Descriptor
  private let thread: Thread
  private let root: Path

  init(_ root: Path, _ scope: Scope) throws(Failure) {
    Interrupt.ignoreBrokenPipes()
    self.root = root
    let walk = try Walk(root, scope)
    let pipe = try Pipe().release()
    let writer = pipe.writer
    ends = Descriptor(owning: pipe.reader)
    reader = StreamReader(Input(pipe.reader, "\(root)"))
    let started = Thread {
      let end = Descriptor(owning: writer)
      let section = Section(Output(end.number, "pipe"), tool: "s4l-clean")
      do throws(Failure) {
        try section.open(Head(.listing))
        try walk.run(into: section, jobs: 1)
        try section.close(isComplete: !Interrupt.isRequested)
      } catch {
        // Whoever reads sees it: the tail is missing.
      }
    }
    guard let started else {
      _ = Descriptor(owning: writer)
      throw Failure(.later, "threads", "the system gives none")
    }
    thread = started
  }

  /// Goes through all files and holes; false if the walk did not come to its end.
  func forEach(_ body: (Record) throws(Failure) -> Void) throws(Failure) -> Bool {
    while true {
      switch try reader.next() {
      case .head: continue
      case .record(let record): try body(record)
      case .tail(let tail):
        thread.join()
        return tail.isComplete
      case .cut, .end: throw Failure(.io, "\(root)", "it could not be listed to its end")
      }
    }
  }
}
