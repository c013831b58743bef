internal import Core
internal import Values

/// What keeps a job of a library from running, though each of its keys is well: a source or a mount
/// that nothing declares.
struct LibraryChecks {
  private(set) var problems: [Problem] = []
  private let configuration: Configuration
  /// Who lists what into which folder.
  private var owners: [String: [(job: Configuration.Group, source: [String])]] = [:]

  init(_ configuration: Configuration) {
    self.configuration = configuration
    for job in configuration.groups(of: "strm_jobs") where job.flag("enabled") ?? true {
      let remote = checkSource(job)
      checkMount(job, remote)
      checkOwner(job)
    }
  }

  /// The name of the remote that a location lies in; nil if it lies in none.
  static func remote(of location: String) -> String? {
    guard let colon = location.utf8.firstIndex(of: UInt8(ascii: ":")),
      colon > location.startIndex
    else { return nil }
    let name = location[..<colon]
    let isName = name.utf8.allSatisfy { byte in
      byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || (48...57).contains(byte))
        || "-_+.".utf8.contains(byte)
    }
    let rest = location[location.utf8.index(after: colon)...]
    return isName && !rest.hasPrefix("//") ? String(name) : nil
  }

  private mutating func checkSource(_ job: Configuration.Group) -> Configuration.Group? {
    guard let source = job.text("source"), let name = LibraryChecks.remote(of: source) else {
      return nil
    }
    if let remote = configuration.group("remote", named: name), remote.isPresent { return remote }
    let known = configuration.groups(of: "remote").filter(\.isPresent).compactMap(\.name)
    let near = Suggestion.nearest(to: name, among: known).map { "; the nearest is \($0)" } ?? ""
    add(job, "source", "there is no [remote.\(name)]\(near)")
    return nil
  }

  /// Whoever copies from a mount, or writes paths of one, has to know where it is.
  private mutating func checkMount(_ job: Configuration.Group, _ remote: Configuration.Group?) {
    let copies = job.text("metadata_mode") == "copy"
    guard copies || job.text("strm_mode") == "path", job.text("mount_path") == nil,
      let source = job.text("source"), source.utf8.contains(UInt8(ascii: ":"))
    else { return }
    let isRemote = LibraryChecks.remote(of: source) != nil
    // Without its remote it is not known whether there is a mount.
    if isRemote, remote == nil { return }
    if remote?.text("mount") != nil || remote?.text("type") == "path" { return }
    if source.hasPrefix("file://") || !isRemote && source.first == "/" { return }
    let key = copies ? "metadata_mode" : "strm_mode"
    add(job, key, "this is \(job.text(key) ?? ""), for which mount_path must be set")
  }

  /// Two that list one place into one folder undo each other's work, unless they are the same. Two
  /// that list different places may share one, as long as no name is in both: that nobody can know
  /// here.
  private mutating func checkOwner(_ job: Configuration.Group) {
    guard let output = job.text("output_path") else { return }
    let place = LibraryChecks.bare(output)
    let source = [job.text("source") ?? "", job.text("scan_root") ?? ""].map(LibraryChecks.bare)
    let others = owners[place] ?? []
    owners[place] = others + [(job, source)]
    if let (other, _) = others.first(where: { $0.source != source }) {
      warn(
        job,
        "\(other.label) fills this folder from another source, at \(other.origin.place): of a name "
          + "that is in both, each run writes its own over that of the other")
    }
    if job.text("strategy") == "incremental" { return }
    let twin = others.first { $0.source == source && $0.job.text("strategy") != "incremental" }
    if let (other, _) = twin {
      warn(job, "\(other.label) fills this folder from the same source, at \(other.origin.place)")
    }
  }

  private static func bare(_ text: String) -> String {
    var bare = text[...]
    while bare.count > 1, bare.last == "/" { bare.removeLast() }
    return String(bare)
  }

  private mutating func warn(_ job: Configuration.Group, _ text: String) {
    problems.append(.warning(job.origin, "\(job.label).output_path", text))
  }

  private mutating func add(_ job: Configuration.Group, _ key: String, _ text: String) {
    problems.append(.flaw(job.entries[key]?.origin ?? job.origin, "\(job.label).\(key)", text))
  }
}
