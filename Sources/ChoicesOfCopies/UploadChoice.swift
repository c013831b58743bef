package import Command
package import Values

/// The options that say how a file gets to a store: those of s4l-put that push has as well.
package struct UploadChoice {
  package var partSize: Size?
  package var sweep: Span?

  package init() {}

  package static var table: [Option<UploadChoice>] {
    [
      .value("part-size", nil, "SIZE", \.partSize, "Send larger files in parts of this size."),
      .value(
        "sweep", nil, "SPAN", \.sweep,
        "In the end, give up uploads that were begun longer ago and never ended."),
    ]
  }
}
