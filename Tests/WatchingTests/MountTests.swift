import Glibc
import Support
import System
import Testing

/// File systems that come and go below a watched folder, and as the folder itself, in a name space
/// of mounts of the test's own.
@Suite struct MountTests {
  /// Runs a script in which `hear TEXT` waits until the watcher has written that.
  private func run(_ script: String) -> Sandbox.Outcome {
    let sandbox = Sandbox()
    let whole = """
      mkdir -p top/in; mkfifo told
      # Readers and writers in one: whoever opens it never waits.
      exec 3<>told
      hear() {
        while read -r line <&3; do
          printf '%s\\n' "$line"
          case "$line" in *"$1"*) return;; esac
        done
      }
      # Somebody may be listing it at that moment.
      gone() { until umount "$1" 2>busy; do :; done; }
      trap 'kill $!' EXIT
      \(script)
      """
    _ = sandbox.shell("cat >mounts.sh", stdin: Array(whole.utf8))
    return sandbox.run(["unshare", "-Urm", "sh", "-e", "mounts.sh"])
  }

  private static let mount = "mount -t tmpfs -o size=1m small"

  @Test("a root that a file system was seen at is waited for when that is gone")
  func root() {
    let outcome = run(
      """
      echo 1 >top/under
      s4l-watch --listing top >told & hear '"view":"events"'
      \(MountTests.mount) top; echo 2 >top/over
      hear '"complete":false'; hear '"path":"over"'
      gone top; hear '"complete":false'
      \(MountTests.mount) top; echo 3 >top/again
      hear '"path":"again"'
      echo 4 >top/more; hear '"path":"more"'
      """)
    #expect(outcome.text.contains(#""path":"more""#), "\(outcome)")
    // The folder that the mount had hidden was listed at the start, and never again.
    #expect(outcome.text.split(separator: #""path":"under""#).count == 2, "\(outcome)")
    #expect(!outcome.text.contains(#""event":"remove""#), "\(outcome)")
  }

  @Test("what is mounted below the root, or not any more, has all listed anew")
  func below() {
    let outcome = run(
      """
      s4l-watch --listing top >told & hear '"view":"events"'
      \(MountTests.mount) top/in; echo 1 >top/in/file
      hear '"complete":false'; hear '"path":"in/file"'
      echo 2 >top/in/other; hear '"path":"in/other"'
      gone top/in; hear '"complete":false'; hear '"view":"events"'
      echo 3 >top/end; hear '"path":"end"'
      """)
    #expect(outcome.text.contains(#""path":"end""#), "\(outcome)")
    #expect(!outcome.text.contains(#""event":"remove""#), "\(outcome)")
  }
}
