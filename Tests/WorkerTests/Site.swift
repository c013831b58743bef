import Core
import Foundation
import Glibc
import Support
import System
import Testing
import Values

/// Where queues are kept in these tests.
enum Kind: String, CaseIterable, Sendable { case file, redis }

/// A queue with workers that come and go, and a log of what their handlers did.
final class Site {
  let sandbox = Sandbox()
  let server: RedisServer?
  let url: String
  private(set) var workers: [System.Process] = []

  init(_ kind: Kind) {
    switch kind {
    case .file:
      server = nil
      url = "\(sandbox.home.appending("queue.db"))"
    case .redis:
      let server = RedisServer(["--appendonly", "yes", "--appendfsync", "always"])
      self.server = server
      url = "redis://127.0.0.1:\(server.port)"
    }
  }

  deinit {
    for worker in workers { end(worker) }
  }

  /// A handler that notes when it begins and ends with a task, and takes its time between.
  func writeHandler() {
    let script = """
      echo "begin $S4L_TASK_ID" >>log
      sleep 0.0$(($$ % 9))
      echo "end $S4L_TASK_ID" >>log

      """
    sandbox.write("handler", script)
  }

  /// Runs s4l-queue on the queue; what it prints, record by record.
  @discardableResult
  func queue(_ words: String..., stdin: String = "", status: Int32 = 0) -> [[String: Any]] {
    queue(words, stdin: stdin, status: status)
  }

  @discardableResult
  func queue(_ words: [String], stdin: String = "", status: Int32 = 0) -> [[String: Any]] {
    let outcome = sandbox.run(
      ["s4l-queue", "--url", url] + words, stdin: Array(stdin.utf8))
    #expect(outcome.status == status, "\(words): \(outcome)")
    return Site.records(outcome.text)
  }

  static func records(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap {
      let value = try? JSONSerialization.jsonObject(with: Data($0.utf8))
      return value as? [String: Any]
    }
  }

  func start(_ words: String...) throws { try start(words) }

  func start(_ words: [String]) throws {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    workers.append(
      try sandbox.start(
        ["s4l-queue", "work", "--url", url] + words, stdin: null, stdout: null, stderr: null))
  }

  /// Kills a worker without a warning; what it has started goes on.
  func kill(_ place: Int) {
    let worker = workers.remove(at: place)
    Glibc.kill(worker.identifier, SIGKILL)
    _ = try? worker.wait()
  }

  private func end(_ worker: System.Process) {
    worker.terminate()
    _ = try? worker.wait()
  }

  func endAll() {
    for worker in workers { end(worker) }
    workers = []
  }

  /// How often each task was begun and ended.
  func log() -> (begun: [String: Int], ended: [String: Int]) {
    var begun: [String: Int] = [:]
    var ended: [String: Int] = [:]
    for line in House.text(sandbox.folder.appending("log")).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "begin" { begun[words[1], default: 0] += 1 }
      if words[0] == "end" { ended[words[1], default: 0] += 1 }
    }
    return (begun, ended)
  }

  /// The numbers of a queue, while the store answers.
  func counts(_ queue: String) -> [String: Any]? {
    let outcome = sandbox.run(["s4l-queue", "stat", "--url", url])
    return Site.records(outcome.text).first { $0["queue"] as? String == queue }
  }
}

extension Sandbox {
  /// Writes a file that the programs of the sandbox find in their folder.
  func write(_ name: String, _ text: String) {
    House.write(Array(text.utf8), to: folder.appending(name))
  }
}
