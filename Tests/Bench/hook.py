#!/usr/bin/env python3
"""Measures how many small requests s4l-hook answers, each kept durably before it is answered.

Events of a cloud drive and publish requests, as fast as they are answered and at 2,000 a second.
BENCH_REQUESTS and BENCH_RUNS set the sizes; BENCH_ROWS picks rows by a word of their names.
"""

import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess

from bench import Bench, main

EVENT = {
    "device_name": "nas", "user_name": "me", "version": "1.1.2", "event_category": "file",
    "event_name": "notify", "event_time": "1737000000", "send_time": "1737000001",
    "data": [{"action": "create", "is_dir": "false", "destination_file": "",
              "source_file": "/115open/电影/Heat (1995)/Heat.mkv"}]}
CONFIG = """
[[strm_jobs]]
id = "films"
source = "clouddrive://nas/115open/电影"
output_path = "/srv/films"
"""


def cpu(process):
    words = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class HookBench(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.requests = int(os.environ.get("BENCH_REQUESTS", 400 if self.is_smoke else 50_000))
        self.state = self.scratch / "hook"
        self.ask = self.compiled("ask")

    @contextlib.contextmanager
    def hook(self):
        shutil.rmtree(self.state, ignore_errors=True)
        (self.state / "root" / "a").mkdir(parents=True)
        (self.state / "root" / "a" / "1").touch()
        (self.state / "s4l.toml").write_text(CONFIG)
        server = subprocess.Popen(
            [self.tool("s4l-hook"), "--listen", "127.0.0.1:0", "--root", self.state / "root",
             "--config", self.state / "s4l.toml"],
            stderr=subprocess.PIPE, text=True,
            env={**self.environment(), "S4L_HOOK_TOKEN": "secret",
                 "XDG_STATE_HOME": str(self.state / "state")})
        try:
            for line in server.stderr:
                if "listening on" in line:
                    break
            yield server.pid, line.rsplit(":", 1)[1].strip()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()

    def measured(self, place, body, count, connections, rate):
        """Requests a second, CPU seconds for 10,000, milliseconds for 99 of 100."""
        text = self.scratch / "body"
        text.write_text(json.dumps(body, ensure_ascii=False))
        found = []
        for _ in range(self.runs):
            with self.hook() as (process, port):
                before = cpu(process)
                printed = subprocess.run(
                    [self.ask, port, place, text, str(count), str(connections), str(rate),
                     "secret"], check=True, capture_output=True, text=True).stdout
                wall, _, late = map(float, printed.split())
                found.append((count / wall, (cpu(process) - before) / count * 1e4, late))
        return [statistics.median(column) for column in zip(*found)]

    def rows(self, place, body):
        for connections in 32, 128:
            speed, cost, _ = self.measured(place, body, self.requests, connections, 0)
            yield f"us a request, {connections} at once", 1e6 / speed, 1e6 / 5_000
            yield "CPU s for 10,000", cost, 0.25
        _, cost, late = self.measured(place, body, max(self.requests // 5, 100), 32, 2_000)
        yield "p99 ms at 2,000/s", late, 20
        yield "CPU s for 10,000 then", cost

    def run(self):
        print(f"{self.requests} requests, median of {self.runs}")
        item = [{"from": str(self.state / "root" / "a"), "to": "p"}]
        for name, place, body in [
            ("events of a drive", "/api/v1/webhook/clouddrive", EVENT),
            ("publish", "/publish", item),
        ]:
            self.row(name, lambda: self.rows(place, body))


if __name__ == "__main__":
    main(HookBench, __doc__)
