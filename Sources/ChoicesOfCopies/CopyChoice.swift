package import Command

/// The options of s4l-put and s4l-get that push and pull have as well.
package struct CopyChoice {
  package var preserve: String?
  package var isDurable = false
  package var rate: Rate?
  package var jobs: Width?

  package init() {}

  package static var table: [Option<CopyChoice>] {
    [
      .value(
        "preserve", nil, "LIST", \.preserve,
        "Keep these of a file: mode, times, owner, xattrs, or none."),
      .flag("durable", nil, \.isDurable, "Bring every file to the disk and read it back."),
      .value("limit-rate", nil, "SIZE", \.rate, "Copy at most this many bytes a second."),
      .value("jobs", "j", "N", \.jobs, "Copy N files at a time."),
    ]
  }
}
