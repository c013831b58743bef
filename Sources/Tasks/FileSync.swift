package import Core
internal import Records
package import Values

/// What a task of type `file_sync` asks for: a folder, and the prefix below which its files go.
///
/// The payload of a plain folder is that of Sync4Loong, `{"folder_path":"/abs","prefix":"p"}`. What
/// else it may hold is ours: single files, a part of the folder, and how to go about it.
package struct FileSync: Equatable, Sendable {
  package static let type = "file_sync"

  /// One file, and the key that it goes to.
  package struct Pair: Equatable, Sendable {
    package var from: Path
    package var to: Path

    package init(_ from: Path, to: Path) {
      self.from = from
      self.to = to
    }
  }

  /// The folder; empty where there are only pairs.
  package var folder = Path()
  package var prefix = Path()
  /// Whether source files go once they are confirmed; nil for what the configuration says.
  package var deletesSources: Bool?
  /// Whether all is sent, whatever is there.
  package var overwrites = false
  package var pairs: [Pair] = []
  /// The part of the folder that is meant; nil for all of it.
  package var files: [Path]?
  /// Tasks that must have ended before.
  package var after: [String] = []

  package init(_ folder: Path = Path(), to prefix: Path = Path()) {
    self.folder = folder
    self.prefix = prefix
  }
}

/// The payload.
extension FileSync {
  package init(payload: [UInt8]) throws(Failure) {
    let document: JSON
    do { document = try JSON(parsing: payload) } catch {
      throw Failure(.data, "payload", error.reason)
    }
    guard document.fields != nil else { throw FileSync.wrong("payload", "an object") }
    if let value = document["folder_path"] { folder = try Path(value, "folder_path") }
    if let value = document["prefix"] { prefix = try Path(value, "prefix") }
    deletesSources = try FileSync.flag(document, "delete_after_sync")
    overwrites = try FileSync.flag(document, "overwrite") ?? false
    pairs = try FileSync.list(document, "pairs").map { (item) throws(Failure) in
      guard let from = item["from"], let to = item["to"] else {
        throw FileSync.wrong("pairs", "objects with from and to")
      }
      return Pair(try Path(from, "pairs.from"), to: try Path(to, "pairs.to"))
    }
    if document["files"] != nil {
      files = try FileSync.list(document, "files").map { (item) throws(Failure) in
        try Path(item, "files")
      }
    }
    after = try FileSync.list(document, "after").map { (item) throws(Failure) in
      guard let id = item.text else { throw FileSync.wrong("after", "ids of tasks") }
      return id
    }
    try check()
  }

  private static func list(_ document: JSON, _ name: String) throws(Failure) -> [JSON] {
    guard let value = document[name], value != .null else { return [] }
    guard let items = value.list else { throw wrong(name, "an array") }
    return items
  }

  private static func flag(_ document: JSON, _ name: String) throws(Failure) -> Bool? {
    guard let value = document[name], value != .null else { return nil }
    guard let flag = value.flag else { throw wrong(name, "true or false") }
    return flag
  }

  fileprivate static func wrong(_ name: String, _ what: String) -> Failure {
    Failure(.data, name, "it must be \(what)")
  }

  /// Nothing that comes from outside names a place that it should not.
  private mutating func check() throws(Failure) {
    if folder.isEmpty, pairs.isEmpty {
      throw Failure(.data, "payload", "folder_path or pairs must be given")
    }
    for path in pairs.map(\.from) + (folder.isEmpty ? [] : [folder])
    where !path.isAbsolute || path.bytes.contains(0) {
      throw Failure(.data, "\(path)", "a source must be an absolute path")
    }
    prefix = try FileSync.key(prefix)
    for place in pairs.indices {
      pairs[place].to = try FileSync.key(pairs[place].to)
      if pairs[place].to.isEmpty { throw FileSync.wrong("pairs.to", "given") }
    }
    try FileSync.checkKeys(pairs)
    for path in files ?? [] {
      if let objection = path.objection ?? (path.isFolder ? "the path names a folder" : nil) {
        throw Failure(.data, "\(path)", objection)
      }
    }
  }

  /// A prefix or key without slashes around it.
  package static func key(_ path: Path) throws(Failure) -> Path {
    var bytes = path.bytes[...]
    while bytes.first == Path.slash { bytes = bytes.dropFirst() }
    while bytes.last == Path.slash { bytes = bytes.dropLast() }
    let key = Path(bytes)
    if !key.isEmpty, let objection = key.objection { throw Failure(.data, "\(path)", objection) }
    return key
  }

  package var payload: [UInt8] {
    var fields: [JSON.Field] = []
    if !folder.isEmpty || pairs.isEmpty {
      fields += [.init("folder_path", .name(folder)), .init("prefix", .name(prefix))]
    } else if !prefix.isEmpty {
      fields.append(.init("prefix", .name(prefix)))
    }
    if let deletesSources { fields.append(.init("delete_after_sync", .flag(deletesSources))) }
    if overwrites { fields.append(.init("overwrite", .flag(true))) }
    if !pairs.isEmpty {
      fields.append(
        .init(
          "pairs",
          .list(
            pairs.map { pair in
              .object([.init("from", .name(pair.from)), .init("to", .name(pair.to))])
            })))
    }
    if let files { fields.append(.init("files", .list(files.map(JSON.name)))) }
    if !after.isEmpty { fields.append(.init("after", .list(after.map(JSON.text)))) }
    return JSON.object(fields).bytes
  }
}

extension JSON {
  /// A name: text if it is UTF-8, otherwise an object that holds it in base64.
  fileprivate static func name(_ path: Path) -> JSON {
    if let text = String(validating: path.bytes, as: UTF8.self) { return .text(text) }
    return .object([Field("bytes", .text(Base64.text(path.bytes)))])
  }
}

extension Path {
  fileprivate init(_ value: JSON, _ member: String) throws(Failure) {
    if let text = value.text {
      self.init(text: text)
    } else if let text = value["bytes"]?.text, let bytes = Base64.decode(Array(text.utf8)) {
      self.init(bytes)
    } else {
      throw FileSync.wrong(member, "a path, or {\"bytes\": BASE64}")
    }
  }
}
