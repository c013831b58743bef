internal import Core

/// The options that every tool has.
struct Common {
  enum Rendering: String, Choice { case man, bash, zsh, fish, page }
  enum Level: String, Choice { case trace, debug, info, warn, error, fatal }
  enum Format: String, Choice { case plain, pretty, logfmt, json }

  var help = false
  var version = false
  var verbosity = 0
  var isVerbose: Bool {
    get { verbosity > 0 }
    set { verbosity += newValue ? 1 : 0 }
  }
  var isQuiet = false
  var level: Level?
  var format: Format?
  var rendering: Rendering?
  var json = false

  static var options: [Option<Common>] {
    [
      .flag("help", "h", \.help, "Show this help and exit."),
      .flag("version", nil, \.version, "Show the version and exit."),
      .flag(
        "verbose", "v", \.isVerbose,
        "Say more on standard error; given twice or three times, much more."),
      .flag("quiet", "q", \.isQuiet, "Say nothing but errors, and show no progress."),
      .value("log-level", nil, "LEVEL", \.level, "Log what is at least this grave."),
      .value("log-format", nil, "FORMAT", \.format, "Write messages in this form."),
      .flag("json", nil, \.json, "Change nothing: records are written as JSON anyway."),
      .value("generate", nil, "FORM", \.rendering, "Print the manual or a shell completion."),
    ]
  }
}
