internal import Credentials

/// What the pages of all tools that open stores say of them.
extension Stores {
  /// The variables that are heeded, beside those of a tool.
  package static var variables: [(name: String, help: String)] {
    Variable.allCases.map { ($0.rawValue, $0.meaning) } + [
      (
        "http_proxy, https_proxy, all_proxy, no_proxy",
        "The proxies to go through, and the hosts that are reached without."
      ),
      ("S4L_CONFIG", "The configuration, in place of the usual file."),
    ]
  }

  package static var files: [(name: String, help: String)] {
    [
      ("~/.aws/config", "Profiles: regions, endpoints, roles, programs that tell keys."),
      ("~/.aws/credentials", "The keys of profiles."),
      ("$XDG_CONFIG_HOME/s4l/s4l.toml", "The remotes that are written NAME:path; s4l.conf(5)."),
      ("/etc/s4l/s4l.toml", "The same for a machine, where a user has no such file."),
    ]
  }
}
