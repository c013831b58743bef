internal import Core
internal import HTTP
internal import Objects
internal import Store
internal import System
internal import Values

/// Uploads in parts that were begun and never put together: what a killed run leaves, to go on with
/// or to be given up, as they cost their owner money.
final class Leftovers {
  private let client: Client
  private let prefix: [UInt8]
  /// Uploads of this run, which nobody may take for leftovers.
  private var own: Set<String> = []

  init(_ client: Client, _ prefix: [UInt8]) {
    self.client = client
    self.prefix = prefix
  }

  func own(_ id: String) { own.insert(id) }

  /// The newest upload of a key that this run has not begun.
  func upload(
    of key: [UInt8], _ then: @escaping (Result<Upload?, Failure>) -> Void
  ) {
    list(prefix: key) { [self] result in
      switch result {
      case .failure(let failure): then(.failure(failure))
      case .success(let uploads):
        let mine = uploads.filter { $0.key == key && !own.contains($0.id) }
        let newest = mine.max { one, other in
          guard let first = one.initiated, let second = other.initiated else { return false }
          return first < second
        }
        if let newest { own(newest.id) }
        then(.success(newest))
      }
    }
  }

  func parts(of upload: Upload, _ then: @escaping (Result<[Part], Failure>) -> Void) {
    parts(of: upload, after: 0, [], then)
  }

  private func parts(
    of upload: Upload, after number: Int, _ found: [Part],
    _ then: @escaping (Result<[Part], Failure>) -> Void
  ) {
    var ask = Ask(.get, .listParts, upload.key)
    ask.query = [("uploadId", upload.id)]
    if number > 0 { ask.query.append(("part-number-marker", "\(number)")) }
    ask.sink = .memory(most: 4 << 20)
    client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): then(.failure(refusal.failure))
      case .success(let answer):
        switch client.content({ () throws(Failure) in try Replies.parts(answer.body) }) {
        case .failure(let failure): then(.failure(failure))
        case .success(let page):
          let all = found + page.parts
          guard let next = page.next else { return then(.success(all)) }
          guard next > number else {
            return then(.failure(Failure(.unavailable, "", "the list of parts goes in circles")))
          }
          parts(of: upload, after: next, all, then)
        }
      }
    }
  }

  /// All uploads below a prefix.
  func list(prefix: [UInt8], _ then: @escaping (Result<[Upload], Failure>) -> Void) {
    list(prefix, after: nil, [], then)
  }

  private func list(
    _ prefix: [UInt8], after last: Upload?, _ found: [Upload],
    _ then: @escaping (Result<[Upload], Failure>) -> Void
  ) {
    var ask = Ask(.get, .listUploads, nil)
    ask.query = [("uploads", ""), ("encoding-type", "url")]
    ask.query.append(("prefix", String(decoding: prefix, as: UTF8.self)))
    if let last {
      ask.query.append(("key-marker", String(decoding: last.key, as: UTF8.self)))
      ask.query.append(("upload-id-marker", last.id))
    }
    ask.sink = .memory(most: 8 << 20)
    client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): then(.failure(refusal.failure))
      case .success(let answer):
        switch client.content({ () throws(Failure) in try Replies.uploads(answer.body) }) {
        case .failure(let failure): then(.failure(failure))
        case .success(let page):
          let all = found + page.uploads
          guard let next = page.next else { return then(.success(all)) }
          guard next != last else {
            return then(.failure(Failure(.unavailable, "", "the list of uploads goes in circles")))
          }
          list(prefix, after: next, all, then)
        }
      }
    }
  }

  /// Gives an upload up. One that is gone is no failure.
  func abort(_ key: [UInt8], _ id: String, _ then: @escaping (Failure?) -> Void) {
    var ask = Ask(.delete, .abort, key)
    ask.query = [("uploadId", id)]
    ask.accepts = [404]
    client.send(ask) { result in
      if case .failure(let refusal) = result { then(refusal.failure) } else { then(nil) }
    }
  }

  /// Gives up what was begun below the prefix before a moment; tells how many there were.
  func sweep(
    before moment: Timestamp, _ then: @escaping (Result<Int, Failure>) -> Void
  ) {
    list(prefix: prefix) { [self] result in
      switch result {
      case .failure(let failure): then(.failure(failure))
      case .success(let uploads):
        let old = uploads.filter { upload in
          upload.key.starts(with: prefix) && (upload.initiated.map { $0 <= moment } ?? false)
        }
        sweep(old[...], 0, then)
      }
    }
  }

  private func sweep(
    _ uploads: ArraySlice<Upload>, _ done: Int, _ then: @escaping (Result<Int, Failure>) -> Void
  ) {
    guard let upload = uploads.first else { return then(.success(done)) }
    abort(upload.key, upload.id) { [self] failure in
      if let failure { return then(.failure(failure)) }
      sweep(uploads.dropFirst(), done + 1, then)
    }
  }
}
