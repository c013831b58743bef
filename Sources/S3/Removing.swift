internal import Core
internal import Digests
internal import HTTP
internal import Objects
internal import Signing
internal import Store
internal import Values

/// Objects on their way out: as many in one request as the store takes, or one by one.
extension S3Store {
  func remove(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    guard provider.deletesAtOnce > 1, paths.count > 1 else { return removeEach(paths, then) }
    var body = DeleteBody()
    var alone: [Int] = []
    var places: [[UInt8]: Int] = [:]
    for (place, path) in paths.enumerated() {
      let key = key(path)
      do throws(Failure) {
        try body.add(Path(key))
        places[key] = place
      } catch {
        // What XML cannot carry goes by itself, in the path of a request.
        alone.append(place)
      }
    }
    var answers = [Failure?](repeating: nil, count: paths.count)
    removeTogether(body, places) { [self] result in
      switch result {
      case .success(let failures): for (place, failure) in failures { answers[place] = failure }
      case .failure(let failure): for place in places.values { answers[place] = failure }
      }
      removeEach(alone.map { paths[$0] }) { failures in
        for (place, failure) in zip(alone, failures) { answers[place] = failure }
        then(answers)
      }
    }
  }

  private func removeTogether(
    _ body: DeleteBody, _ places: [[UInt8]: Int],
    _ then: @escaping (Result<[(Int, Failure)], Failure>) -> Void
  ) {
    guard body.count > 0 else { return then(.success([])) }
    let whole = body.whole
    var ask = Ask(.post, .deleteMany, nil)
    ask.query = [("delete", "")]
    do throws(Failure) {
      ask.payload = .sha256(try sha256.value(of: whole))
      let md5 = try md5.value(of: whole)
      ask.headers = [
        ("Content-MD5", Base64.text(md5)), ("Content-Type", "application/xml"),
      ]
    } catch {
      return then(.failure(error))
    }
    ask.body = .bytes(whole)
    ask.sink = .memory(most: 8 << 20)
    client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): then(.failure(refusal.failure))
      case .success(let answer):
        then(
          client.content { () throws(Failure) in try Replies.deletion(answer.body) }
            .map { [self] errors in failures(errors, places) })
      }
    }
  }

  /// The failures of single keys, each at its place.
  private func failures(
    _ errors: [StoreError], _ places: [[UInt8]: Int]
  ) -> [(Int, Failure)] {
    errors.compactMap { error in
      guard let key = error.key, let place = places[key] else { return nil }
      // The code decides: the status was that of the whole.
      let fault = Fault(status: 500, error: error, for: .delete)
      if fault.class == .absent { return nil }
      let failure = Failure(fault.kind, "", "the store would not: \(error.words)")
      return (place, client.hide(failure))
    }
  }
}
