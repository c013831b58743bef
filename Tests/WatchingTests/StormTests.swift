import Glibc
import Support
import System
import Testing

/// Several processes that do at random what can be done in a folder, all at once, while the kernel
/// tells of it. A seed tells what each of them tries; what becomes of it, nobody knows.
@Suite struct StormTests {
  /// A file of two names is not written to, as no event names the other one.
  private static let storm = """
    import os, random, sys
    dice = random.Random(int(sys.argv[1]))
    os.chdir("top")
    def path():
        return "/".join(dice.choice("abc") for _ in range(dice.randint(1, 4)))
    def write(name):
        if os.path.isfile(name) and os.stat(name).st_nlink > 1:
            os.unlink(name)
        with open(name, dice.choice("aw")) as file:
            file.write("x" * dice.randint(0, 100))
    def replace(name):
        beside = "new" + sys.argv[1]
        write(beside)
        os.replace(beside, name)
    def everything(name):
        for folder, inner, files in os.walk(name, topdown=False):
            for file in files:
                os.unlink(f"{folder}/{file}")
            os.rmdir(folder)
    def act():
        (one, other) = (path(), path())
        deed = dice.randint(0, 12)
        if deed < 3: write(one)
        elif deed < 5: os.makedirs(one)
        elif deed < 8: os.rename(one, other)
        elif deed == 8: os.symlink(dice.choice(["a", "..", "/nowhere"]), one)
        elif deed == 9: os.link(one, other, follow_symlinks=False)
        elif deed == 10: replace(one)
        elif deed == 11: everything(one)
        else: os.unlink(one) if dice.random() < 0.7 else os.rmdir(one)
    for _ in range(int(sys.argv[2])):
        try:
            act()
        except OSError:
            pass
    """

  @Test("after a storm of anything, the events tell what there is", arguments: [1, 100, 10_000])
  func storm(_ seed: Int) throws {
    let session = try Session(before: "mkdir -p top/a/b top/c; echo 1 >top/a/b/c")
    try session.begin()
    for round in 0..<4 {
      let seeds = (0..<3).map { "\(seed + 3 * round + $0)" }.joined(separator: " ")
      session.shell(
        """
        cat >storm.py <<'END'
        \(StormTests.storm)
        END
        for seed in \(seeds); do python3 storm.py $seed 1500 & done; wait
        rm -f top/new*
        """)
      try session.catchUp()
      #expect(try session.difference() == [], "seed \(seed), round \(round)")
    }
    #expect(try session.end() == .signalled(SIGTERM))
  }
}

extension Session {
  /// What the follower has otherwise than a listing.
  fileprivate func difference() throws -> [String] {
    let (told, there) = (follower.files, try truth())
    return Set(told.keys).union(there.keys).sorted().compactMap { path in
      told[path] == there[path]
        ? nil : "\(path): \(told[path] ?? []) told, \(there[path] ?? []) there"
    }
  }
}
