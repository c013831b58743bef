internal import Core
internal import Values

/// The keys of a job as options of the tools that act on them.
extension StrmJob {
  static func listing(_ group: Configuration.Group) -> [[UInt8]] {
    var words = Words()
    words.add("qps", number: group.number("qps"))
    words.add("jobs", group.integer("max_concurrency").map { "\($0)" })
    words.add("max-depth", group.integer("depth").map { "\($0)" })
    words.add("hours", group.text("hours"))
    words.add("refresh", if: group.flag("refresh"))
    words.add("exclude", all: group.list("filters"))
    return words.all
  }

  static func writing(
    _ group: Configuration.Group, _ sight: Sight
  ) throws(Failure) -> [[UInt8]] {
    var words = Words()
    let mode = group.text("strm_mode") ?? "url"
    let template = group.text("template")
    words.add("mode", mode)
    if mode == "path" {
      if group["base_url"] != nil {
        throw wrong(group, "base_url", "it has no effect while strm_mode is path")
      }
      if sight.folder == nil, template == nil {
        throw wrong(group, "mount_path", "it must be set: .strm files are to hold paths below it")
      }
      words.add("base", sight.folder.map(\.bytes))
    } else {
      if group["base_url"] == nil, template.map({ $0.contains("{") }) != true {
        throw wrong(group, "base_url", "it must be set: .strm files are to hold URLs")
      }
      words.add("base", group.text("base_url"))
    }
    words.add("template", template)
    words.add("encode", group.text("encode"))
    words.add("map", all: group.list("map"))
    words.add("name-template", group.text("name_template"))
    words.add("collisions", group.text("collisions"))
    words.add("media", all: group.list("media"))
    words.add("min-size", group.text("min_size"))
    return words.all
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
