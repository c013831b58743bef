extension Hook {
  /// What the page says of events.
  static let eventsProse =
    "POST /api/v1/webhook/clouddrive takes what a cloud drive tells of its files, for the jobs "
    + "[[strm_jobs]] of the configuration. It understands the bodies of CloudDrive2, and its "
    + "places /api/v1/webhook/clouddrive2/file_notify and mount_notify mean the same, so does "
    + "/api/v1/webhook/events. Other programs send {\"job\":ID,\"events\":[{\"event\":WHAT,"
    + "\"path\":PATH,\"to\":PATH,\"dir\":true}]}, or one such event as \"file_change\" beside "
    + "\"job_id\"; WHAT is create, write, remove, rename or chmod. A path is absolute, as the "
    + "drive calls it; beside a job it may also be one below the place where its scans begin. A "
    + "folder stands for all that is in it. Events are for the job that job= in the query names, "
    + "else the body, else for the jobs whose source and scan_root are the longest beginning of "
    + "the path, in whole names. A rename from elsewhere is a create, and one to elsewhere a "
    + "remove. What is no job's is answered with 200 and forgotten, as drives tell of everything; "
    + "so is what concerns all of a job at once, and mounts that come or go, which the log tells. "
    + "The answer 200 {\"status\":\"ok\"} comes when the events are on the disk, in the inbox of "
    + "each job, and a task of type library is in the queue library, due after debounce of [hook]. "
    + "While the queue is away events are taken all the same, and their tasks queued later. 400 "
    + "says that something in a body is not understood; what is understood counts. 503 says that "
    + "events cannot be kept: the disk is full, or nothing has taken the inbox_limit of [hook] "
    + "that is there."

  /// How a drive is told about us.
  static let driveProse =
    "To have CloudDrive2 tell, put a file webhook.toml into the folder for webhooks of its "
    + "configuration, or use its pages: base_url of [global_params] is http://HOST:8321, and "
    + "authorization in [global_params.default_headers] is \"Bearer TOKEN\". The rest may stay as "
    + "it comes: both watchers with method POST and enabled. Where no header can be set, add "
    + "&apikey=TOKEN to the address of each watcher. HOST must be reachable from where CloudDrive2 "
    + "runs, which for a container is seldom 127.0.0.1. It does not send again what was refused, "
    + "and not all changes are told: let a full run of each job come now and then."
}
