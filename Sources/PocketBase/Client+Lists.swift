package import Core
internal import HTTP
package import Records
internal import Values

/// Collections as a whole.
extension Client {
  /// Reads all records of some collections, and shows them only if the server knew us until the
  /// end: to somebody it does not know it may show none, and that is not the same as there being
  /// none. A collection that it does not have is nil. If it stopped knowing us, all is read once
  /// more.
  package func read(
    _ names: [String],
    _ then: @escaping (Result<[String: [JSON]], Failure>) -> Void
  ) {
    attempt(names, tries: 2, then)
  }

  private func attempt(
    _ names: [String], tries: Int,
    _ then: @escaping (Result<[String: [JSON]], Failure>) -> Void
  ) {
    authorize { [self] failure in
      if let failure { return then(.failure(failure)) }
      let logins = logins
      read(names[...], [:]) { [self] result in
        guard case .success = result else { return then(result) }
        prove(since: logins) { [self] failure in
          guard let failure else { return then(result) }
          if tries > 1 { attempt(names, tries: tries - 1, then) } else { then(.failure(failure)) }
        }
      }
    }
  }

  private func read(
    _ names: ArraySlice<String>, _ found: [String: [JSON]],
    _ then: @escaping (Result<[String: [JSON]], Failure>) -> Void
  ) {
    guard let name = names.first else { return then(.success(found)) }
    page(name, after: nil, []) { [self] result in
      switch result {
      case .failure(let failure): then(.failure(failure))
      case .success(let records):
        var found = found
        found[name] = records
        read(names.dropFirst(), found, then)
      }
    }
  }

  /// More than that nobody has: a list that goes on has no end.
  private static let mostRecords = 100_000
  /// As many as go with one answer, by any version.
  private static let most = 200

  /// Reads on behind a record, in order of id: what is added or removed meanwhile shifts nothing.
  private func page(
    _ name: String, after last: String?, _ before: [JSON],
    _ then: @escaping (Result<[JSON]?, Failure>) -> Void
  ) {
    var path = "/api/collections/\(name)/records?perPage=\(Client.most)&skipTotal=1&sort=id"
    if let last { path += "&filter=" + "%28id%3E%27\(last)%27%29" }
    ask(.get, path) { [self] result in
      do throws(Failure) {
        let answer = try result.get()
        if answer.status == 404, last == nil { return then(.success(nil)) }
        guard answer.status == 200 else {
          throw Failure(.refused, name, Client.message(of: answer))
        }
        guard let items = try Client.document(answer)["items"]?.list else {
          throw Failure(.data, name, "what it answers is no list of records")
        }
        if before.count + items.count > Client.mostRecords {
          throw Failure(.data, name, "it has more than \(Client.mostRecords) records")
        }
        let all = before + items
        if items.count < Client.most { return then(.success(all)) }
        guard let next = items.last?["id"]?.text, next.utf8.allSatisfy(Client.isPlain),
          next > last ?? ""
        else { throw Failure(.data, name, "its records have no ids in order") }
        page(name, after: next, all, then)
      } catch {
        let subject = error.subject.isEmpty ? name : error.subject
        then(.failure(Failure(error.kind, subject, error.reason)))
      }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
