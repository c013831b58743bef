import Support
import Testing
import Values

/// Clocks that are set while s4l-cron runs. They are those of a machine of its own, a kernel as a
/// program: nobody else's clock is touched.
@Suite struct ClockTests {
  private let sandbox = Sandbox()

  /// What that machine does: it sets its clock, and says what became due.
  private static let script = #"""
    mount -t proc proc /proc; mount -t tmpfs tmpfs /tmp; cd /tmp
    export HOME=/tmp XDG_STATE_HOME=/tmp/state TZ=UTC0
    job() {
      printf '[[sync_jobs]]\nid = "%s"\nsource_path = "/a"\ndestination_path = "/b"\n' "$1"
      printf '[sync_jobs.schedule]\ntype = "%s"\n%s\n' "$2" "$3"
    }
    { job daily cron 'expression = "0 0 3 * * *"'; job hourly interval 'interval = "1h"'; } >c.toml
    at() { date -u -s "$1" >/dev/null; }
    count() { grep -c "$1" tasks; }
    until_is() { until [ "$(count "$1")" = "$2" ]; do sleep 0.05; done; }
    tell() { echo "$1: daily $(count daily), hourly $(count hourly)"; }
    at '2026-11-28 01:30:00'
    s4l-cron --config c.toml >tasks 2>log &
    until_is hourly 1; tell 'at the start'
    at '2026-11-28 02:59:59'; until_is daily 1; until_is hourly 2; tell "on to $(date +%H)"
    at '2026-11-28 02:59:58'; until [ "$(date +%H%M%S)" -ge 030001 ]; do sleep 0.05; done
    tell 'back'
    at '2026-11-28 04:30:00'; until_is hourly 3; tell 'on by an hour and more'
    at '2026-11-29 09:00:00'; until_is daily 2; until_is hourly 4; tell 'on by a day'
    at '2026-11-20 02:59:59'; until_is daily 3; tell "back by days to $(date +%H)"
    grep -c 'is made up for' log
    echo o >/proc/sysrq-trigger
    sleep 60
    """#

  @Test("set on, what is due is told at once; set back, nothing is told twice")
  func jumps() {
    House.write(
      Array("#!/bin/sh\nPATH=\(Products.folder):/usr/bin:/bin\n\(ClockTests.script)".utf8),
      to: sandbox.folder.appending("init"))
    let outcome = sandbox.shell(
      """
      install -m 755 init start
      linux.uml mem=256M rootfstype=hostfs ro init=$PWD/start con=null con0=fd:0,fd:1 quiet \
        </dev/null 2>said | grep -E 'daily|^[0-9]+.?$' | tr -d '\\r'
      """)
    #expect(
      outcome.text == """
        at the start: daily 0, hourly 1
        on to 03: daily 1, hourly 2
        back: daily 1, hourly 2
        on by an hour and more: daily 1, hourly 3
        on by a day: daily 2, hourly 4
        back by days to 03: daily 3, hourly 4
        4

        """, "\(outcome) \(sandbox.shell("cat said").text)")
  }
}
