import Core
import Records
import Values

/// What a webhook has to say: changes of files, and of mounts.
///
/// Bodies are written by templates that their users edit, and by programs that imitate others, so
/// what they mean is read from them however they spell it; but what a change is about is never
/// guessed. What is sound in a body counts even if other things in it are not.
struct Message: Equatable {
  struct Change: Equatable {
    enum Form: Equatable {
      case create, write, remove, chmod
      case rename(to: Path)
    }

    var form: Form
    var path: Path
    /// Whether it is about a folder, as far as anybody has said.
    var isFolder = false
  }

  /// A mount point that appeared or went.
  struct Mount: Equatable {
    var isThere: Bool
    var point: Path
  }

  /// The job that it says it is for.
  var job: String?
  var changes: [Change] = []
  var mounts: [Mount] = []
  /// What is wrong with it.
  var flaws: [String] = []

  init(_ body: [UInt8]) throws(Failure) {
    let document = try JSON(parsing: body)
    guard let fields = document.fields else {
      guard let items = document.list else { throw Item.flaw("the body is no object") }
      for item in items { take(item) }
      return
    }
    var hasItems = false
    for field in fields {
      switch (Words.plain(field.name), field.value) {
      case ("job", .text(let id)), ("jobid", .text(let id)): if !id.isEmpty { job = id }
      case ("job", .integer(let id)), ("jobid", .integer(let id)): job = "\(id)"
      case ("data", let value), ("events", let value), ("filechange", let value),
        ("filechanges", let value), ("fileevent", let value), ("changes", let value):
        hasItems = true
        take(all: value)
      case ("event", .object), ("event", .list):
        hasItems = true
        take(all: field.value)
      default: continue
      }
    }
    // Without any of these it may be a change itself.
    if !hasItems { take(document) }
  }

  private mutating func take(all value: JSON) {
    guard let items = value.list else { return take(value) }
    for item in items { take(item) }
  }

  private mutating func take(_ item: JSON) {
    guard let fields = item.fields else {
      flaws.append("an event is no object")
      return
    }
    let words = Words(fields)
    if let point = words.mountPoint {
      mounts.append(Mount(isThere: words.action != "unmount", point: Path(text: point)))
      return
    }
    do throws(Failure) { changes.append(try words.change) } catch { flaws.append(error.reason) }
  }
}

/// The members of one event, whatever they are called.
private struct Words {
  private(set) var action: String?
  private(set) var mountPoint: String?
  private var path: String?
  private var to: String?
  private var isFolder = false

  init(_ fields: [JSON.Field]) {
    for field in fields {
      switch Words.plain(field.name) {
      case "action", "event", "type", "changetype", "operation", "op":
        if let text = field.value.text { action = Words.lower(text) }
      case "sourcefile", "path", "source", "src", "from", "file", "filepath", "oldpath":
        path = field.value.text ?? path
      case "destinationfile", "to", "destination", "dest", "dst", "newpath", "target":
        to = field.value.text ?? to
      case "isdir", "dir", "isdirectory", "isfolder": isFolder = Words.flag(field.value)
      case "mountpoint": mountPoint = field.value.text
      default: continue
      }
    }
  }

  var change: Message.Change {
    get throws(Failure) {
      guard let action else { throw Item.flaw("an event does not say what happened") }
      guard let path, !path.isEmpty else { throw Item.flaw("an event lacks its path") }
      guard let form = try form(action) else {
        throw Item.flaw(
          action == "{action}"
            ? "the sender does not know the placeholder {action}: it is too old"
            : "an event is of a kind that is not known")
      }
      return Message.Change(form: form, path: Path(text: path), isFolder: isFolder)
    }
  }

  private func form(_ action: String) throws(Failure) -> Message.Change.Form? {
    switch action {
    case "create", "created", "add", "added", "new": return .create
    case "write", "modify", "modified", "update", "updated", "change", "changed": return .write
    case "remove", "removed", "delete", "deleted": return .remove
    case "chmod": return .chmod
    case "rename", "renamed", "move", "moved":
      guard let to, !to.isEmpty else { throw Item.flaw("a rename does not say where to") }
      return .rename(to: Path(text: to))
    default: return nil
    }
  }

  private static func flag(_ value: JSON) -> Bool {
    switch value {
    case .flag(let flag): flag
    case .integer(let number): number != 0
    case .text(let text): lower(text) == "true" || text == "1"
    case .null, .number, .list, .object: false
    }
  }

  /// A name without what does not count in it: letter case, `_` and `-`.
  fileprivate static func plain(_ name: String) -> String { small(name, dropsMarks: true) }

  private static func lower(_ text: String) -> String { small(text, dropsMarks: false) }

  private static func small(_ text: String, dropsMarks: Bool) -> String {
    String(unsafeUninitializedCapacity: text.utf8.count) { room in
      var count = 0
      for byte in text.utf8 where !dropsMarks || byte != 0x5F && byte != 0x2D {
        room[count] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        count += 1
      }
      return count
    }
  }
}
