internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Tree

/// The files of a place, in byte order of path, asked for one by one.
protocol Inventory {
  /// Goes through all files and holes; false if they were not told to their end.
  func forEach(_ body: @escaping (Record) throws(Failure) -> Void) throws(Failure) -> Bool
}

/// The files of a store, listed as s4l-ls does it.
struct Stock: Inventory {
  private let store: any Store
  private let scope: Scope

  init(_ store: any Store, _ scope: Scope) {
    self.store = store
    self.scope = scope
  }

  func forEach(_ body: @escaping (Record) throws(Failure) -> Void) throws(Failure) -> Bool {
    let parser = Parser()
    let output = Output("listing") { (lines) throws(Failure) in
      for line in lines.split(separator: 10) {
        try body(try parser.parse(UnsafeRawBufferPointer(rebasing: line)))
      }
    }
    _ = try Survey(store, scope, ListWish(), Section(output, tool: "s4l-clean")).list()
    return !Interrupt.isRequested
  }
}
