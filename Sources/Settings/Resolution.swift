package import Core
internal import Values

/// A configuration with everything that is wrong with it.
package struct Resolution: Sendable {
  package let configuration: Configuration
  package private(set) var problems: [Problem]
  /// The file that was read, if any.
  package let file: String?
  /// What was read.
  package let bytes: [UInt8]
  /// Whether every user of the machine may read the file.
  let isShared: Bool

  /// The values in force: the environment over the file over what a PocketBase says over the
  /// defaults.
  package init(
    _ bytes: [UInt8], file: String, environment: Environment, isShared: Bool = false,
    distant: Distant? = nil
  ) {
    self.bytes = bytes
    var groups: [Configuration.Group]
    var problems: [Problem] = []
    var mistaken: Set<String> = []
    do throws(Toml.Flaw) {
      let reading = Reading(try Toml(bytes), file: file)
      groups = reading.groups
      problems = reading.problems
      mistaken = reading.mistaken
    } catch {
      let place = Configuration.Origin.file(
        file, line: error.place.line, column: error.place.column)
      problems = [.error(place, "", error.reason)]
      groups = []
    }
    let isReadable = problems.isEmpty || !groups.isEmpty
    if isShared, groups.contains(where: \.holdsSecret) {
      problems.append(
        .warning(
          .file(file, line: 1, column: 1), "",
          "this file holds a secret and others may read it; chmod 600 keeps them out"))
    }
    if let distant, isReadable {
      groups.add(distant.groups)
      problems += distant.problems
      mistaken.formUnion(distant.mistaken)
    }
    let variables = Variables(environment, overriding: &groups)
    problems += variables.problems
    configuration = Configuration(filling: groups)
    if isReadable { problems += Checks(configuration, mistaken: mistaken).problems }
    self.problems = problems.sorted { $0.origin.precedes($1.origin) }
    self.file = file.isEmpty ? nil : file
    self.isShared = isShared
  }

  /// The same with one more thing to say.
  func saying(_ problem: Problem) -> Resolution {
    var copy = self
    copy.problems.append(problem)
    return copy
  }

  package var errors: [Problem] { problems.filter { $0.gravity == .error } }
}

extension Configuration {
  /// The groups with the defaults of everything that is not set.
  init(filling groups: [Group]) {
    self.init()
    self.groups = groups
    for index in self.groups.indices {
      guard let section = Schema.section(self.groups[index].section) else { continue }
      for setting in section.settings where self.groups[index].entries[setting.name] == nil {
        guard let standard = setting.standard, setting.isMeant(in: self.groups[index]) else {
          continue
        }
        self.groups[index].entries[setting.name] = Entry(standard, .standard)
      }
    }
  }
}

extension Configuration.Group {
  var holdsSecret: Bool {
    entries.values.contains { entry in
      if case .secret(let secret) = entry.value { !secret.isEmpty } else { false }
    }
  }
}
