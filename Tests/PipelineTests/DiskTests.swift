import Support
import Testing

/// File systems that are gone, or others in their place, below or at a side of a two-way sync: in a
/// name space of mounts of the test's own.
@Suite("Disks that come and go under a two-way sync") struct DiskTests {
  private func run(_ script: String) -> Sandbox.Outcome {
    let sandbox = Sandbox()
    let whole = """
      # Run as root of its own name space.
      sync() { s4l-sync -q --base base "$@" a b >out 2>err && code=0 || code=$?; echo $code; }
      disk() { mount -t tmpfs -o size=1m small "$1"; }
      fill() { mkdir -p "$1"; for i in 1 2 3 4 5 6; do echo $i >"$1"/$2$i; done; }
      mkdir a b
      \(script)
      """
    _ = sandbox.shell("cat >disks.sh", stdin: Array(whole.utf8))
    return sandbox.run(["unshare", "-Urm", "sh", "-e", "disks.sh"])
  }

  @Test("a mount that is gone from within a side has nothing deleted, nor anything hidden")
  func vanished() {
    let outcome = run(
      """
      mkdir b/in; disk b/in; fill a x; fill b/in y; sync
      umount b/in; rm a/x1; echo new >a/in/new; echo 7 >a/x7; sync; cat err | sed 's/:.*in:/:/'
      ls a/in b/in b | tr '\\n' ' '; echo; sync
      """)
    #expect(
      outcome.text == """
        0
        77
        s4l-diff: nothing is mounted there any more: nothing was done there; \
        --allow-other-disk says that it is right so
        a/in: new y1 y2 y3 y4 y5 y6  b: in x2 x3 x4 x5 x6 x7  b/in:\u{20}
        77

        """, "\(outcome)")
  }

  @Test("once it is mounted again all goes on")
  func back() {
    let outcome = run(
      """
      mkdir b/in disk; disk disk; mount --bind disk b/in; fill a x; fill b/in y; sync
      umount b/in; sync; mount --bind disk b/in; rm b/in/y1; echo 7 >a/in/y7; sync
      ls a/in b/in | tr '\\n' ' '
      """)
    let files = "y2 y3 y4 y5 y6 y7 "
    #expect(outcome.text == "0\n77\n0\na/in: \(files) b/in: \(files)", "\(outcome)")
  }

  @Test("a side that lies on another disk is believed once somebody says so")
  func another() {
    let outcome = run(
      """
      disk b; fill a x; sync
      umount b; sync; disk b; for i in 1 2 3 4 5; do cp -p a/x$i b; done
      sync; grep -c 'another file system' err; ls a | wc -l
      sync -n --allow-other-disk; sync; sync --allow-other-disk; ls a | wc -l; sync
      """)
    #expect(outcome.text == "0\n77\n77\n1\n6\n0\n77\n0\n5\n0\n", "\(outcome)")
  }

  @Test("the same disk is known again: through another mount of it, and where it is bound anew")
  func same() {
    let outcome = run(
      """
      mkdir keep; disk keep; mkdir keep/side; mount --bind keep/side b; fill a x; sync
      umount b; mount --bind keep/side b; rm b/x1; sync
      mount --bind b b; rm b/x2; sync; umount b; rm b/x3; sync; ls a | tr '\\n' ' '
      """)
    #expect(outcome.text == "0\n0\n0\n0\nx4 x5 x6 ", "\(outcome)")
  }

  @Test("a mount over files of the base hides them, one over an empty folder is learnt")
  func over() {
    let outcome = run(
      """
      mkdir b/new; fill a x; fill a/old y; sync
      disk b/old; disk b/new; echo n >b/new/n; sync; ls -d a/old/y* a/new/n | wc -l
      umount b/old; sync; umount b/new; sync; ls a/new
      """)
    #expect(outcome.text == "0\n77\n7\n0\n77\nn\n", "\(outcome)")
  }

  @Test("a run that enters no other file system sees all the same that one is gone")
  func alone() {
    let outcome = run(
      """
      mkdir b/in; disk b/in; fill a x; fill b/in y; sync; rm b/x1; sync -x
      umount b/in; rm b/x2; sync -x; ls a | tr '\\n' ' '; sync; ls a/in | wc -l
      """)
    #expect(outcome.text == "0\n0\n77\nin x3 x4 x5 x6 77\n6\n", "\(outcome)")
  }

  @Test("a base that knows nothing of disks learns")
  func older() {
    let outcome = run(
      """
      disk b; fill a x; sync
      sed -i 's/,"left_mounts":\\[[^]]*\\]//; s/,"right_mounts":\\[[^]]*\\]//' base
      grep -c mounts base || :; umount b; disk b; for i in 1 2 3 4 5; do cp -p a/x$i b; done
      sync; ls a | wc -l; grep -c right_mounts base; umount b; sync
      """)
    #expect(outcome.text == "0\n0\n0\n5\n1\n77\n", "\(outcome)")
  }

  @Test("a sentinel guards either side")
  func sentinel() {
    let outcome = run(
      """
      fill a x; sync --sentinel here; echo >a/here; sync --sentinel here; cp a/here b
      sync --sentinel here; rm -r b; sync --sentinel here; ls a | wc -l
      """)
    #expect(outcome.text == "66\n66\n0\n66\n7\n", "\(outcome)")
  }
}
