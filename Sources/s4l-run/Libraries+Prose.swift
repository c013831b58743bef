/// What the manual says of libraries.
enum Libraries {
  static let prose = [
    "A JOB that is a [[strm_jobs]] makes a media library of a drive: s4l-ls lists source from "
      + "scan_root down, s4l-strm writes .strm files into output_path, s4l-get copies side-cars "
      + "unless metadata_mode is none, s4l-clean removes what is gone, and s4l-notify tells each "
      + "[[notify]], or those that notify names. By strategy, full does all of that; "
      + "skip-existing adds what is missing and removes nothing; incremental lists nothing and "
      + "acts on the events that s4l-hook has put into the inbox of the job, if there are any. "
      + "{--strategy} sets it for one run. A job that runs in full is alone at its library.",
    "Events that a run could not act on now stay for the next one; what failed for good is told "
      + "once and then let go. A full run that ends with status 0 lets those go that came before "
      + "its listing began, a dry run none. A task of type library has the payload "
      + "{\"job\":ID}: it acts on events if there are any, and else runs the job as it is "
      + "configured; a member strategy says which of the three is meant. {--enqueue} queues such "
      + "a task, with the strategy, in the queue library, where one runs at a time.",
  ]
}
