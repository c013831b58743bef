#!/usr/bin/env python3
"""Has the whole service work for a while, and holds it to flat memory and few descriptors.

A daemon with jobs that are due all the time, folders that change, tasks that come in over HTTP,
somebody who looks at the numbers and the page, reloads, and children that are killed now and then.
In the end both sides of each job are the same, and no process has grown.

SOAK_SECONDS sets how long; ten minutes if it is not set.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time


class Soak:
    JOBS = 6

    def __init__(self, bin, seconds, seed):
        self.bin = pathlib.Path(bin).resolve()
        self.seconds = seconds
        self.chance = random.Random(seed)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="s4l-soak-"))
        self.environment = {
            **os.environ, "LC_ALL": "C", "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"), "S4L_METRICS_TOKEN": "soak",
            "S4L_HOOK_TOKEN": "soak"}
        self.metrics, self.hook = self.port(), self.port()
        self.samples = {}
        self.extra = ""
        self.counts = dict.fromkeys(["changed", "asked", "posted", "killed", "reloaded"], 0)

    @staticmethod
    def port():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1]

    # What is set up

    def configure(self):
        text = (f'[daemon]\nlog_max_size = "256k"\nlog_keep = 3\n[metrics]\n'
                f'listen = "127.0.0.1:{self.metrics}"\n'
                f'[hook]\nlisten = "127.0.0.1:{self.hook}"\n')
        for number in range(self.JOBS):
            source = self.home / f"from-{number}"
            source.mkdir(exist_ok=True)
            text += (f'[[sync_jobs]]\nid = "job-{number}"\nsource_path = "{source}"\n'
                     f'destination_path = "{self.home}/to-{number}"\n'
                     '[sync_jobs.sync_options]\ndelete_destination_files = true\n')
            if number % 2:
                text += ('[sync_jobs.schedule]\ntype = "cron"\n'
                         f'expression = "*/{number + 1} * * * * *"\n')
            else:
                text += (f'[[file_watchers]]\nid = "watcher-{number}"\nwatch_path = "{source}"\n'
                         f'sync_job_id = "job-{number}"\ndebounce_ms = 200\n')
        (self.home / "c.toml").write_text(text + self.extra)

    def tool(self, *words, check=True):
        return subprocess.run(
            [self.bin / words[0], *words[1:]], check=check, capture_output=True, text=True,
            env=self.environment)

    def daemon(self, *words, check=True):
        return self.tool("s4l-daemon", *words, f"--config={self.home}/c.toml", check=check)

    # What happens meanwhile

    def change(self):
        folder = self.home / f"from-{self.chance.randrange(self.JOBS)}"
        path = folder / f"d{self.chance.randrange(4)}" / f"f{self.chance.randrange(30)}"
        if self.chance.random() < 0.3:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(os.urandom(self.chance.randrange(20_000)))
        self.counts["changed"] += 1

    def ask(self):
        for path in ("/metrics", "/api/state", "/", "/healthz"):
            self.request(self.metrics, "GET", path)
        self.counts["asked"] += 1

    def post(self):
        number = self.chance.randrange(self.JOBS)
        self.request(
            self.metrics, "POST", "/api/run", json.dumps({"job": f"job-{number}"}),
            {"Authorization": "Bearer soak", "X-S4L-Request": "1"})
        self.counts["posted"] += 1

    def request(self, port, method, path, body=None, headers={}):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request(method, path, body, headers)
            connection.getresponse().read()
            connection.close()
        except OSError:
            # Whoever answers may just have been killed.
            pass

    def kill(self):
        children = [child for child in self.status()["children"] if child["pid"]]
        if children:
            try:
                os.kill(self.chance.choice(children)["pid"], signal.SIGKILL)
                self.counts["killed"] += 1
            except ProcessLookupError:
                # It ended by itself since it was asked for.
                pass

    def reload(self):
        self.extra = f"[concurrency]\nmax_concurrent_syncs = {self.chance.randint(2, 4)}\n"
        self.configure()
        self.daemon("reload")
        self.counts["reloaded"] += 1

    def status(self):
        return json.loads(self.daemon("status", "--json").stdout)

    # What it costs

    def sample(self, at):
        told = self.status()
        pids = {"daemon": told["pid"]}
        pids.update({child["name"]: child["pid"] for child in told["children"] if child["pid"]})
        for name, pid in pids.items():
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    size = sum(int(line.split()[1]) for line in file
                               if line.startswith(("Private_Dirty:", "Private_Clean:")))
                files = len(os.listdir(f"/proc/{pid}/fd"))
            except (OSError, ValueError):
                continue
            self.samples.setdefault(name, []).append((at, size, files))

    def verdicts(self, spell):
        """Growth from the second quarter to the last: caches are warm by then."""
        for name, all_samples in sorted(self.samples.items()):
            def median(least, most, place):
                found = [one[place] for one in all_samples if least <= one[0] / spell < most]
                return statistics.median(found) if found else None
            sizes = [median(0.25, 0.5, 1), median(0.75, 1.01, 1)]
            files = [median(0.25, 0.5, 2), median(0.75, 1.01, 2)]
            if None in sizes:
                continue
            grown = sizes[1] > sizes[0] * 1.1 + 512 or files[1] > files[0] + 2
            yield (f"{name}: {sizes[0]:.0f} to {sizes[1]:.0f} KiB, "
                   f"{files[0]:.0f} to {files[1]:.0f} descriptors"), grown

    # All of it

    def run(self, judges):
        self.configure()
        self.daemon("start")
        begun = time.monotonic()
        try:
            deeds = [(self.change, 0.02), (self.ask, 0.5), (self.post, 1.5), (self.reload, 20),
                     (self.kill, 15), (lambda: self.sample(time.monotonic() - begun), 1)]
            due = [begun + every for _, every in deeds]
            while time.monotonic() - begun < self.seconds:
                place = due.index(min(due))
                time.sleep(max(0, due[place] - time.monotonic()))
                deeds[place][0]()
                due[place] = max(due[place] + deeds[place][1], time.monotonic())
            failures = self.settle()
        finally:
            self.daemon("stop", check=False)
        print(", ".join(f"{count} {what}" for what, count in self.counts.items()))
        for line, grown in self.verdicts(self.seconds):
            print(line + (": IT GROWS" if grown and judges else ""))
            if grown and judges:
                failures.append(line)
        logs = list((self.home / "state" / "s4l").glob("daemon.log*"))
        if len(logs) > 5:
            failures.append(f"{len(logs)} logs are kept")
        return failures

    def settle(self):
        """All is quiet, each job is run once more, and then both sides are the same."""
        failures = []
        self.tool("s4l-queue", "wait", f"--config={self.home}/c.toml", "--queue=default",
                  check=False)
        for number in range(self.JOBS):
            while True:
                done = self.tool("s4l-run", f"job-{number}", f"--config={self.home}/c.toml",
                                 "--quiet", check=False)
                if done.returncode != 75:
                    break
            told = subprocess.run(
                ["diff", "-r", self.home / f"from-{number}", self.home / f"to-{number}"],
                capture_output=True, text=True)
            if done.returncode or told.returncode:
                failures.append(f"job-{number}: status {done.returncode}: {done.stderr}"
                                f"{told.stdout[:400]}")
        return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the folder of the programs")
    parser.add_argument("--smoke", action="store_true", help="see that it runs; judge no growth")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    seconds = float(os.environ.get("SOAK_SECONDS", 6 if options.smoke else 600))
    print(f"{seconds:g} s, --seed {options.seed}")
    soak = Soak(options.bin, seconds, options.seed)
    failures = soak.run(judges=not options.smoke)
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    if failures:
        print(f"what it left is in {soak.home}", file=sys.stderr)
        raise SystemExit(1)
    shutil.rmtree(soak.home)


if __name__ == "__main__":
    main()
