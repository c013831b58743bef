import Support
import Testing
import Values

/// Which hour of the day it is where a program runs.
@Suite struct ClockTests {
  @Test(
    "is that of the time zone, before and after clocks are changed",
    arguments: ["Europe/Berlin", "Asia/Shanghai", "America/New_York", "UTC", ":Europe/Berlin"])
  func zones(_ zone: String) {
    // The hours around both changes of Europe in 2026, half an hour apart, and midsummer.
    let changes = [1_774_746_000, 1_792_890_000, 1_782_943_200]
    let moments = changes.flatMap { change in (-6...6).map { change + $0 * 1_800 } }
    let sandbox = Sandbox()
    let words = moments.map { "\($0)" }
    let told = sandbox.run(
      ["\(House.products.appending("probe-http"))"] + words, environment: ["TZ=\(zone)"],
      asRoot: true)
    let oracle = sandbox.shell(
      words.map { "date -d @\($0) +%H:%M" }.joined(separator: "\n"), environment: ["TZ=\(zone)"])
    let wanted = oracle.text.split(separator: "\n").joined(separator: " ") + "\n"
    #expect(told.text == wanted, "\(told)")
  }

  @Test("skips an hour in spring and has one twice in autumn, in Berlin and not in Shanghai")
  func changes() {
    let probe = "\(House.products.appending("probe-http"))"
    let moments = ["1774745999", "1774746000", "1792889999", "1792890000", "1782943200"]
    let wanted = [
      "Europe/Berlin": "01:59 03:00 02:59 02:00 00:00\n",
      "Asia/Shanghai": "08:59 09:00 08:59 09:00 06:00\n",
    ]
    for (zone, text) in wanted {
      let told = Sandbox().run([probe] + moments, environment: ["TZ=\(zone)"], asRoot: true)
      #expect(told.text == text, "\(zone): \(told)")
    }
  }
}
