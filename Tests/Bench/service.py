#!/usr/bin/env python3
"""Measures the service: how it idles, starts and stops, its numbers and its page, and its clock.

BENCH_RUNS and BENCH_SECONDS set how often and how long; BENCH_ROWS picks rows by a word of their
names. The page is drawn by a headless Chromium.
"""

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time

from bench import HERE, Bench, main

sys.path.insert(0, str(HERE.parent / "Servers"))


class ServiceBench(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.seconds = float(os.environ.get("BENCH_SECONDS", 1 if self.is_smoke else 60))
        self.jobs = 20 if self.is_smoke else 1_000
        self.home = self.scratch / "service"
        subprocess.run(["rm", "-rf", self.home], check=True)
        self.home.mkdir()

    def environment(self):
        return {**super().environment(), "XDG_STATE_HOME": str(self.home / "state")}

    # What is needed

    def port(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1]

    def configured(self, jobs, watchers, port, schedule='type = "interval"\ninterval = "365d"'):
        path = self.home / "c.toml"
        text = f'[metrics]\nlisten = "127.0.0.1:{port}"\n'
        for number in range(jobs):
            folder = self.home / f"from-{number}"
            folder.mkdir(exist_ok=True)
            text += (f'[[sync_jobs]]\nid = "job-{number}"\nsource_path = "{folder}"\n'
                     f'destination_path = "{self.home}/to-{number}"\n'
                     f'[sync_jobs.schedule]\n{schedule}\n')
        for number in range(watchers):
            text += (f'[[file_watchers]]\nid = "watcher-{number}"\nsync_job_id = "job-{number}"\n'
                     f'watch_path = "{self.home}/from-{number}"\n')
        path.write_text(text)
        return path

    def daemon(self, verb, config):
        return subprocess.run(
            [self.tool("s4l-daemon"), verb, f"--config={config}"], check=True, text=True,
            capture_output=True, env=self.environment()).stdout

    def family(self, config):
        status = subprocess.run(
            [self.tool("s4l-daemon"), "status", "--json", f"--config={config}"], check=True,
            capture_output=True, env=self.environment()).stdout
        told = json.loads(status)
        return [told["pid"]] + [child["pid"] for child in told["children"]]

    @staticmethod
    def cpu(pid):
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        # Its own, and that of those it has waited for.
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def memory(pid, what):
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith(what)) / 1024

    def get(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        begun = time.perf_counter()
        connection.request("GET", path)
        body = connection.getresponse().read()
        return (time.perf_counter() - begun) * 1e3, body

    # The rows

    def idle(self):
        config = self.configured(100, 20, self.port())
        self.daemon("start", config)
        try:
            time.sleep(0.2 if self.is_smoke else 5)
            pids = self.family(config)
            before = sum(map(self.cpu, pids))
            time.sleep(self.seconds)
            used = sum(map(self.cpu, pids)) - before
            yield "CPU %", used / self.seconds * 100, 0.2
            yield "MiB, each page once", sum(self.memory(pid, "Pss:") for pid in pids), 80
            yield "MiB, pages of each", sum(self.memory(pid, "Rss:") for pid in pids)
            yield "processes", len(pids)
        finally:
            self.daemon("stop", config)

    def living(self):
        config = self.configured(100, 20, self.port())
        starts, stops = [], []
        for _ in range(self.runs + 1):
            begun = time.perf_counter()
            self.daemon("start", config)
            ready = time.perf_counter()
            time.sleep(0.5)
            asked = time.perf_counter()
            self.daemon("stop", config)
            starts.append((ready - begun) * 1e3)
            stops.append((time.perf_counter() - asked) * 1e3)
        yield "ms to ready", statistics.median(starts[1:]), 300
        yield "ms to stop", statistics.median(stops[1:]), 200

    def year(self, config):
        """A run of each job a day, for a year, as s4l-run leaves them."""
        for number in range(2):
            subprocess.run(
                [self.tool("s4l-run"), f"job-{number}", f"--config={config}", "--quiet"],
                check=True, env=self.environment(), stdout=subprocess.DEVNULL)
        history = sqlite3.connect(self.home / "state" / "s4l" / "history.db")
        columns = "id, job, started, duration, status, files, copied, failed, summary"
        row = history.execute(f"SELECT {columns} FROM run LIMIT 1").fetchone()
        days = 3 if self.is_smoke else 365
        history.executemany(
            f"INSERT INTO run ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((f"{day}-{job}", f"job-{job}", row[2] - (days - day) * 86_400 * 10**9, *row[3:])
             for day in range(days) for job in range(self.jobs)))
        history.commit()
        history.close()

    def served(self, body):
        port = self.port()
        config = self.configured(self.jobs, 0, port)
        self.year(config)
        yield from self.asked(config, lambda: body(port))

    def asked(self, config, body):
        process = subprocess.Popen(
            [self.tool("s4l-metrics"), f"--config={config}"], env=self.environment(),
            stderr=subprocess.PIPE, text=True)
        try:
            process.stderr.readline()
            yield from body()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def again(self):
        """The first answer of a process that finds the totals of an earlier one."""
        port = self.port()
        config = self.configured(self.jobs, 0, port)
        yield from self.asked(config, lambda: self.first(port))

    def first(self, port):
        yield "ms, the first time", self.get(port, "/metrics")[0], 100

    def numbers(self, port):
        first, text = self.get(port, "/metrics")
        found = text.count(b"s4l_sync_operations_total{")
        if found < self.jobs:
            raise RuntimeError(f"{found} of {self.jobs} jobs are told of")
        times = [self.get(port, "/metrics")[0] for _ in range(5 * self.runs)]
        yield "ms", statistics.median(times), 10
        yield "ms, the first time", first, 250
        yield "KiB", len(text) / 1024

    def page(self, port):
        from browser import Browser
        self.peer("chromium")
        _, body = self.get(port, "/")
        yield "KB", len(body) / 1000, 60
        self.get(port, "/api/state")
        paints, whole = [], []
        with Browser(self.home) as browser:
            for _ in range(self.runs + 1):
                page = browser.open(f"http://127.0.0.1:{port}/#still")
                page.ask("Page.bringToFront")
                page.until("document.documentElement.dataset.ready")
                paints.append(page.until(
                    "(performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime"))
                whole.append(page.value(
                    "performance.getEntriesByType('resource').at(-1).responseEnd"))
        yield "ms to first paint", statistics.median(paints[1:]), 200
        yield "ms until all jobs are there", statistics.median(whole[1:])

    def clock(self):
        chance = random.Random(7)

        def expression():
            def field(least, most):
                kind = chance.randrange(4)
                one = chance.randint(least, most)
                return ["*", str(one), f"{least}-{one}", f"*/{chance.randint(1, most)}"][kind]
            return " ".join(
                field(*bounds) for bounds in [(0, 59), (0, 59), (0, 23), (1, 28), (1, 12), (0, 6)])

        count = 1_000 if self.is_smoke else 200_000
        costs = []
        for _ in range(3 if self.is_smoke else 40):
            begun = time.perf_counter()
            done = subprocess.run(
                [self.tool("s4l-cron"), "--next", str(count), "--from", "2026-01-01T00:00:00Z",
                 expression()], capture_output=True, env=self.environment())
            lines = done.stdout.count(b"\n")
            if done.returncode == 0 and lines == count:
                costs.append((time.perf_counter() - begun) / count * 1e6)
        if not costs:
            raise RuntimeError("no expression had so many times")
        yield "us a time, median", statistics.median(costs), 5
        yield "us a time, the worst", max(costs)

    def due(self):
        """From the second in which a job is due to its task in the queue."""
        config = self.configured(1, 0, self.port(), 'type = "cron"\nexpression = "* * * * * *"')
        queue = self.home / "due.db"
        process = subprocess.Popen(
            [self.tool("s4l-cron"), "--enqueue", f"--config={config}", f"--url={queue}"],
            env=self.environment(), stderr=subprocess.DEVNULL)
        late = []
        try:
            while not queue.exists():
                time.sleep(0.01)
            last = None
            while len(late) < (2 if self.is_smoke else 20):
                # It is looked for every millisecond, and taken away for the next one to be queued.
                try:
                    table = sqlite3.connect(queue)
                    table.execute("PRAGMA busy_timeout = 1000")
                    row = table.execute("SELECT id FROM task").fetchone()
                    if row and row[0] != last:
                        late.append(time.time() % 1 * 1e3)
                        last = row[0]
                        subprocess.run(
                            [self.tool("s4l-queue"), "delete", f"--url={queue}", row[0]],
                            check=True, capture_output=True, env=self.environment())
                    table.close()
                except sqlite3.OperationalError:
                    pass
                time.sleep(0.001)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
        # The first is that of whatever second it was begun in.
        late = late[1:]
        yield "ms after the second, median", statistics.median(late), 100
        yield "ms, the worst", max(late)

    def run(self):
        print(f"{self.jobs} jobs, {self.seconds:g} s of doing nothing, median of {self.runs}")
        rows = [
            ("service idle", self.idle),
            ("daemon", self.living),
            ("metrics", lambda: self.served(self.numbers)),
            ("metrics anew", self.again),
            ("page", lambda: self.served(self.page)),
            ("cron next", self.clock),
            ("due to queue", self.due),
        ]
        for name, body in rows:
            self.row(name, body)


if __name__ == "__main__":
    main(ServiceBench, __doc__)
