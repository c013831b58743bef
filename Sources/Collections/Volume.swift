internal import Core
package import Records
package import Settings
internal import Values

/// Everything that the collections of a PocketBase say of the configuration, as one text that is
/// read like any other, and what is wrong with their records.
///
/// A record that makes no sense is not left out: who has read only a part of the jobs does not know
/// which there are.
package struct Volume: Sendable {
  /// In TOML.
  package private(set) var text = ""
  /// What is wrong, so that none of it counts.
  package private(set) var objections: [String] = []
  /// What is left out, and nobody has to mind.
  package private(set) var remarks: [String] = []
  /// The ids of records, by the collection and by what they are about.
  package private(set) var ids: [Shelf: [String: String]] = [:]
  /// The collections that the server has.
  package private(set) var shelves: Set<Shelf> = []

  package init(_ found: [String: [JSON]]) {
    for shelf in Shelf.allCases {
      guard let records = found[shelf.rawValue] else { continue }
      shelves.insert(shelf)
      for record in records { add(record, shelf) }
    }
  }

  /// The same with collections that are about to be made, and are empty then.
  package func with(_ shelves: [Shelf]) -> Volume {
    var volume = self
    volume.shelves.formUnion(shelves)
    return volume
  }

  /// What it says that may be said, of groups that are well.
  package func distant(below bounds: Bounds = Bounds()) -> Distant {
    Distant(Array(text.utf8), below: bounds)
  }

  private mutating func add(_ record: JSON, _ shelf: Shelf) {
    guard let id = record["id"]?.text, let name = record[shelf.identity]?.text else {
      return object(shelf, "?", "a record without \(shelf.identity)")
    }
    let label = Path.visible(name.utf8)
    if ids[shelf]?[name] != nil {
      return object(shelf, label, "two records have this \(shelf.identity)")
    }
    ids[shelf, default: [:]][name] = id
    do throws(Failure) {
      text += try shelf == .config ? key(name, record) : table(shelf, name, record)
    } catch { object(shelf, label, error.message) }
  }

  private mutating func object(_ shelf: Shelf, _ name: String, _ words: String) {
    objections.append("\(shelf.rawValue): \(name): \(words)")
  }

  // MARK: One key

  private mutating func key(_ name: String, _ record: JSON) throws(Failure) -> String {
    if name == Volume.versionKey {
      guard record["value"] == .integer(1) || record["value"] == .text("1") else {
        throw Failure(.data, "", "these are collections of another release")
      }
      return ""
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, Schema.section(parts[0])?.shape == .single else {
      remarks.append("config: \(Path.visible(name.utf8)): no key of ours: it is left out")
      return ""
    }
    if parts[0] == "pocketbase" {
      remarks.append("\(Path.visible(name.utf8)): only the file may say this: it is left out")
      return ""
    }
    guard let value = record["value"], value != .null else { return "" }
    let path = parts.map(TomlText.quoted).joined(separator: ".")
    return "\(path) = \(try Volume.value(value))\n"
  }

  /// Which form the collections have.
  package static let versionKey = "schema_version"

  // MARK: One of many

  private mutating func table(
    _ shelf: Shelf, _ name: String, _ record: JSON
  ) throws(Failure) -> String {
    if let reason = Volume.objection(toName: name) { throw Failure(.data, "", reason) }
    let spec = try Volume.spec(record)
    if record["command"]?.text?.isEmpty == false {
      remarks.append(
        "\(shelf.rawValue): \(name): command: only the file may say this: it is left out")
    }
    var fields = [JSON.Field("id", .text(name))]
    if let flag = record["enabled"], flag != .null { fields.append(.init("enabled", flag)) }
    for field in spec where !["id", "enabled"].contains(field.name) {
      fields.append(.init(Volume.names[field.name] ?? field.name, field.value))
    }
    if shelf.hasSchedule { try Volume.add(record["schedule"], to: &fields) }
    var out = "[[\(shelf.rawValue)]]\n"
    for field in fields where field.value != .null {
      out += "\(TomlText.quoted(field.name)) = \(try Volume.value(field.value))\n"
    }
    return out
  }

  /// Short names that others have for ours.
  private static let names = ["src": "source_path", "dst": "destination_path"]

  private static func spec(_ record: JSON) throws(Failure) -> [JSON.Field] {
    switch record["spec"] {
    case nil, .null: return []
    case .object(let fields): return fields
    default: throw Failure(.data, "", "spec: this is no object")
    }
  }

  /// What the field says of the schedule holds; zones and the like are told by the spec.
  private static func add(
    _ schedule: JSON?, to fields: inout [JSON.Field]
  ) throws(Failure) {
    guard let schedule, schedule != .null else { return }
    guard let text = schedule.text else {
      throw Failure(.data, "", "schedule: this is no text")
    }
    let keys = When.keys(of: text)
    if keys.isEmpty { return }
    let place = fields.firstIndex { $0.name == "schedule" }
    let more = place.flatMap { fields[$0].value.fields } ?? []
    let rest = more.filter { !["type", "interval", "expression"].contains($0.name) }
    let whole = JSON.object(keys.map { JSON.Field($0.name, .text($0.value)) } + rest)
    if let place { fields[place].value = whole } else { fields.append(.init("schedule", whole)) }
  }

  /// Why nothing of ours can be called so: names become words of command lines and of files.
  static func objection(toName name: String) -> String? {
    if name.isEmpty || name.utf8.count > 128 { return "a name has 1 to 128 bytes" }
    if name.utf8.first == UInt8(ascii: "-") || name.utf8.first == UInt8(ascii: ".") {
      return "a name does not begin with - or ."
    }
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar != "/"
        && scalar != "\\" && !(0x2028...0x202E).contains(scalar.value)
        && !(0x2066...0x2069).contains(scalar.value)
    }
    return isPlain ? nil : "a name holds no slashes and nothing that is not seen"
  }

  // MARK: Values

  private static func value(_ json: JSON) throws(Failure) -> String {
    switch json {
    case .null: throw Failure(.data, "", "null is no value here")
    case .flag(let flag): return "\(flag)"
    case .integer(let number): return "\(number)"
    case .number(let digits): return digits
    case .text(let text): return TomlText.quoted(text)
    case .list(let items):
      var parts: [String] = []
      for item in items { parts.append(try value(item)) }
      return "[" + parts.joined(separator: ", ") + "]"
    case .object(let fields):
      var parts: [String] = []
      for field in fields where field.value != .null {
        parts.append("\(TomlText.quoted(field.name)) = \(try value(field.value))")
      }
      return parts.isEmpty ? "{}" : "{ " + parts.joined(separator: ", ") + " }"
    }
  }
}
