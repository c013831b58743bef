import Command
import Queues
import Records
import Work

extension Queue {
  static var page: Page {
    Page(
      name: "s4l-queue",
      summary: "queue tasks, have them worked, and steer them",
      description: [
        "s4l-queue keeps tasks until they are done: at least once each, whatever crashes "
          + "meanwhile. A task has an id, a type, a payload of any bytes, and stands in a queue; "
          + "many processes may send to it and work on it at the same time. What follows the VERB "
          + "depends on it.",
        QueueChoice.prose,
        "push queues the task whose payload is the ARGUMENT, or what {--payload-file} holds; with "
          + "neither, the tasks that stand as records on its standard input, where the options "
          + "say what a record leaves out. A task is queued once its record is printed: until "
          + "then it is kept by nobody. With {--unique} one that waits or runs stands for its "
          + "like, and its record is printed instead. {--postpone} is for what shall happen once "
          + "things have been quiet: each time it moves the moment of the task that waits; if "
          + "that is running already, another one is queued.",
        "Ids belong to their queue: one that is taken there is told by a verdict, and status 1. "
          + "Without {--queue}, push sends to the queue default. A SPAN is written as 500ms, 5m or "
          + "1h30m, 0s where there shall be none; a TIME as 2026-11-20T18:02:11Z.",
        "work takes tasks and has the command that follows -- do them, {--concurrency} at once: "
          + "each gets a process group of its own, the payload as its standard input, and what it "
          + "writes is the result. Its exit status says what becomes of the task: 0 done; 64, 65, "
          + "70 and 78 given up, as trying again would not help; 75 tried again later without that "
          + "counting; anything else, or death by a signal, counts and is tried again until "
          + "{--max-retry} is reached, then the task is archived. The end of its standard error is "
          + "kept with the task. Without a command, s4l-run --task works what s4l-publish sends, "
          + "from the queues default, after_sync and library; with one, the queue default is "
          + "served unless {--queue} names others.",
        "With {--stream} the command is started once. It reads the tasks as records, a line each, "
          + "and answers each with a line such as "
          + "{\"type\":\"verdict\",\"id\":\"ID\",\"ok\":true}, or with \"ok\":false, a \"kind\" "
          + "as in s4l-stream(5) and a \"reason\": usage, data, bug and config give the task up, "
          + "later delays it, all else counts as a failure. A \"result\" may be added, and a "
          + "\"queue\" where ids of several meet. A record of type cancel asks it to give the "
          + "task of that id up. A command that ends, or says something else, has failed with all "
          + "that it had in hand, and is started anew.",
        "For each try that has ended, work prints a verdict. A task belongs to its worker for the "
          + "length of the lease, which the worker renews; if it dies, another one finds the task "
          + "and tries it again, which counts. A worker that cannot reach the queues for so long "
          + "ends the commands of tasks that are no longer its own. When told to end by SIGTERM or "
          + "SIGINT it takes no more, lets what it has go on for {--grace}, asks what is left to "
          + "end, and puts it back at the front of its queue; a second signal kills it. "
          + "As every tool it then dies of the signal, which a shell tells as 143 or 130. Its "
          + "configuration is read again when the file changes; one with a mistake in it changes "
          + "nothing.",
        "Several queues are served by weight, or by {--strict} order. {--limit} bounds how many "
          + "tasks of a queue are worked at once by all workers together; tasks with the same "
          + "{--serial} text are worked one at a time.",
        "ls prints the tasks of all queues or the one that is named, show single ones, with their "
          + "results; stat prints a record of type queue for each queue, in numbers, or with "
          + "{--workers} one of type worker for each worker that is alive. wait waits until tasks "
          + "have ended: status 1 says that one was archived, 75 that {--within} is over. A task "
          + "that is done is gone unless it was sent with {--retention}, so a task to be waited "
          + "for had better be.",
        "cancel gives a task up: a running one is told to stop and not tried again unless "
          + "{--may-retry} says so. retry makes tasks ready now, however often they have failed. "
          + "archive gives up what waits, delete removes what is not running, and with only "
          + "{--queue} the queue itself, once no task waits or lies archived there. With "
          + "{--state} they do so with all tasks in that state. pause keeps workers from taking "
          + "anything from a queue until resume.",
      ],
      writes: [.task, .verdict],
      environment: QueueChoice.variables + Surroundings.help,
      files: QueueChoice.files,
      statuses: QueueChoice.statuses,
      examples: [
        .init(
          "Queue a task, and work all there are.",
          """
          s4l queue push --type mail 'to: you'
          s4l queue work --until-empty -- sh -c 'cat; echo sent'
          """),
        .init(
          "Queue a thousand at once.",
          #"""
          seq 1000 | sed 's/.*/{"type":"task","payload":"&"}/' |
            s4l queue push --type count
          """#),
        .init(
          "Serve two queues, one three times as often, until told to stop.",
          "s4l queue work -c 8 --queue urgent=3 --queue default -- ./handle"),
        .init(
          "Run a command once nothing was queued for five minutes.",
          "s4l queue push --type refresh --delay 5m --postpone ''"),
        .init(
          "See what has failed for good, and try it again.", "s4l queue retry --state archived"),
      ],
      related: [
        "s4l-publish(1)", "s4l-run(1)", "s4l-hook(1)", "s4l-debounce(1)", "s4l.conf(5)",
        "s4l-stream(5)", "s4l-recipes(7)",
      ])
  }
}
