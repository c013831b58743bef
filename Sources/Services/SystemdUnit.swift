internal import Core
internal import Values

/// The definition for systemd.
///
/// Whatever the daemon has no use for is taken from it: it gets no privileges, sees no devices, may
/// change no file but those that the configuration lets it write and its own folders, and may call
/// what ordinary services call. A service of a person gets only what needs no privileges to be set.
package struct SystemdUnit {
  private let profile: Profile

  package init(_ profile: Profile) {
    self.profile = profile
  }

  /// In the first line of every file that is written, by which it is known again.
  package static let mark = "# Written by s4l-service; it is replaced when it is installed again."

  package var fileName: String { profile.name + ".service" }

  package var text: String {
    get throws(Failure) {
      var lines = [SystemdUnit.mark, "[Unit]"]
      lines.append("Description=" + SystemdUnit.escaped(profile.description))
      lines += ["Wants=network-online.target", "After=network-online.target"]
      lines += ["StartLimitIntervalSec=300", "StartLimitBurst=10", "", "[Service]"]
      lines += ["Type=notify", "NotifyAccess=main"]
      let words = [try Profile.text(profile.program)] + (try profile.arguments)
      lines.append("ExecStart=" + words.map(SystemdUnit.word).joined(separator: " "))
      lines += SystemdUnit.life
      switch profile.reach {
      case .machine(let user): lines += try machine(user)
      case .person: lines += ["UMask=0077"]
      }
      lines += SystemdUnit.manners
      let target = profile.reach == .person ? "default.target" : "multi-user.target"
      lines += ["", "[Install]", "WantedBy=" + target, ""]
      return lines.joined(separator: "\n")
    }
  }

  /// How it starts, ends and is begun again. What is wrong with the configuration or the command
  /// line is not better a moment later.
  private static let life = [
    "ExecReload=/bin/kill -HUP $MAINPID", "Restart=on-failure", "RestartSec=5",
    "RestartPreventExitStatus=64 66 78", "WatchdogSec=60", "TimeoutStartSec=60",
    "TimeoutStopSec=90", "KillMode=mixed",
  ]

  /// What needs no privileges to be set.
  private static let manners = [
    "NoNewPrivileges=yes", "LockPersonality=yes", "MemoryDenyWriteExecute=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", "RestrictNamespaces=yes",
    "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
  ]

  private static let walls = [
    "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectSystem=strict", "PrivateTmp=yes",
    "PrivateDevices=yes", "ProtectClock=yes", "ProtectHostname=yes", "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes", "ProtectKernelTunables=yes", "ProtectControlGroups=yes",
    "ProtectProc=invisible", "RemoveIPC=yes",
  ]

  private func machine(_ user: String) throws(Failure) -> [String] {
    var lines = ["User=" + user, "UMask=0027"]
    // Below /var/lib, /var/cache, /var/log and /run, made by systemd and given to the user.
    lines += ["State", "Cache", "Logs", "Runtime"].map { $0 + "Directory=s4l" }
    lines.append("Environment=XDG_STATE_HOME=/var/lib XDG_CACHE_HOME=/var/cache")
    lines += SystemdUnit.walls
    let places = profile.written + profile.read
    let seesHomes = places.contains { place in
      ["/home", "/root", "/run/user"].contains { place.isWithin(Path(text: $0)) }
    }
    lines.append("ProtectHome=" + (seesHomes ? "read-only" : "yes"))
    for path in profile.written {
      // The minus: one that is not there must not keep all the others from their work.
      lines.append("ReadWritePaths=" + (try SystemdUnit.item("-", path)))
    }
    return lines
  }

  /// An item of a list of paths. How signs are escaped there has changed from release to release.
  private static func item(_ sign: String, _ path: Path) throws(Failure) -> String {
    let text = try Profile.text(path)
    if text.utf8.contains(where: { "\"'\\".utf8.contains($0) }) {
      throw Failure(.usage, "\(path)", "a unit cannot hold this name")
    }
    let escaped = sign + SystemdUnit.escaped(text)
    return text.utf8.contains(UInt8(ascii: " ")) ? "\"\(escaped)\"" : escaped
  }

  /// A word of a command line. A `%` is a specifier, a `$` a variable.
  static func word(_ text: String) -> String {
    let special = text.unicodeScalars.contains { " \t\"'\\;$".unicodeScalars.contains($0) }
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "%": out += "%%"
      case "$": out += "$$"
      case "\"", "\\": out += "\\" + String(character)
      default: out.unicodeScalars.append(character)
      }
    }
    return special || text.isEmpty ? "\"" + out + "\"" : out
  }

  /// The rest of a line.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
      out += character == "%" ? "%%" : character == "\\" ? "\\\\" : String(character)
    }
    return out
  }

  /// The definition of the user that it runs as, for systemd-sysusers.
  package static func account(_ user: String) -> String {
    "\(mark)\nu \(user) - \"Runs s4l\" /var/lib/s4l\n"
  }
}
