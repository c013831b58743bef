import Support
import Testing
import Values

@Suite("Publishing, and what follows an upload") struct QueueTests {
  private let ssh = """
    [daemon]
    enable_ssh_task = true
    ssh_command = "echo refreshed >>$HOME/ran; echo done; echo oops >&2"
    ssh_debounce_minutes = 7

    """

  /// The tasks of a queue, one a line: type, state, and whatever `pattern` finds.
  private func tasks(_ yard: Yard, _ queue: String, _ pattern: String) -> String {
    yard.run("s4l-queue ls --queue \(queue) | grep -o '\(pattern)'").text
  }

  @Test("a folder that was published is uploaded by a worker, and the task is done")
  func published() throws {
    let yard = try Yard("[publish]\nmax_retry = 5\ntimeout_minutes = 2\n")
    #expect(yard.run("mkdir -p f/a && echo one >f/a/1 && echo two >f/2").status == 0)
    let task = yard.run("s4l-publish f /p/")
    #expect(task.status == 0 && task.complaint == "", "\(task)")
    let folder = yard.sandbox.folder.appending("f")
    #expect(task.member("payload") == "{\"folder_path\":\"\(folder)\",\"prefix\":\"p\"}")
    #expect(task.member("task_type") == "file_sync" && task.member("state") == "pending")
    #expect(task.member("max_retry") == 5 && task.member("timeout") == "2m0s")
    let worked = yard.run("s4l-queue work --until-empty")
    #expect(worked.status == 0, "\(worked)")
    #expect(
      try yard.bucket.contents() == ["p/2": Array("two\n".utf8), "p/a/1": Array("one\n".utf8)])
    #expect(tasks(yard, "default", ".*") == "")
    let history = yard.run("s4l-run --history file_sync")
    #expect(history.uploaded == 2 && history.member("status") == 0, "\(history)")
  }

  @Test("a folder in parts is shared, and the last task sees that all is there")
  func split() throws {
    let yard = try Yard()
    let made = yard.run("mkdir f && for i in 1 2 3 4 5 6 7; do echo $i >f/$i; done")
    #expect(made.status == 0)
    let tasks = yard.run("s4l-publish --split 3 --delete-after-sync f p | wc -l")
    #expect(tasks.text == "4\n", "\(tasks)")
    // Something comes in between.
    #expect(yard.run("echo new >f/new").status == 0)
    let first = yard.run(
      "s4l-queue ls | grep -F 'after\\\":' | sed 's/.*payload\":\"\\(.*\\)\",\"state.*/\\1/; "
        + "s/\\\\\"/\"/g' | s4l-run -v --task --type file_sync")
    #expect(first.status == 75 && first.complaint.contains("waits for task"), "\(first)")
    #expect(first.complaint.contains("which is pending"), "\(first)")
    let worked = yard.run("s4l-queue work -c 1 --until-empty")
    #expect(worked.status == 0, "\(worked)")
    #expect(try yard.bucket.keys() == ["p/1", "p/2", "p/3", "p/4", "p/5", "p/6", "p/7", "p/new"])
    #expect(yard.run("find f").text == "f\n")
  }

  @Test("uploads ask for the command once, later uploads only put it off")
  func asks() throws {
    let yard = try Yard(ssh)
    #expect(yard.run("mkdir f && echo 1 >f/1").status == 0)
    #expect(yard.sync("f", "p").uploaded == 1)
    let asked = tasks(yard, "after_sync", "\"id.*\"task_type\":\"after_sync\"")
    #expect(asked.split(separator: "\n").count == 1, "\(asked)")
    let due = tasks(yard, "after_sync", "\"due\":\"[^\"]*")
    #expect(yard.sync("f", "p").uploaded == 0)
    #expect(tasks(yard, "after_sync", "\"due\":\"[^\"]*") == due)
    #expect(yard.run("echo 2 >f/2").status == 0)
    #expect(yard.sync("f", "p").uploaded == 1)
    #expect(tasks(yard, "after_sync", "\"id.*\"task_type\":\"after_sync\"") == asked)
    let state = tasks(yard, "after_sync", "\"state.*serial\":\"after_sync\"")
    #expect(state.contains("\"state\":\"scheduled\"") && state.contains("\"timeout\":\"11m0s\""))
    #expect(yard.run("cat $HOME/ran").status != 0)
  }

  @Test("a run that cannot ask for the command fails, and the next one asks in its place")
  func debts() throws {
    let yard = try Yard(ssh)
    #expect(yard.run("mkdir f && echo 1 >f/1").status == 0)
    let first = yard.sync("f", "p", "", "--url redis://127.0.0.1:1")
    #expect(first.status == 69 && first.uploaded == 1, "\(first)")
    #expect(tasks(yard, "after_sync", "id") == "")
    let second = yard.sync("f", "p")
    #expect(second.status == 0 && second.uploaded == 0, "\(second)")
    #expect(tasks(yard, "after_sync", "\"type\":\"task\"") == "\"type\":\"task\"\n")
    #expect(yard.run("ls \"$XDG_STATE_HOME/s4l/locks\"").text == "gate\n")
  }

  @Test("the command is run, heard line by line, ended in time, and its failure is ours")
  func command() throws {
    let yard = try Yard(ssh)
    func run() -> Sandbox.Outcome { yard.run("s4l-run --task --type after_sync </dev/null") }
    let done = run()
    #expect(done.status == 0 && done.text == "", "\(done)")
    #expect(done.complaint == "s4l-run: after_sync: done\ns4l-run: after_sync: oops\n")
    #expect(yard.run("cat $HOME/ran").text == "refreshed\n")
    try yard.configure("[daemon]\nssh_command = \"echo partly; exit 3\"\n")
    let failed = run()
    #expect(failed.status == 1 && failed.complaint.contains("ended with status 3"), "\(failed)")
    try yard.configure("")
    #expect(run().status == 78)
  }

  @Test("queues that cannot be reached are no place to publish to")
  func unreachable() throws {
    let yard = try Yard()
    #expect(yard.run("mkdir f && echo 1 >f/1").status == 0)
    let refused = yard.run("s4l-publish --url redis://127.0.0.1:1 f p")
    #expect(refused.status == 69 && refused.text == "", "\(refused)")
  }
}
