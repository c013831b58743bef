internal import Command
internal import Core

/// The page of s4l-conf.
enum Sheets {
  static var page: Page {
    Page(
      name: "s4l-conf",
      summary: "generate, check, show and exchange the configuration",
      description: [
        """
        generate prints an example with every key, all of it commented out, or with {--manual} the \
        manual of the file. validate reports everything that is wrong with the configuration, as \
        file:line:column: key: what is wrong; with {--paths} also paths of jobs that run which are \
        missing or shut to whoever asks, and with {--online} services that do not answer, as it \
        is on this machine at this moment. show prints what is in force: the environment over \
        the file over what a PocketBase says over the defaults. get prints one value, or the ids \
        of a section that has many. migrate rewrites a file of one of the programs that s4l \
        replaces, or of s4l itself, in s4l's own form.
        """,
        """
        Secrets are neither shown nor printed by get. migrate carries them over, so its output \
        belongs into a file: {--output} writes one that only its owner may read.
        """,
        """
        pull reads the collections of the [pocketbase] that is configured, and keeps a copy of \
        what they say, which every tool adds to the file. A key that the file or the environment \
        sets stays as it is. The copy is only replaced by one that is well: if the server is \
        away, does not know us any more while it is read, lacks a collection of which the copy \
        holds something, or says anything that is no valid configuration together with the file, \
        pull fails, says why, and the last good copy stays. With read_config = false in \
        [pocketbase] there is nothing to pull, and a copy does not count: for whoever only sends \
        logs there.
        """,
        """
        With {--watch} it goes on, every config_refresh_interval_secs and whenever the server says \
        that something has changed; s4l-daemon(1) has it do so. With config_cache_ttl_secs in \
        [cache] it asks, unless a change was told, only once the copy is older than that: also \
        when it is started anew. Where [metrics] is configured, it counts its requests for \
        s4l-metrics(1), and tells when all was last well.
        """,
        """
        push has the collections say what the file says: jobs, watchers and keys that are new \
        there are created, and those that differ are updated; with {--delete} those that the file \
        does not have are removed, but never all of a collection. Collections that are missing are \
        made with {--create}, for superusers alone to read and write. Secrets are not sent, nor is \
        what only the environment says. With {--dry-run} both show what would change.
        """,
        """
        sync_jobs and strm_jobs hold a job a record: name (text) is its id; enabled (bool); \
        schedule (text) is every:5m, an expression of cron, or manual; and spec (json) is an \
        object with all other keys, as {"source_path":"/srv/photos"}. file_watchers is the same \
        without a schedule. config holds a key a record: key (text), as daemon.log_level, and \
        value (json). Collections that are not used need not be there.
        """,
        """
        Who may write to the collections is trusted with the files that the daemon may read and \
        write, unless roots in [pocketbase] says below which folders jobs may name some; not with \
        running commands, and not with secrets. Where roots are set, a remote of type path lies \
        below one of them too, and a job that a link leads out of them fails when it runs. \
        Servers are named by the file alone: a job there says NAME:path of a remote, or s3:// \
        or az://, which name no host, but not dav:// and the like, as a password from the \
        environment would go to any host that it named. Of [daemon], [concurrency], [cache], \
        [log] and [publish] some keys are read from there: limits, levels and times. All else is \
        left out with a warning that names it: ssh_command, files of programs, remotes, tokens.
        """,
      ],
      environment: [
        ("S4L_CONFIG", "The file, when --config does not name one."),
        ("S4L_SECTION_KEY", "Overrides a key; see s4l.conf(5)."),
        ("S4L_POCKETBASE_ADMIN_PASSWORD", "The password, in place of that in the file."),
      ],
      files: [
        ("$XDG_CONFIG_HOME/s4l/s4l.toml", "The configuration of a user."),
        ("/etc/s4l/s4l.toml", "The configuration of a machine."),
        ("$XDG_STATE_HOME/s4l/pocketbase.toml", "The copy of what a PocketBase says."),
      ],
      statuses: [
        .success, .partial, .usage, .data, .absent, .io, .later, .refused, .config,
      ],
      examples: [
        .init("Start with an example.", "s4l-conf generate --output ~/.config/s4l/s4l.toml"),
        .init("See what is in force, and why.", "s4l-conf show --origin"),
        .init("Ask for one value.", "s4l-conf get sync_jobs.documents.schedule.interval"),
        .init(
          "Take over another program's file.",
          "s4l-conf migrate --config sync-daemon.toml --output s4l.toml"),
        .init("See what a PocketBase would change.", "s4l-conf pull --dry-run"),
        .init("Put the jobs of the file there.", "s4l-conf push"),
      ],
      related: ["s4l-daemon(1)", "s4l.conf(5)"])
  }
}
