internal import Core
internal import Glibc
internal import HTTP
internal import Settings
internal import System
internal import Values

/// What the machine and the network say of a configuration: places that are missing or shut, and
/// services that do not answer.
enum Outlook {
  /// What is set by somebody, in jobs that run.
  private static func each(
    _ configuration: Configuration,
    _ body: (Setting, _ key: String, _ text: String, Configuration.Origin) -> Void
  ) {
    for section in Schema.sections {
      for group in configuration.groups(of: section.name) where group.flag("enabled") != false {
        for setting in section.settings {
          guard let entry = group.entries[setting.name], entry.origin != .standard,
            case .text(let text) = entry.value
          else { continue }
          body(setting, "\(group.label).\(setting.name)", text, entry.origin)
        }
      }
    }
  }

  // MARK: Paths

  /// Paths of this machine that cannot be read, or written into where that is what they are for.
  static func paths(_ configuration: Configuration) -> [String] {
    var found: [String] = []
    each(configuration) { setting, key, text, origin in
      guard case .path = setting.kind, text.utf8.first == Path.slash else { return }
      let path = Path(text: text).trimmed
      if let reason = setting.isWritten ? shutness(path) : absence(path) {
        found.append("\(origin.place): \(key): \(reason)")
      }
    }
    return found
  }

  private static func absence(_ path: Path) -> String? {
    let isFolder = path.withCString { access("\(String(cString: $0))/", F_OK) } == 0
    return refusal(path, isFolder ? R_OK | X_OK : R_OK).map { "\(path): \($0)" }
  }

  /// What is to be made there needs a folder that takes it: the nearest one that is there.
  private static func shutness(_ path: Path) -> String? {
    var place = path
    while refusal(place, F_OK) != nil, place != place.parent, !place.parent.isEmpty {
      place = place.parent.trimmed
    }
    let reason = refusal(place, place == path ? W_OK : W_OK | X_OK)
    return reason.map { "\(place): \($0), so nothing can be written there" }
  }

  private static func refusal(_ path: Path, _ mode: Int32) -> String? {
    path.withCString { access($0, mode) } == 0 ? nil : SystemError(number: errno).words
  }

  // MARK: Services

  /// As long as a service may take to answer.
  private static let patience = Span(nanoseconds: 10_000_000_000)

  /// Services that do not answer; what they answer does not matter.
  static func services(_ configuration: Configuration) throws(Failure) -> [String] {
    var places: [(url: String, shown: String, words: String)] = []
    each(configuration) { setting, key, text, origin in
      guard case .url = setting.kind, text.hasPrefix("http://") || text.hasPrefix("https://")
      else { return }
      var shown = text
      if case .text(let discreet) = setting.discreet(.text(text)) { shown = discreet }
      places.append((text, shown, "\(origin.place): \(key)"))
    }
    for remote in configuration.groups(of: "remote") {
      guard let text = try remote.secret("connection_string") else { continue }
      let place = "\(remote.origin.place): \(remote.label).connection_string"
      do throws(Failure) {
        let line = text.reveal { String(decoding: $0.prefix { $0 > 13 }, as: UTF8.self) }
        let endpoint = try ConnectionString(line).endpoint
        places.append((endpoint, endpoint, place))
      } catch { return ["\(place): \(error.reason)"] }
    }
    let loop = try Loop()
    let courier = try Courier(
      loop, Courier.Manner(connect: patience, stall: patience, most: 8))
    var found: [String] = []
    var open = places.count
    for place in places {
      courier.start(Exchange(.get, place.url, timeout: patience)) { result in
        open -= 1
        guard case .failure(let trouble) = result, trouble.kind != .tooLarge else { return }
        found.append("\(place.words): \(trouble.failure(place.shown).message)")
      }
    }
    while open > 0 { try loop.turn(mayWait: true) }
    return found.sorted()
  }
}
