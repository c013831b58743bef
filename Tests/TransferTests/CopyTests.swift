import Core
import Support
import Testing
import Values

@testable import Transfer

@Suite struct CopyTests {
  private let site = Site()

  @Test(
    "a file arrives with bytes, mode and time; its outcome tells what was read", arguments: [1, 3])
  func copies(jobs: Int) throws {
    site.terms.jobs = jobs
    site.shell("mkdir a/d; echo one >a/d/f; chmod 640 a/d/f")
    site.shell("touch -d 2001-02-03T04:05:06.789Z a/d/f")
    let entry = #"{"type":"entry","path":"d/f","size":9,"sha256":"x","mine":[1]}"#
    let result = try site.run(site.section(site.listing, entry))
    #expect(result.status == .success)
    #expect(site.text("b/d/f") == "one\n")
    #expect(site.shell("stat -c '%a %.9Y' b/d/f") == "640 981173106.789000000\n")
    let outcome = try #require(result.lines.first { $0.contains("outcome") })
    #expect(outcome.contains(#""mine":[1],"size":4,"mtime":"2001-02-03T04:05:06.789000000Z""#))
    #expect(outcome.contains(#""now":{"size":4,"mtime":"2001-02-03T04:05:06.789000000Z"}"#))
    #expect(!outcome.contains("sha256"))
  }

  @Test(
    "no name leads out of either folder",
    arguments: ["../x", "/etc/passwd", "d/../../x", "", ".s4l/x", "d//x", "a\\u0000b"])
  func hostile(path: String) throws {
    site.shell("echo x >x; mkdir a/d")
    let result = try site.run([#"{"path":"\#(path)"}"#])
    if !path.isEmpty { #expect(result.holds(#""ok":false,"kind":"data""#)) }
    #expect(site.shell("find . -type f") == "./x\n")
  }

  @Test("a link inside the target is followed while it stays inside, refused where it leads out")
  func links() throws {
    site.shell("mkdir -p a/in a/out b/real elsewhere; echo 1 >a/in/f; echo 1 >a/out/f")
    site.shell("ln -s real b/in; ln -s ../elsewhere b/out")
    let result = try site.run([#"{"path":"in/f"}"#, #"{"path":"out/f"}"#])
    #expect(site.text("b/real/f") == "1\n")
    #expect(result.holds(#""path":"out/f","did":"copy","ok":false,"kind":"refused""#))
    #expect(site.shell("ls elsewhere") == "")
  }

  @Test("a link in the source that leads out is not followed")
  func sourceLinks() throws {
    site.shell("echo secret >x; ln -s ../x a/l; ln -s .. a/up")
    let result = try site.run([#"{"path":"l"}"#, #"{"path":"up/x"}"#])
    #expect(result.lines.filter { $0.contains(#""kind":"refused""#) }.count == 2)
    #expect(site.shell("find b -type f") == "")
  }

  @Test("a fifo is refused, not waited for")
  func fifo() throws {
    site.shell("mkfifo a/f")
    #expect(try site.run([#"{"path":"f"}"#]).holds("it is not a regular file"))
  }

  @Test("names that are no text arrive as they are")
  func oddNames() throws {
    site.shell(#"printf 1 >"$(printf 'a/\377\n"')"; printf 2 >"a/$(printf '%0255d' 7)""#)
    let long = String(repeating: "0", count: 254) + "7"
    let result = try site.run([#"{"path_bytes":"/woi"}"#, #"{"path":"\#(long)"}"#])
    #expect(result.status == .success)
    #expect(site.shell("diff -r a b && echo same") == "same\n")
  }

  @Test("holes stay holes, also behind the last byte")
  func sparse() throws {
    site.shell("truncate -s 8M a/f; printf x | dd of=a/f bs=1 seek=4M conv=notrunc status=none")
    _ = try site.run([#"{"path":"f"}"#])
    #expect(site.shell("cmp a/f b/f && [ $(du -k b/f | cut -f1) -lt 99 ] && echo ok") == "ok\n")
  }

  @Test("a large file arrives whole, at any rate", arguments: [nil, Size(bytes: 1 << 30)])
  func large(rate: Size?) throws {
    site.terms.rate = rate
    site.shell("head -c 9000001 /dev/urandom >a/f")
    _ = try site.run([#"{"path":"f"}"#])
    #expect(site.shell("cmp a/f b/f && echo same") == "same\n")
  }

  @Test("a symbolic link that was listed is made anew")
  func symbolicLink() throws {
    site.shell("ln -s nowhere a/l; mkdir b; echo old >b/l")
    let entry = #"{"type":"entry","path":"l","link":"was"}"#
    let result = try site.run(site.section(site.listing, entry))
    #expect(result.holds(#""did":"copy","ok":true"#))
    #expect(site.shell("readlink b/l; ls -A b") == "nowhere\nl\n")
  }

  @Test("a folder that was listed gets its mode and time when all below it is done")
  func folders() throws {
    site.shell("mkdir -p a/d/e; echo 1 >a/d/e/f; chmod 555 a/d/e; touch -d @1000 a/d/e a/d")
    let names = ["", "d/", "d/e/", "d/e/f"].map { #"{"type":"entry","path":"\#($0)"}"# }
    let tail = #"{"type":"tail","complete":true,"records":4}"#
    let result = try site.run([site.listing] + names + [tail])
    #expect(result.status == .success)
    #expect(site.shell("stat -c '%a %Y' b/d/e b/d") == "555 1000\n755 1000\n")
  }

  @Test("a program that runs as its owner does not do so as another one")
  func setuid() throws {
    site.shell("echo 1 >a/f; chmod 4755 a/f")
    _ = try site.run([#"{"path":"f"}"#])
    #expect(site.shell("stat -c %a b/f") == "755\n")
  }

  @Test("a dry run touches nothing and makes all that follows dry")
  func dry() throws {
    site.terms.isDry = true
    site.shell("echo 1 >a/f")
    let result = try site.run(site.section(site.listing, #"{"type":"entry","path":"f"}"#))
    #expect(result[0].contains(#""dry":true"#))
    #expect(result.holds(#""path":"f","did":"copy","ok":true"#))
    #expect(site.shell("ls") == "a\n")
  }

  @Test("files are not copied onto themselves")
  func itself() throws {
    site.shell("echo 1 >a/f")
    #expect(try site.run([#"{"path":"f"}"#], to: "a").failure?.kind == .usage)
  }
}
