#!/usr/bin/env python3
"""Measures s4l-watch against `inotifywait -mr` while files are made as fast as can be.

Also what ten thousand watched folders cost while nothing happens, and how long an event takes to
the reader of the pipe. BENCH_FILES and BENCH_RUNS set the sizes; what is made is removed again.
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import time

from bench import Bench, main
from hook import cpu

PATIENCE = 120


def memory(process):
    for line in open(f"/proc/{process}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024


class WatchBench(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.folders = 20 if self.is_smoke else 1_000
        count = int(os.environ.get("BENCH_FILES", 400 if self.is_smoke else 100_000))
        self.each = count // self.folders
        self.storm_program = self.compiled("storm")
        self.top = self.scratch / "watched"
        self.told = self.scratch / "told"

    def fresh(self):
        shutil.rmtree(self.top, ignore_errors=True)
        self.top.mkdir()

    @contextlib.contextmanager
    def watcher(self, *words, ready, stdout=None):
        """A watcher that has said that it is ready, on its output or its errors."""
        with open(self.told, "wb") as told, open(f"{self.told}.errors", "wb") as errors:
            process = subprocess.Popen(words, stdout=stdout or told, stderr=errors)
        try:
            if stdout is None:
                self.wait(lambda: any(ready in open(path, "rb").read()
                                      for path in (self.told, f"{self.told}.errors")))
            yield process
        finally:
            process.terminate()
            process.wait()

    def wait(self, is_done):
        start = time.monotonic()
        while not is_done():
            if time.monotonic() - start > PATIENCE:
                raise RuntimeError("what was waited for does not come")
            time.sleep(0.01)

    def storm(self, *words, ready):
        """CPU seconds for a storm, and how many bytes were told of it."""
        self.fresh()
        with self.watcher(*words, self.top, ready=ready) as process:
            before = cpu(process.pid)
            subprocess.run(
                [self.storm_program, self.top, str(self.folders), str(self.each)], check=True)

            def is_done():
                (self.top / "the-end").write_text("end")
                with open(self.told, "rb") as told:
                    told.seek(max(0, os.path.getsize(self.told) - 4_096))
                    return b"the-end" in told.read()
            self.wait(is_done)
            return cpu(process.pid) - before

    def storms(self):
        ours = [self.tool("s4l-watch")]
        peer = [self.peer("inotifywait"), "-mr"]
        costs = ([], [])
        missed = []
        for _ in range(self.runs):
            costs[0].append(self.storm(*ours, ready=b'"head"'))
            missed.append(self.missed())
            costs[1].append(self.storm(*peer, ready=b"Watches established"))
        ours, peer = (statistics.median(column) for column in costs)
        yield "CPU / inotifywait -mr", ours / max(peer, 0.01), 1.0
        yield "us of CPU for each file", ours / (self.folders * self.each) * 1e6
        yield "files missed or told twice", max(missed), 0

    def missed(self):
        """Files that were not told as created exactly once, unless all was listed anew."""
        seen = {}
        for line in open(self.told, "rb"):
            record = json.loads(line)
            is_new = record.get("event") == "create" or record["type"] == "entry"
            if record["type"] == "head" and record["view"] == "listing":
                seen = {}
            if is_new and "/file-" in record["path"]:
                seen[record["path"]] = seen.get(record["path"], 0) + 1
        wrong = sum(count != 1 for count in seen.values())
        return wrong + abs(self.folders * self.each - len(seen))

    def idle(self):
        self.fresh()
        count = 10_000 if not self.is_smoke else 100
        for number in range(count):
            (self.top / f"{number // 100:03}" / f"{number % 100:02}").mkdir(parents=True)
        with self.watcher(self.tool("s4l-watch"), self.top, ready=b'"head"') as process:
            before = cpu(process.pid)
            time.sleep(0.2 if self.is_smoke else 5)
            yield "CPU s in 5 s", cpu(process.pid) - before, 0
            yield "peak MiB", memory(process.pid), 16

    def lag(self):
        self.fresh()
        count = 50 if self.is_smoke else 2_000
        lags = []
        with self.watcher(self.tool("s4l-watch"), "--events", "write", self.top, ready=b"",
                          stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            file = self.top / "file"
            file.write_text("0")
            process.stdout.readline()
            for number in range(count):
                time.sleep(0.001)
                writer = open(file, "w")
                writer.write(str(number))
                start = time.monotonic()
                writer.close()
                process.stdout.readline()
                lags.append(time.monotonic() - start)
        lags.sort()
        yield "p99 ms", lags[len(lags) * 99 // 100] * 1e3, 5
        yield "median ms", lags[len(lags) // 2] * 1e3

    def run(self):
        print(f"{self.folders * self.each} files in {self.folders} folders, median of {self.runs}")
        self.row("s4l-watch in a storm", self.storms)
        self.row("s4l-watch, nothing happens", self.idle)
        self.row("s4l-watch, write to event", self.lag)
        shutil.rmtree(self.top, ignore_errors=True)


if __name__ == "__main__":
    main(WatchBench, __doc__)
