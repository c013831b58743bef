internal import Core
internal import Values

/// The definition for launchd of macOS: a daemon of the machine, or an agent of a person.
package struct LaunchdPlist {
  private let profile: Profile

  package init(_ profile: Profile) {
    self.profile = profile
  }

  /// Where it belongs.
  package var place: String {
    switch profile.reach {
    case .machine: "/Library/LaunchDaemons/\(profile.name).plist"
    case .person: "~/Library/LaunchAgents/\(profile.name).plist"
    }
  }

  private var owner: String {
    switch profile.reach {
    case .machine(let user): "The user \(user) has to be there."
    case .person: "It runs as whoever loads it."
    }
  }

  package var text: String {
    get throws(Failure) {
      let words = [try Profile.text(profile.program)] + (try profile.arguments)
      var rows = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<!-- \(LaunchdPlist.escaped(profile.description, inComment: true)).",
        "     Belongs into \(place); then: launchctl load -w \(place).",
        "     \(owner) -->",
        "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\"",
        "  \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
        "<plist version=\"1.0\">", "<dict>",
      ]
      rows += LaunchdPlist.pair("Label", string(profile.name))
      rows.append("  <key>ProgramArguments</key>")
      rows += ["  <array>"] + words.map { "    " + string($0) } + ["  </array>"]
      if case .machine(let user) = profile.reach {
        rows += LaunchdPlist.pair("UserName", string(user))
        rows += LaunchdPlist.pair("StandardOutPath", string("/var/log/\(profile.name).out"))
        rows += LaunchdPlist.pair("StandardErrorPath", string("/var/log/\(profile.name).err"))
      }
      rows += LaunchdPlist.pair("RunAtLoad", "<true/>")
      rows += ["  <key>KeepAlive</key>", "  <dict>"]
      rows += ["    <key>SuccessfulExit</key>", "    <false/>", "  </dict>"]
      rows += LaunchdPlist.pair("ThrottleInterval", "<integer>5</integer>")
      rows += LaunchdPlist.pair("ExitTimeOut", "<integer>90</integer>")
      rows += LaunchdPlist.pair("Umask", "<integer>23</integer>")
      return (rows + ["</dict>", "</plist>", ""]).joined(separator: "\n")
    }
  }

  private static func pair(_ key: String, _ value: String) -> [String] {
    ["  <key>\(key)</key>", "  " + value]
  }

  private func string(_ text: String) -> String {
    "<string>\(LaunchdPlist.escaped(text))</string>"
  }

  /// Two hyphens would end a comment.
  private static func escaped(_ text: String, inComment: Bool = false) -> String {
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "-" where inComment && out.hasSuffix("-"): out += " -"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }
}
