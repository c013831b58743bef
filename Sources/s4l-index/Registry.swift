internal import Command
internal import Core
internal import Index
internal import Indexes
internal import Records
internal import System
internal import Values

/// Repositories: those that are known, and those that the configuration names.
enum Registry {
  /// The `[[repositories]]` of an id or a name; nil if there is none.
  static func configured(
    _ name: String, _ configuration: Configuration
  ) throws(Failure) -> Repository? {
    guard let group = group(name, configuration), let path = group.text("path") else { return nil }
    return try repository(
      group.name ?? name, id: group.name.flatMap(Repository.id), folder: Path(text: path),
      area: Path(text: group.text("area") ?? ""))
  }

  /// What else one of that name is called: by its id in the configuration, and by its name there.
  static func names(_ name: String, _ configuration: Configuration) -> [String] {
    guard let group = group(name, configuration) else { return [] }
    return [group.name, group.text("name")].compactMap(\.self).filter { $0 != name }
  }

  private static func group(_ name: String, _ configuration: Configuration) -> Configuration.Group?
  {
    let groups = configuration.groups(of: "repositories")
    return groups.first { $0.name == name } ?? groups.first { $0.text("name") == name }
  }

  static func repository(
    _ name: String, id: String?, folder: Path, area: Path
  ) throws(Failure) -> Repository {
    let area = area.trimmed
    if !area.isEmpty, let objection = area.objection {
      throw Failure(.usage, "\(area)", "\(objection); it lies inside the repository")
    }
    return Repository(
      id: id ?? Repository.id(of: Machine.random(16)), name: name,
      folder: try folder.spelledOut().trimmed, area: area)
  }
}

extension IndexTool {
  func repo(_ io: Standard) throws(Failure) -> Status {
    let act = try word(0, "ACT")
    switch act {
    case "add": return try add(io)
    case "remove": return try remove(io)
    case "list":
      try takes(1)
      let store = try place.open(try place.configuration(io), io)
      for repository in try store.repositories() {
        Writer(io.output.buffer).repository(repository)
        try io.output.settle()
      }
      return .success
    default: throw Failure(.usage, act, "repo takes add, remove or list")
    }
  }

  private func add(_ io: Standard) throws(Failure) -> Status {
    try takes(3)
    let name = try word(1, "NAME")
    let folder = Path(try argument(2, "DIR"))
    var id: String?
    if let text = self.id {
      id = Repository.id(text)
      if id == nil { throw Failure(.usage, text, "it is no UUID") }
    }
    let repository = try Registry.repository(name, id: id, folder: folder, area: area ?? Path())
    // That it is there, and a folder.
    _ = try Folder.open(repository.root)
    let store = try place.open(try place.configuration(io), io)
    try store.add(repository, at: Clock.now())
    Writer(io.output.buffer).repository(repository)
    return .success
  }

  private func remove(_ io: Standard) throws(Failure) -> Status {
    try takes(2)
    let name = try word(1, "NAME")
    let store = try place.open(try place.configuration(io), io)
    guard let repository = try store.repository(name) else {
      throw Failure(.absent, name, "there is no repository of this name")
    }
    let count = try store.forget(repository)
    io.log.info("\(repository.name): \(count) files are forgotten; none was touched")
    return .success
  }
}

extension Writer {
  func repository(_ repository: Repository) {
    begin(.record)
    add(.repository, text: repository.name)
    add(.repositoryID, text: repository.id)
    add(.root, name: repository.folder)
    if !repository.area.isEmpty { add(.area, name: repository.area) }
    add(.scanGeneration, repository.generation)
    end()
  }
}
