import Support
import Testing
import Values

/// What a run that was killed leaves beside its targets.
@Suite struct LeftoverTests {
  /// Makes drafts as a run leaves them that is killed before they got names, and what tells of it.
  private static let killed = """
    mkdir -p out/.s4l && : >out/.s4l/drafts
    for f in a d/b; do
      echo half >"out/$(dirname $f)/$(draft $f)"
    done
    """

  /// The name of a draft, counted by somebody else.
  private static let draft = """
    draft() {
      perl -e 'use integer; my $h = -3750763034362895579;
        for (unpack "C*", shift) { $h = ($h ^ $_) * 1099511628211 }
        printf ".s4l-%016x.tmp", $h' "$(basename $1).strm"
    }

    """

  private func drafts(_ stand: Stand) -> [String] {
    stand.library.keys.filter { $0.contains(".s4l-") }.sorted()
  }

  private let films = ["a.mkv", "d/b.mkv"]

  @Test("a full run clears away the drafts of one that was killed, whatever it has to write")
  func swept() {
    let stand = Stand()
    #expect(stand.strm(films: films).status == 0)
    #expect(stand.box.shell(Self.draft + Self.killed).status == 0)
    #expect(drafts(stand).count == 2, "\(stand.library)")
    // Events see some of the films only.
    let events = stand.section([Stand.event("a.mkv", "create")], view: "events", root: "/nowhere")
    #expect(stand.strm(["--template", "openlist"], events).status == 0)
    #expect(drafts(stand).map { $0.prefix(7) } == ["d/.s4l-"])
    #expect(stand.strm(films: films).status == 0)
    #expect(drafts(stand).isEmpty)
    #expect(stand.box.shell("ls -A out/.s4l").text == "manifest\n")
  }

  @Test("a run that is killed between a draft and its name is noticed by the next one")
  func noticed() {
    let stand = Stand()
    #expect(stand.strm(films: films).status == 0)
    let listing = stand.section(films.map { Stand.entry($0) })
    House.write(listing, to: stand.box.folder.appending("in"))
    let killed = stand.box.shell(
      """
      strace -f -qq -o /dev/null -e trace=renameat,renameat2 \
      -e inject=renameat,renameat2:signal=SIGKILL:when=1 \
      s4l-strm --template openlist --base https://new out <in
      status=$?
      # Its other threads may still be on their way out.
      find out -name drafts -o -name '.s4l-*.tmp' | while read -r f; do flock "$f" true; done
      exit $status
      """, asRoot: true)
    #expect(killed.status == 137 && drafts(stand).count == 2, "\(killed) \(stand.library)")
    // What root has left only root can clear away.
    #expect(stand.strm(Stand.usual, listing, root: true).status == 0)
    #expect(drafts(stand).isEmpty && stand.library.count == 2)
  }

  @Test("a draft of a run that lives stays, and so does one that nobody has told of")
  func alive() {
    let stand = Stand()
    #expect(stand.strm(films: films).status == 0)
    #expect(stand.box.shell(Self.draft + Self.killed).status == 0)
    House.write(stand.section(films.map { Stand.entry($0) }), to: stand.box.folder.appending("in"))
    let result = stand.box.shell(
      Self.draft + """
        exec 9<"out/$(draft a)"; flock -n 9 || exit 1
        s4l-strm --template openlist --base https://d.example out <in
        """)
    #expect(result.status == 0, "\(result)")
    #expect(drafts(stand).map { $0.prefix(5) } == [".s4l-"])
    #expect(stand.strm(films: films).status == 0)
    #expect(drafts(stand).count == 1)
  }

  @Test("a film that is gone takes its folder along, draft or not")
  func removed() {
    let stand = Stand()
    #expect(stand.strm(films: films).status == 0)
    #expect(stand.box.shell(Self.draft + Self.killed).status == 0)
    let listing = stand.section([Stand.entry("a.mkv")])
    let result = stand.box.run(["s4l-clean", "--orphans", "--library", "out"], stdin: listing)
    #expect(result.status == 0, "\(result)")
    #expect(stand.box.shell("ls out").text == "a.strm\n")
  }
}
