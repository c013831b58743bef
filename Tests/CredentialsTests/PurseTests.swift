import Core
import Foundation
import Signing
import System
import Testing
import Values

@testable import Credentials

/// Keys that a program prints, which counts how often it was asked and may be told to fail.
@Suite struct PurseTests {
  /// A profile whose program numbers the keys that it prints; they are good for as many minutes as
  /// the file `minutes` says, after the test's clock.
  private func home(_ expires: String) throws -> Home {
    let home = try Home()
    let script = """
      cd '\(home.folder)'
      echo >>asked
      [ ! -e broken ] || exit 3
      printf '{"Version":1,"AccessKeyId":"K%s","SecretAccessKey":"GEHEIM"%s}' \\
        "$(wc -l <asked)" "$(cat expires)"
      """
    let path = try home.write("lend", script)
    try home.write(".aws/config", "[default]\ncredential_process = sh '\(path)'\n")
    try home.write("expires", expires)
    return home
  }

  /// The end of what the program prints: when keys expire, in minutes from the start.
  private static func after(minutes: Int64) -> String {
    let moment = Timestamp(seconds: 1_800_000_000 + 60 * minutes)
    return ",\"Expiration\":\"\(moment.text)\""
  }

  @Test("keys are asked for once while they are good, and all who want them get the same")
  func once() throws {
    let till = try Till(home(PurseTests.after(minutes: 60)))
    var seen: [String] = []
    for _ in 0..<5 {
      try till.purse.keys { result in
        if case .success(let keys?) = result { seen.append(keys.access) } else { seen.append("") }
      }
    }
    #expect(seen.isEmpty)
    try till.loop.run { seen.count == 5 }
    #expect(Set(seen) == ["K1"])
    till.pass(minutes: 45)
    #expect(try till.keys()?.access == "K1")
  }

  @Test("with a quarter of an hour left, keys are renewed while the old ones are used")
  func advisory() throws {
    let home = try home(PurseTests.after(minutes: 60))
    let till = try Till(home)
    #expect(try till.keys()?.access == "K1")
    try home.write("expires", PurseTests.after(minutes: 120))
    till.pass(minutes: 46)
    #expect(try till.keys()?.access == "K1")
    try settle(till)
    #expect(try till.keys()?.access == "K2")
    till.pass(minutes: 50)
    #expect(try till.keys()?.access == "K2")
  }

  @Test("if keys cannot be renewed early, the old ones are used until they must be")
  func failing() throws {
    let home = try home(PurseTests.after(minutes: 60))
    let till = try Till(home)
    #expect(try till.keys()?.access == "K1")
    try home.write("broken", "")
    till.pass(minutes: 46)
    #expect(try till.keys()?.access == "K1")
    try settle(till)
    #expect(try asked(home) == 2)
    // Not again at once.
    for _ in 0..<3 { #expect(try till.keys()?.access == "K1") }
    #expect(try asked(home) == 2)
    till.pass(minutes: 5)
    let failure = till.failure()
    #expect(failure?.subject == "\(home.folder)/.aws/config:2")
    #expect(failure?.reason == "credential_process ended with status 3")
    try FileManager.default.removeItem(atPath: home.folder + "/broken")
    try home.write("expires", PurseTests.after(minutes: 120))
    #expect(try till.keys()?.access == "K4")
  }

  @Test("with ten minutes left, whoever wants keys waits for new ones")
  func mandatory() throws {
    let home = try home(PurseTests.after(minutes: 60))
    let till = try Till(home)
    #expect(try till.keys()?.access == "K1")
    try home.write("expires", PurseTests.after(minutes: 120))
    till.pass(minutes: 51)
    #expect(try till.keys()?.access == "K2")
  }

  @Test("keys that are lent for a few minutes only are used for a minute, then renewed")
  func brief() throws {
    let till = try Till(home(PurseTests.after(minutes: 3)))
    #expect(try till.keys()?.access == "K1")
    #expect(try till.keys()?.access == "K1")
    till.pass(minutes: 1)
    #expect(try till.keys()?.access == "K2")
    till.pass(minutes: 2)
    #expect(till.failure()?.reason.contains("expired already") ?? false)
  }

  @Test("keys that the store calls expired are not given again")
  func invalidated() throws {
    let till = try Till(home(""))
    #expect(try till.keys()?.access == "K1")
    till.pass(minutes: 100_000)
    #expect(try till.keys()?.access == "K1")
    try till.purse.invalidate()
    #expect(try till.keys()?.access == "K2")
  }

  @Test("a file of keys that was changed is read again when the old keys are called expired")
  func changed() throws {
    let home = try Home(credentials: "[default]\naws_access_key_id=A\naws_secret_access_key=a\n")
    let till = try Till(home)
    #expect(try till.keys() == keys("A", "a"))
    try home.write(".aws/credentials", "[default]\naws_access_key_id=B\naws_secret_access_key=b\n")
    #expect(try till.keys() == keys("A", "a"))
    try till.purse.invalidate()
    #expect(try till.keys() == keys("B", "b"))
  }

  @Test("no keys are an error that says what to do, unless none are wanted")
  func none() throws {
    let home = try Home()
    let failure = try Till(home).failure()
    #expect(failure?.kind == .refused)
    #expect(failure?.reason.contains("\(home.folder)/.aws/credentials") ?? false)
    #expect(try Till(home, Given(isAnonymous: true)).keys() == nil)
  }

  @Test(
    "a program that fails, says something else or nothing is told of without what it said",
    arguments: [
      ("exit 7", "ended with status 7"), ("kill -9 $$", "ended by signal 9"),
      ("echo GEHEIM", "no JSON object"), ("true", "no JSON object"),
      ("printf '{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"GEHEIM\"}'", "not of Version 1"),
      ("printf '{\"Version\":2,\"AccessKeyId\":\"GEHEIM\"}'", "not of Version 1"),
      ("printf '{\"Version\":1,\"SecretAccessKey\":\"GEHEIM\"}'", "lacks AccessKeyId"),
      ("echo GEHEIM >&2; exit 1", "ended with status 1"),
      ("yes GEHEIM", "did not answer in time"), ("/no/such/program", "ended with status 127"),
    ])
  func programs(_ line: String, _ words: String) throws {
    let home = try Home(config: "[default]\ncredential_process = \(line)\n")
    let failure = try Till(home).failure()
    #expect(failure?.kind == .unavailable && failure?.subject == "\(home.folder)/.aws/config:2")
    #expect(failure?.reason.contains(words) ?? false, "\(failure?.reason ?? "")")
    #expect(!(failure?.message.contains("GEHEIM") ?? true))
  }

  @Test(
    "a program that does not answer is ended with all it started, and the loop goes on meanwhile")
  func slow() throws {
    let home = try Home(config: "[default]\ncredential_process = sleep 600 & sleep 600\n")
    var patience = Lender.Patience.brief
    patience.command = Span(nanoseconds: 50_000_000)
    let till = try Till(home, patience: patience)
    var turns = 0
    till.loop.after(1_000_000) { turns += 1 }
    #expect(till.failure()?.reason == "credential_process did not answer in time")
    #expect(turns == 1)
  }

  private func asked(_ home: Home) throws -> Int {
    try String(contentsOfFile: home.folder + "/asked", encoding: .utf8).count
  }

  /// Turns the loop until the renewal under way is over, if it is not by now: a program that ends
  /// at once may have done so in the turn that brought the old keys.
  private func settle(_ till: Till) throws {
    let purse = try till.purse
    try till.loop.run { !purse.isRenewing }
  }
}
