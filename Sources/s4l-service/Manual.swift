internal import Command
internal import Core

/// The page of s4l-service.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-service",
      summary: "make s4l-daemon a service of the machine",
      description: [
        "install writes a unit of systemd that runs s4l-daemon with FILE, has it started now and "
          + "with the machine, and looks whether the user it runs as can read the configuration "
          + "and every place of it, and write where it has to. uninstall stops it and removes the "
          + "unit; configuration, state and user stay. print shows a definition and changes "
          + "nothing, for launchd and Windows too.",
        "A service of the machine runs as the user s4l, which systemd-sysusers makes, or as "
          + "{--run-as}. It is walled in: it may write into its own folders (s4l below /var/lib, "
          + "/var/cache, /var/log and /run) and to what the configuration names as targets, and "
          + "nowhere else; it has no privileges, no devices and no system calls but those of "
          + "ordinary services. So it has to be installed again when the configuration names a "
          + "new target.",
        "With {--user} it is a service of whoever installs it, which ends with the last session "
          + "unless loginctl enable-linger is run once.",
        "Where systemd does not run, and with {--root}, files are written and no program is run. "
          + "A unit of that name that s4l-service has not written is never touched.",
      ],
      environment: [("XDG_CONFIG_HOME", "Where a person's units and configuration lie.")],
      files: [
        ("/etc/s4l/s4l.toml", "The configuration of a service of the machine."),
        ("$XDG_CONFIG_HOME/s4l/s4l.toml", "That of a service of a person."),
        ("/etc/systemd/system/NAME.service", "The unit; a person's in systemd/user."),
        ("/etc/sysusers.d/NAME.conf", "The user, if {--run-as} names none."),
      ],
      statuses: [
        .success, .partial, .usage, .absent, .unavailable, .io, .refused, .config,
      ],
      examples: [
        .init("Run the daemon from now on.", "s4l-service install"),
        .init("See what would be done.", "s4l-service install --dry-run"),
        .init(
          "For yourself only.",
          "s4l-service install --user --config ~/.config/s4l/s4l.toml"),
        .init(
          "A definition for a Mac.",
          "s4l-service print --kind launchd --program /usr/local/bin/s4l-daemon"),
        .init("Be rid of it.", "s4l-service uninstall"),
      ],
      related: ["s4l-daemon(1)", "s4l-conf(1)", "s4l.conf(5)", "s4l-recipes(7)"])
  }
}
