package import Core
internal import Command
internal import Settings
package import Values

/// The folder and the remote that the configuration names for push, pull and sync.
package struct Usual {
  package var folder: Path
  package var remote: Path

  package init(_ configuration: Configuration) throws(Failure) {
    let group = configuration.group("sync")
    guard let folder = group?.text("local_entries_path") else {
      throw Failure(
        .usage, "operands", "none is named, and the configuration has no local_entries_path")
    }
    guard let provider = group?.text("provider") else {
      throw Failure(.usage, "operands", "none is named, and the configuration has no provider")
    }
    self.folder = Path(text: folder)
    remote = Path(text: provider + ":")
  }

  /// Both places that were named, or both of the configuration.
  static func places(
    _ one: Path?, _ other: Path?, _ usual: () throws(Failure) -> (Path, Path)
  ) throws(Failure) -> (Path, Path) {
    switch (one, other) {
    case (let one?, let other?): return (one, other)
    case (nil, nil): return try usual()
    default: throw Failure(.usage, "operands", "two places are needed, or none")
    }
  }
}

extension Line {
  /// Takes the places that were named, or those of the configuration. Between these nothing that is
  /// newer is replaced: whoever names no place wants to meet others' changes halfway.
  mutating func settle(_ manner: Manner, _ io: Standard) throws(Failure) {
    (source, target) = try Usual.places(named.source, named.target) { () throws(Failure) in
      let usual = try Usual(
        try Resolution.load(nil, io.environment).configuration(reporting: io.log))
      plan.append(Array("--update".utf8))
      return manner.bringsHere ? (usual.remote, usual.folder) : (usual.folder, usual.remote)
    }
  }
}

extension Pair {
  /// Takes the places that were named, or those of the configuration.
  package mutating func settle(_ configuration: Configuration) throws(Failure) {
    (left, right) = try Usual.places(named.left, named.right) { () throws(Failure) in
      let usual = try Usual(configuration)
      return (usual.folder, usual.remote)
    }
  }
}
