import Support
import Testing
import Values

/// The files that may be under way at once, shared by all runs: real ones, each with a process that
/// copies.
@Suite struct ShareTests {
  private let sandbox = Sandbox()

  /// A store of somebody else's, which takes no more files until it is let go. It keeps a file in
  /// `under` for each that it is asked to put, and tells how many it has of its own, and how many
  /// there were at most in all.
  private static let store = #"""
    #!/usr/bin/env python3
    import json, os, select, sys
    top = os.environ["TOP"]
    open_ids, name, width = [], None, int(os.environ["WIDTH"])
    def say(asked, word, **more):
        print(json.dumps({"type": word, "id": asked["id"], **more}), flush=True)
    def tell():
        with open(f"{top}/{name}.now", "w") as file: file.write(str(len(open_ids)))
        os.rename(f"{top}/{name}.now", f"{top}/{name}.has")
    while True:
        if not select.select([sys.stdin.buffer], [], [], 0.01)[0]:
            if open_ids and os.path.exists(f"{top}/{name}.go"):
                asked = open_ids.pop(0)
                os.unlink(f"{top}/under/{name}-{asked['id']}")
                tell()
                say(asked, "done", size=asked["size"])
            continue
        line = sys.stdin.buffer.raw.readline()
        if not line: break
        asked = json.loads(line)
        if asked["type"] == "hello":
            name = asked["location"].strip("/")
            say(asked, "done", version=1, width=width, conditions=True)
        elif asked["type"] == "put":
            open_ids.append(asked)
            open(f"{top}/under/{name}-{asked['id']}", "w").close()
            with open(f"{top}/most", "a") as file:
                file.write(f"{len(os.listdir(f'{top}/under'))}\n")
            tell()
        elif asked["type"] == "list":
            say(asked, "done")
        else:
            say(asked, "failed", kind="absent", reason="there is none")
    """#

  private static let tools = #"""
    until_is() { until [ "$(cat "$1" 2>/dev/null)" = "$2" ]; do sleep 0.02; done; }
    run() { s4l-run "$1" --config c.toml 2>"$1.said" >"$1.sum" & eval "$1=$!"; }
    """#

  /// Jobs that each have eight files for such a store.
  private func prepare(files: Int, _ jobs: String...) {
    House.write(Array(ShareTests.store.utf8), to: sandbox.folder.appending("store.py"))
    var text = "[concurrency]\nmax_file_operations = \(files)\n"
    for job in jobs {
      text += """
        [[sync_jobs]]
        id = "\(job)"
        source_path = "\(job)"
        destination_path = "odd://\(job)"

        """
    }
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
    let made = sandbox.shell(
      """
      mkdir -p bin under \(jobs.joined(separator: " "))
      install -m 755 store.py bin/s4l-store-odd
      for job in \(jobs.joined(separator: " ")); do
        for file in 1 2 3 4 5 6 7 8; do echo $job >$job/$file; done
      done
      """)
    #expect(made.status == 0, "\(made)")
  }

  private func play(_ script: String, width: Int = 4) -> String {
    let outcome = sandbox.shell(
      "export TOP=$PWD WIDTH=\(width) PATH=$PWD/bin:$PATH; \(ShareTests.tools)\n" + script,
      within: 60)
    #expect(outcome.status == 0, "\(outcome) \(sandbox.shell("cat *.said").text)")
    return outcome.text
  }

  @Test("a lone run has all; others get what is left, wait for it, and have more when it is done")
  func lent() {
    prepare(files: 5, "a", "b", "c")
    let text = play(
      """
      run a; until_is a.has 4
      run b; until_is b.has 1
      run c
      touch a.go; wait $a; echo a $?
      # It has one, or what the others have left already.
      until [ -s c.has ]; do sleep 0.02; done
      touch b.go c.go
      wait $b; echo b $?; wait $c; echo c $?
      sort -n most | tail -n 1
      """)
    #expect(text == "a 0\nb 0\nc 0\n5\n")
  }

  @Test("with a single one, runs take turns")
  func single() {
    prepare(files: 1, "a", "b")
    let text = play(
      """
      touch a.go b.go
      run a; run b
      wait $a; echo a $?; wait $b; echo b $?
      sort -n most | uniq
      """)
    #expect(text == "a 0\nb 0\n1\n")
  }

  @Test("what a killed run held is free for the others")
  func killed() {
    prepare(files: 4, "a", "b")
    let text = play(
      """
      run a; until_is a.has 4
      run b
      # With its stages: its store goes with them.
      kill -9 $(ps -o pid= --ppid $a) $a 2>&1
      wait $a; echo a $?
      rm under/a-*
      until_is b.has 4
      touch b.go; wait $b; echo b $?
      sort -n most | tail -n 1
      """)
    #expect(text == "a 137\nb 0\n4\n")
  }

  @Test("threads that copy to a folder take them too, and a run that waits is told to stop")
  func folders() {
    prepare(files: 1, "a", "b")
    let text = play(
      """
      sed 's,odd://b,to,' c.toml >d.toml
      run a; until_is a.has 1
      s4l-run b --config d.toml >b.sum 2>b.said & b=$!
      until grep -qs . "$XDG_STATE_HOME"/s4l/locks/*; do sleep 0.02; done
      kill $b; wait $b; echo b $?
      ls to 2>/dev/null
      touch a.go; wait $a; echo a $?
      s4l-run b --config d.toml >b.sum 2>b.said; echo b $?
      ls to | wc -l
      """)
    #expect(text == "b 143\na 0\nb 0\n8\n")
  }
}
