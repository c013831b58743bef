package import Core
internal import HTTP
package import PocketBase
internal import Records
package import System
internal import Values

/// Sends what waits, many lines with one request as long as the server takes that.
///
/// A server that is away, or busy, is asked again later, and then later still. One that takes no
/// batches gets lines one by one. A line that it will not take, whatever is done, is told and left
/// out: the others wait behind it. One that it has already counts as sent.
package final class Shipment {
  private let client: Client
  private let backlog: Backlog
  private let collection: String
  private let loop: Loop
  private let log: Log
  private var batch: Int
  private var isUnderWay = false
  private var pause: Int64 = Shipment.firstPause
  private var timer: Loop.Timer?
  /// What it met last, while it meets it.
  package private(set) var trouble: Failure?
  package private(set) var shipped = 0
  package private(set) var refused = 0
  package private(set) var errors = 0
  /// Why nothing more can be done at all.
  package private(set) var failure: Failure?

  private static let firstPause: Int64 = 1_000_000_000
  private static let longestPause: Int64 = 30_000_000_000

  package init(
    _ client: Client, _ backlog: Backlog, collection: String, batch: Int, _ loop: Loop, _ log: Log
  ) {
    self.client = client
    self.backlog = backlog
    self.collection = collection
    self.batch = batch
    self.loop = loop
    self.log = log
  }

  package var isIdle: Bool { !isUnderWay && timer == nil && backlog.isEmpty }

  /// Sends what there is, unless it is at it, or waits to try again.
  package func go() {
    if isUnderWay || timer != nil || failure != nil { return }
    do throws(Failure) {
      let lines = try backlog.first(batch)
      if lines.isEmpty { return }
      isUnderWay = true
      batch > 1 ? send(lines) : sendOne(lines[0])
    } catch {
      failure = error
    }
  }

  /// Tries again now what waits to be tried again.
  package func hurry() {
    guard let timer else { return go() }
    loop.cancel(timer)
    self.timer = nil
    go()
  }

  private var place: String { "/api/collections/\(collection)/records" }

  private func record(_ line: [UInt8]) -> JSON {
    // It was written by us; a disk may have spoiled it.
    do throws(Failure) { return try JSON(parsing: line) } catch { return .object([]) }
  }

  // MARK: Many at once

  private func send(_ lines: [[UInt8]]) {
    let items = lines.map { line in
      JSON.object([
        .init("method", .text("POST")), .init("url", .text(place)), .init("body", record(line)),
      ])
    }
    client.ask(.post, "/api/batch", .object([.init("requests", .list(items))])) { [self] result in
      isUnderWay = false
      switch result {
      case .failure(let failure): later(failure)
      case .success(let answer) where answer.status == 200: took(lines.count)
      case .success(let answer) where answer.status == 403 || answer.status == 404:
        // Batches are off, as they are unless somebody turns them on, or unknown to this version.
        log.debug("the server takes no batches: lines go one by one")
        batch = 1
        go()
      case .success(let answer) where answer.status == 413: halve(lines, answer)
      case .success(let answer): judge(lines, answer)
      }
    }
  }

  private func halve(_ lines: [[UInt8]], _ answer: Answer) {
    batch = max(min(batch, lines.count) / 2, 1)
    go()
  }

  /// All or nothing was taken: nothing, for the sake of one line, which is named.
  private func judge(_ lines: [[UInt8]], _ answer: Answer) {
    let reasons = Client.parsed(answer)?["data"]?["requests"]
    if reasons?["code"]?.text == "validation_length_too_long", lines.count > 1 {
      return halve(lines, answer)
    }
    guard let field = reasons?.fields?.first, let index = Int(field.name),
      lines.indices.contains(index)
    else {
      if lines.count > 1 { return halve(lines, answer) }
      return giveUp(answer)
    }
    // What comes before it is sent without it, then it alone is asked for.
    if index > 0 {
      isUnderWay = true
      return send(Array(lines.prefix(index)))
    }
    isUnderWay = true
    sendOne(lines[0])
  }

  // MARK: One by one

  private func sendOne(_ line: [UInt8]) {
    client.ask(.post, place, record(line)) { [self] result in
      isUnderWay = false
      switch result {
      case .failure(let failure): later(failure)
      case .success(let answer) where answer.status == 200: took(1)
      case .success(let answer) where answer.status == 400:
        let code = Client.parsed(answer)?["data"]?["id"]?["code"]?.text
        if code == "validation_pk_invalid" || code == "validation_not_unique" { return took(1) }
        giveUp(answer)
      case .success(let answer) where answer.status == 413: giveUp(answer)
      case .success(let answer) where answer.status == 404:
        later(Failure(.absent, collection, "the server has no such collection"))
      case .success(let answer):
        later(Failure(.refused, collection, Client.message(of: answer)))
      }
    }
  }

  private func giveUp(_ answer: Answer) {
    refused += 1
    errors += 1
    let words = Client.message(of: answer)
    if refused == 1 {
      log.warn("a line was not taken, and is left out: \(words)")
    } else {
      log.debug("a line was not taken, and is left out: \(words)")
    }
    settle(1)
  }

  private func took(_ count: Int) {
    if trouble != nil { log.info("the server takes lines again") }
    (trouble, pause) = (nil, Shipment.firstPause)
    shipped += count
    settle(count)
  }

  private func settle(_ count: Int) {
    do throws(Failure) {
      try backlog.done(count)
      go()
    } catch {
      failure = error
    }
  }

  private func later(_ failure: Failure) {
    errors += 1
    if trouble == nil {
      log.warn("\(failure.message); lines are kept until it does")
    }
    trouble = failure
    timer = loop.after(pause) { [self] in
      timer = nil
      go()
    }
    pause = min(pause * 2, Shipment.longestPause)
  }
}
