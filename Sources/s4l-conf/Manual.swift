import Command
import Settings

/// `s4l.conf(5)`: prose by hand around tables from the declarations.
enum Manual {
  static var text: String {
    """
    .\\" Generated from the declarations of the configuration: see make generate.
    .Dd \(Release.date)
    .Dt S4L.CONF 5
    .Os
    .Sh NAME
    .Nm s4l.conf
    .Nd the configuration of s4l
    .Sh DESCRIPTION

    """ + paragraphs(Prose.description) + sections
      + ".Sh ENVIRONMENT\n" + paragraphs(Prose.environment)
      + ".Sh FILES\n" + paragraphs(Prose.files)
      + ".Sh EXAMPLES\n" + example
      + ".Sh DIAGNOSTICS\n" + paragraphs(Prose.diagnostics)
      + ".Sh COMPATIBILITY\n" + paragraphs(Prose.migration) + aliases
      + ".Sh SEE ALSO\n" + Man.references(["s4l-conf(1)", "s4l(1)", "s4l(7)"])
  }

  private static func paragraphs(_ prose: [String]) -> String {
    prose.map(Man.text).joined(separator: ".Pp\n")
  }

  private static var sections: String {
    Schema.sections.map { section in
      var out = ".Ss \(Man.escaped(section.heading))\n"
      out += Man.text("\(section.help) \(section.audience)")
      out += ".Bl -tag -width Ds\n"
      for setting in section.settings {
        out += ".It Cm \(Man.escaped(setting.name))\n" + Man.text(setting.sentences(in: section))
      }
      return out + ".El\n"
    }.joined()
  }

  private static var example: String {
    Man.text("A job that runs every five minutes, and at once when something changes:")
      + ".Bd -literal -offset indent\n"
      + Prose.example.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Man.line(String($0)) + "\n" }.joined()
      + ".Ed\n"
  }

  /// What other programs call our sections and keys.
  private static var aliases: String {
    var out = ".Bl -tag -width Ds\n"
    for section in Schema.sections {
      for alias in section.aliases {
        let place = alias.path.isEmpty ? "the same keys at the top" : "[\(alias.path)]"
        let home = alias.name.map { "[\(section.name).\($0)]" } ?? section.heading
        out += ".It \(Man.escaped(place))\n" + Man.text("becomes \(home).")
      }
      for setting in section.settings where !setting.aliases.isEmpty && !setting.isFile {
        out += ".It \(setting.aliases.map(Man.escaped).joined(separator: " , "))\n"
        out += Man.text("in \(section.heading) becomes \(setting.name).")
      }
    }
    return out + ".El\n"
  }
}
