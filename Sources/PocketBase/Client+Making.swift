package import Core
internal import HTTP
internal import Records

/// Making collections.
extension Client {
  /// Makes one that only superusers may read and write. No two of its records have the same in the
  /// field `unique`.
  package func makeCollection(
    _ name: String, _ fields: [(name: String, kind: String)], unique: String
  ) throws(Failure) {
    let columns = fields.map { column($0.name, $0.kind, isNeeded: $0.name == unique) }
    let index = "CREATE UNIQUE INDEX `idx_\(name)_\(unique)` ON `\(name)` (`\(unique)`)"
    let body = JSON.object([
      .init("name", .text(name)), .init("type", .text("base")),
      .init(isOld ? "schema" : "fields", .list(columns)),
      .init("indexes", .list([.text(index)])),
    ])
    let answer = try ask(.post, "/api/collections", body)
    guard !answer.isSuccess else { return }
    // One whose answer was lost is there already.
    let code = Client.parsed(answer)?["data"]?["name"]?["code"]?.text
    if code == "validation_collection_name_exists" || code == "validation_not_unique" { return }
    throw Failure(.refused, name, "the collection is not made: \(Client.message(of: answer))")
  }

  /// Before 0.23 a field of JSON has to say how much it takes.
  private func column(_ name: String, _ kind: String, isNeeded: Bool) -> JSON {
    var column: [JSON.Field] = [
      .init("name", .text(name)), .init("type", .text(kind)), .init("required", .flag(isNeeded)),
    ]
    if isOld {
      let options: [JSON.Field] = kind == "json" ? [.init("maxSize", .integer(1 << 20))] : []
      column.append(.init("options", .object(options)))
    }
    return .object(column)
  }
}
