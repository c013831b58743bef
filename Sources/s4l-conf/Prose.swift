/// The parts of `s4l.conf(5)` that no declaration can say.
enum Prose {
  static let description = [
    """
    The tools of s4l read one file, in TOML 1.0. It is the file that --config names; else the \
    one that the variable S4L_CONFIG names; else $XDG_CONFIG_HOME/s4l/s4l.toml, where that \
    variable is ~/.config unless it is set; else /etc/s4l/s4l.toml. The first of these that \
    exists is the whole configuration: files are never merged. Without any file the defaults \
    hold.
    """,
    """
    Where the file sets url in [pocketbase], what the collections of that server say is added: \
    jobs, watchers, and limits, levels and times of a few other sections, but nothing that runs a \
    command, names a file of a program or is secret. It is read from the copy that s4l-conf pull \
    keeps, so that a server that is away changes nothing, and only while the copy is of this \
    server. s4l-conf(1) describes the collections.
    """,
    """
    A value is taken from the command line, else from the environment, else from the file, else \
    from the copy of what a PocketBase says, else it is the default. That holds key by key, also \
    of a job that both describe. s4l-conf show --origin tells for each value which of them it was.
    """,
    """
    In names of sections and keys, and in words that a key chooses from, the case of letters, _ \
    and - do not count: MaxConcurrency is max_concurrency. Lengths of time are written with \
    units, as 500ms, 5m or 1h30m, unless the name of the key tells the unit. Sizes are written \
    as 4096, 64k or 2GiB, in powers of 1,024.
    """,
    """
    A key that holds a secret has a sibling with _file behind its name, which names a file that \
    holds the secret instead. Secrets are never shown, logged or passed to a child's command \
    line. A configuration that holds one and that others may read earns a warning.
    """,
  ]

  static let environment = [
    """
    S4L_SECTION_KEY overrides a key of a section that exists once: S4L_DAEMON_CONCURRENCY is \
    concurrency in [daemon]. Letters are upper case and everything else is an underscore. \
    SYNC4LOONG_SECTION_KEY does the same where the first is not set. Keys of a remote are \
    overridden by S4L_REMOTE_NAME_KEY, provided that the file has that remote; S4L_S3_KEY, \
    S4L_AWS_KEY and S4L_AZURE_KEY name the remotes s3, aws and azure, and make them. An empty \
    variable counts as unset. Lists, and sections of which there can be many, cannot be set by \
    the environment.
    """
  ]

  static let files = [
    """
    $XDG_CONFIG_HOME/s4l/s4l.toml is the configuration of a user, /etc/s4l/s4l.toml that of a \
    machine. $XDG_STATE_HOME/s4l/pocketbase.toml, below ~/.local/state unless that is set, is the \
    copy of what a PocketBase says, which only its owner may read.
    """
  ]

  static let example = """
    [[sync_jobs]]
    id = "documents"
    source_path = "/home/user/Documents"
    destination_path = "/backup/Documents"
    filters = ["*.tmp", ".git/*"]

    [sync_jobs.schedule]
    type = "interval"
    interval = "5m"

    [[file_watchers]]
    id = "documents-watcher"
    watch_path = "/home/user/Documents"
    sync_job_id = "documents"

    [remote.cache]
    type = "s3"
    endpoint = "https://s3.example.org"
    bucket = "nix"
    access_key_file = "/etc/s4l/access_key"
    secret_key_file = "/etc/s4l/secret_key"
    """

  static let diagnostics = [
    """
    Everything that is wrong is reported at once, each as file:line:column: key: what is wrong; \
    allowed is what. An unknown key is a warning that names the nearest known one; s4l-conf \
    validate --strict takes warnings for errors. A tool does nothing while the configuration has \
    an error; but what keeps only one job of a library from running is told by validate, and by \
    s4l-run when it is to run that job.
    """
  ]

  static let migration = [
    """
    The configurations of Sync4Loong, SyncStrm, Lumilio's file sync, Sync Daemon and devlog load \
    as they are. s4l-conf migrate rewrites them in the form described here: keys move as listed \
    below, words are spelled as above, comments and unknown keys are left out. The result has \
    the same meaning, and migrating it again changes nothing.
    """
  ]
}
