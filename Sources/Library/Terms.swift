internal import Core
package import Values

/// What is asked of the writer of .strm files.
package struct Terms: Sendable {
  /// What happens where two files of a folder would have the same .strm.
  package enum Collisions: String, CaseIterable, Sendable {
    /// The largest gets it, then the newest, then the one whose extension is named first.
    case prefer
    /// Names keep the extension of their file, so that there are hardly any.
    case keepExt = "keep-ext"
    /// Neither gets it.
    case error
  }

  package var media: Extensions
  package var template: Template
  package var mapping: Mapping
  package var naming: Naming
  package var collisions = Collisions.prefer
  /// Files that are known to be smaller are passed on.
  package var least = 0
  /// Whether a file that is there is left alone, whatever it holds.
  package var skipsExisting = false
  /// Whether of a Blu-ray disc only the film is taken.
  package var discs = false
  package var isDry = false
  /// The permissions of new files, whatever the mask of the process.
  package var permissions: UInt32?
  package var jobs = 2
  /// Where folders that events name are listed, in place of the root of the head.
  package var from: Path?

  package init(
    template: Template, mapping: Mapping, naming: Naming, media: Extensions = .media
  ) {
    self.template = template
    self.mapping = mapping
    self.naming = naming
    self.media = media
  }

  /// What is asked for where nobody has asked yet.
  init() throws(Failure) {
    self.init(
      template: try Template("path", base: nil),
      mapping: try Mapping(root: Path(), rules: []),
      naming: try Naming(template: nil, tag: "", keepsExtensions: false))
  }
}
