package import Core
internal import Values

/// What a PocketBase says of the configuration, as far as it may: the copy of it that is kept, or
/// one that is about to be.
package struct Distant: Sendable {
  /// The server that said it; nil if that is not known.
  package private(set) var server: String?
  /// What it may say, all of it well.
  package private(set) var groups: [Configuration.Group] = []
  /// What is wrong with it, and what it may not say.
  package private(set) var problems: [Problem] = []
  /// Keys that are set, but to what is not allowed.
  private(set) var mistaken: Set<String> = []

  package init(_ bytes: [UInt8], below bounds: Bounds = Bounds()) {
    do throws(Toml.Flaw) {
      let reading = Reading(try Toml(bytes), file: "", isDistant: true)
      problems = reading.problems
      mistaken = reading.mistaken
      server = reading.groups.first { $0.section == "pocketbase" }?.text("url").map(Distant.plain)
      groups = reading.groups.filter(\.isPresent).compactMap { admit($0, below: bounds) }
    } catch {
      problems = [.error(.pocketbase, "", error.reason)]
    }
    refuseTwins()
    leaveOutOrphans()
  }

  package var errors: [Problem] { problems.filter { $0.gravity == .error } }

  /// A server's address as it is compared: without a slash at its end.
  package static func plain(_ url: String) -> String {
    var url = url[...]
    while url.hasSuffix("/") { url.removeLast() }
    return String(url)
  }

  /// A group without what is for the file alone; nil if that is all of it, or if it names what it
  /// may not.
  private mutating func admit(
    _ group: Configuration.Group, below bounds: Bounds
  ) -> Configuration.Group? {
    if group.section == "pocketbase", group.entries.keys.elementsEqual(["url"]) { return nil }
    guard let section = Schema.section(group.section) else { return nil }
    var own = group
    var isOut = false
    for setting in section.settings {
      guard let entry = group.entries[setting.name] else { continue }
      let key = "\(group.label).\(setting.name)"
      if !Schema.isOpen(group.section, setting) {
        own.entries[setting.name] = nil
        problems.append(
          .warning(.pocketbase, key, "only the file may say this: it is left out"))
      } else if let reason = Schema.distrust(setting, entry.value, below: bounds) {
        isOut = true
        problems.append(.warning(.pocketbase, key, "\(reason): all of it is left out"))
      }
    }
    return isOut || own.entries.isEmpty ? nil : own
  }

  private mutating func refuseTwins() {
    var seen: Set<String> = []
    for group in groups where !seen.insert("\(group.section) \(group.name ?? "")").inserted {
      problems.append(.error(.pocketbase, group.label, "this id is there twice"))
    }
  }

  /// A watcher goes with its job, if that was left out.
  private mutating func leaveOutOrphans() {
    let out = Set(problems.compactMap { $0.gravity == .warning ? $0.key : nil })
    let all = groups
    groups = all.filter { group in
      guard group.section == "file_watchers", let job = group.text("sync_job_id"),
        !all.contains(where: { $0.section == "sync_jobs" && $0.name == job }),
        out.contains(where: { $0.hasPrefix("sync_jobs.\(Path.visible(job.utf8)).") })
      else { return true }
      problems.append(
        .warning(.pocketbase, group.label, "its job is left out, and so is this"))
      return false
    }
  }
}

extension [Configuration.Group] {
  /// Adds what a PocketBase says: a key that is set already stays as it is.
  mutating func add(_ distant: [Configuration.Group]) {
    for group in distant {
      let place = firstIndex { $0.section == group.section && $0.name == group.name }
      guard let place else {
        append(group)
        continue
      }
      let isNew = !self[place].isPresent
      for (key, entry) in group.entries where self[place].entries[key] == nil {
        self[place].entries[key] = entry
      }
      if isNew { self[place].origin = group.origin }
      self[place].dropMeaningless()
    }
  }
}

extension Configuration.Group {
  /// What a PocketBase says of a schedule, say, means nothing beside another one of the file.
  fileprivate mutating func dropMeaningless() {
    for setting in Schema.section(section)?.settings ?? [] {
      guard entries[setting.name]?.origin == .pocketbase, !setting.isMeant(in: self) else {
        continue
      }
      entries[setting.name] = nil
    }
  }
}

extension Configuration {
  /// What a PocketBase says, as the copy of it that is kept.
  package static func copy(of groups: [Group], from server: String, at time: String) -> String {
    var said = Configuration()
    said.groups = groups
    let head = """
      # What the PocketBase at \(Path.visible(server.utf8)) says, as of \(time).
      # s4l-conf(1) writes this file anew: what is changed here is lost.

      [pocketbase]
      url = \(TomlText.quoted(server))


      """
    return head
      + said.written { _, setting, entry in
        "\(setting.key) = \(TomlText.text(of: entry.value))"
      }
  }
}
