import Core
import Records
import Stream
import System
import Tree
import Values

@testable import Watching

/// Somebody who applies events in order and knows the tree by that alone.
final class Follower {
  private(set) var files: [String: [Int64]] = [:]
  /// What was told, shortened: `create a 5`.
  private(set) var told: [String] = []
  private let parser = Parser()

  func take(_ line: String) throws(Failure) {
    let bytes = Array(line.utf8)
    var caught: Failure?
    bytes.withUnsafeBytes { bytes in
      do throws(Failure) { try take(bytes) } catch { caught = error }
    }
    if let caught { throw caught }
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    for line in bytes.split(separator: 10) {
      try take(parser.parse(UnsafeRawBufferPointer(rebasing: line)))
    }
  }

  private func take(_ record: Record) throws(Failure) {
    if record.kind == .head, record.holds(.view, "listing") { files = [:] }
    guard let path = record.path.map({ String(decoding: $0, as: UTF8.self) }) else { return }
    var version: [Int64]?
    if let size = try record.integer(.size), let mtime = try record.time(.mtime) {
      version = [Int64(size), mtime.seconds]
    }
    let event = try record.text(.event) ?? record.kind.name
    let to = try record.name(.to).map { "\($0)" }
    told.append(
      [event, path, to, version.map { "\($0[0])" }].compactMap { $0 }.joined(separator: " "))
    switch event {
    case "entry", "create", "write", "chmod": if let version { files[path] = version }
    case "remove": removed(path)
    case "rename":
      guard let to else { return }
      for (rest, version) in removed(path) { files[to + rest] = version }
      if let version { files[to] = version }
    default: break
    }
  }

  /// Takes out a path, or all below it if it is a folder.
  @discardableResult
  private func removed(_ path: String) -> [(rest: String, [Int64])] {
    let paths = files.keys.filter { $0 == path || path.hasSuffix("/") && $0.hasPrefix(path) }
    return paths.compactMap { found in
      files.removeValue(forKey: found).map { (String(found.dropFirst(path.count)), $0) }
    }
  }

  func forget() { told = [] }
}

/// A watcher over a meadow, and a follower of what it tells.
struct Stage {
  let meadow: Meadow
  let follower = Follower()
  let observer: Observer
  private let output: Output

  init(
    _ meadow: Meadow = Meadow(), _ scope: Scope = Scope(), _ happenings: Happening.Choice = .all
  ) throws {
    self.meadow = meadow
    output = Output("told", sink: follower.take)
    let section = Section(output, tool: "test")
    let roots = [Path(text: Meadow.root)]
    let teller = Teller(section, roots, happenings, Log(tool: "test"))
    observer = Observer(roots, scope, meadow, teller, Backlog())
    _ = try observer.add(0)
  }

  /// Has the watcher handle so many more notices.
  @discardableResult
  func work(_ most: Int = .max, patiently: Bool = true) throws -> Observer.Verdict {
    meadow.deliver(most, to: observer.backlog)
    while true {
      let verdict = try observer.work()
      try output.flush()
      guard patiently, case .waiting(let patience) = verdict else { return verdict }
      meadow.now += patience
    }
  }

  /// What is told of what happens in `body`, all handled.
  func told(_ body: (Meadow) -> Void) throws -> [String] {
    body(meadow)
    follower.forget()
    try work()
    return follower.told
  }
}
