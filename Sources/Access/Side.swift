internal import Command
internal import Stream

/// Which side of a plan a location stands for, as `--side` says it.
extension Side: Choice {}
