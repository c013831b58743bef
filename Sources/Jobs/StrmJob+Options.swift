internal import Core
internal import Values

/// The keys of a job as options of the tools that act on them.
extension StrmJob {
  static func listing(_ group: Configuration.Group) -> [[UInt8]] {
    var words = Words()
    words.add("jobs", group.integer("max_concurrency").map { "\($0)" })
    words.add("max-depth", group.integer("depth").map { "\($0)" })
    words.add("refresh", if: group.flag("refresh"))
    words.add("exclude", all: group.list("filters"))
    return words.all
  }

  static func writing(
    _ group: Configuration.Group, _ sight: Sight
  ) throws(Failure) -> [[UInt8]] {
    var words = Words()
    if group.text("strm_mode") == "path" {
      for key in ["base_url", "template", "encode"] where group[key] != nil {
        throw wrong(group, key, "it has no effect while strm_mode is path")
      }
      guard let folder = sight.folder else {
        throw wrong(group, "mount_path", "it must be set: .strm files are to hold paths below it")
      }
      words.add("mode", "path")
      words.add("root", folder.bytes)
    } else {
      try addLinks(group, sight, &words)
    }
    words.add("encode", group.text("encode"))
    words.add("map", all: group.list("map"))
    words.add("name-template", group.text("name_template"))
    words.add("collisions", group.text("collisions"))
    words.add("media", all: group.list("media"))
    words.add("min-size", group.text("min_size"))
    return words.all
  }

  /// What links are made of. A store tells it by its kind, unless the job does.
  private static func addLinks(
    _ group: Configuration.Group, _ sight: Sight, _ words: inout Words
  ) throws(Failure) {
    let kind = sight.isSource ? "path" : sight.remote?.text("type")
    let usual: String? =
      switch kind {
      case "openlist": "openlist"
      case "clouddrive": "cd2"
      case "path", "webdav": "{base}{path_enc}"
      default: nil
      }
    let own = sight.remote?.text("public_url") ?? sight.remote?.text("endpoint")
    let base = group.text("base_url") ?? own
    let template = group.text("template") ?? usual
    if base == nil, kind != nil, template?.holds("{base}") == true {
      throw wrong(group, "base_url", "it must be set: .strm files are to hold URLs")
    }
    words.add("base", base)
    words.add("template", template)
    // The path of a folder means nothing to a server.
    if sight.isSource { words.add("root", sight.served.bytes) }
  }

  /// Nil where side-cars do not come along.
  static func fetching(
    _ group: Configuration.Group, _ sight: Sight
  ) throws(Failure) -> [[UInt8]]? {
    switch group.text("metadata_mode") ?? "none" {
    case "none":
      if !group.list("side_cars").isEmpty {
        throw wrong(group, "side_cars", "it has no effect while metadata_mode is none")
      }
      return nil
    case "copy" where sight.folder == nil:
      throw wrong(group, "mount_path", "it must be set: metadata_mode is copy")
    default: break
    }
    var words = Words()
    words.add("jobs", group.integer("max_concurrency").map { "\($0)" })
    words.add("side-cars", all: group.list("side_cars"))
    words.add("mount", sight.mount.map(\.bytes))
    if sight.mount != nil { words.add("stall", group.text("stall")) }
    return words.all
  }

  /// How the drive may be asked: for every tool that does.
  static func asking(_ group: Configuration.Group) -> [[UInt8]] {
    var words = Words()
    words.add("qps", number: group.number("qps"))
    words.add("hours", group.text("hours"))
    return words.all
  }

  static func brakes(_ group: Configuration.Group) -> [[UInt8]] {
    var words = Words()
    words.add("max-delete", group.text("max_delete"))
    words.add("trash", group.text("trash"))
    return words.all
  }
}

/// Options, as they come together.
struct Words {
  private(set) var all: [[UInt8]] = []

  mutating func add(_ name: String, _ value: [UInt8]?) {
    if let value { all.append(Array("--\(name)=".utf8) + value) }
  }

  mutating func add(_ name: String, _ value: String?) { add(name, value.map { Array($0.utf8) }) }

  mutating func add(_ name: String, all values: [String]) {
    for value in values { add(name, value) }
  }

  mutating func add(_ name: String, if isSet: Bool?) {
    if isSet == true { all.append(Array("--\(name)".utf8)) }
  }

  /// A number without a fraction that says nothing.
  mutating func add(_ name: String, number: Double?) {
    guard let number else { return }
    add(name, Int(exactly: number).map { "\($0)" } ?? "\(number)")
  }
}
