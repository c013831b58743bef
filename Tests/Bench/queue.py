#!/usr/bin/env python3
"""Measures the queue against what limits it, and prints the ratios.

The limits are taken in the same run: how often the disk makes a write durable, how many script calls
redis-benchmark gets answered. BENCH_TASKS and BENCH_RUNS set the sizes; BENCH_ROWS picks rows by a
word of their names.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

from bench import Bench, Command, main

HANDLER = r"""
#include <stdio.h>
#include <string.h>
/* Reads tasks and says of each that it is done. */
int main(void) {
  static char line[1 << 20];
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  while (fgets(line, sizeof line, stdin)) {
    char *id = strstr(line, "\"id\":\""), *end;
    if (!id || !(end = strchr(id += 6, '"'))) return 1;
    printf("{\"type\":\"verdict\",\"id\":\"%.*s\",\"ok\":true}\n", (int)(end - id), id);
    if (!strstr(line, "\n") || stdin->_IO_read_ptr == stdin->_IO_read_end) fflush(stdout);
  }
  return 0;
}
"""


class QueueBench(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.tasks = int(os.environ.get("BENCH_TASKS", 400 if self.is_smoke else 200_000))
        self.state = self.scratch / "queue"

    # What is needed

    @contextlib.contextmanager
    def redis(self):
        program = self.peer("redis-server")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with tempfile.TemporaryDirectory() as folder:
            server = subprocess.Popen(
                [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
                stdout=subprocess.PIPE, text=True)
            try:
                for line in server.stdout:
                    if "Ready to accept connections" in line:
                        break
                self.port = port
                yield f"redis://127.0.0.1:{port}"
            finally:
                server.kill()
                server.wait()

    def cli(self, *words):
        return subprocess.run(
            ["redis-cli", "-p", str(self.port), *words], check=True, capture_output=True,
            text=True).stdout

    def file(self):
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir()
        return self.state / "queue.db"

    def task_file(self, count):
        path = self.scratch / f"tasks-{count}.ndjson"
        if not path.exists():
            payload = r'{\"folder_path\":\"/data/nix-store/%d\",\"prefix\":\"store\"}'
            path.write_text("".join(
                '{"type":"task","payload":"' + payload % number + '"}\n'
                for number in range(count)))
        return path

    def handler(self):
        program = self.scratch / "handler"
        if not program.exists():
            source = self.scratch / "handler.c"
            source.write_text(HANDLER)
            subprocess.run(["cc", "-O2", "-o", program, source], check=True)
        return program

    def push(self, url):
        return Command(
            self.tool("s4l-queue"), "push", "--url", url, "--type", "file_sync",
            stdin=self.task_file(self.tasks), discards=True)

    # The rows: each ratio is one that should be small

    def pushes(self):
        with self.redis() as url:
            cost, = self.compare(self.push(url))
        yield "us a task, Redis", cost.wall / self.tasks * 1e6, 1e6 / 30_000
        cost, = self.compare(self.push(lambda: self.file()))
        yield "us a task, file", cost.wall / self.tasks * 1e6, 1e6 / 100_000

    def durable(self):
        """One task after the other, each answered before the next is sent."""
        count = 20 if self.is_smoke else 2_000
        ratios = []
        for _ in range(self.runs):
            place = self.file()
            path = self.state / "fsync"
            with open(path, "wb", buffering=0) as out:
                begun = time.monotonic()
                for _ in range(count):
                    out.write(b"x" * 4_096)
                    os.fdatasync(out.fileno())
                disk = time.monotonic() - begun
            tool = subprocess.Popen(
                [self.tool("s4l-queue"), "push", "--url", place, "--type", "t"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
            tool.stdin.write('{"type":"task","payload":"x"}\n')
            tool.stdout.readline()
            begun = time.monotonic()
            for _ in range(count):
                tool.stdin.write('{"type":"task","payload":"x"}\n')
                tool.stdout.readline()
            ratios.append((time.monotonic() - begun) / disk)
            tool.stdin.close()
            tool.wait()
        yield "wall / append and fdatasync", statistics.median(ratios), 1 / 0.8

    def work(self):
        """Take and done; redis-benchmark is given as many calls of a script that does nothing."""
        self.peer("redis-benchmark")
        ours, theirs = [], []
        with self.redis() as url:
            for _ in range(self.runs):
                self.cli("FLUSHALL")
                self.once(self.push(url))
                before = self.scripts()
                worker = Command(
                    self.tool("s4l-queue"), "work", "--url", url, "--until-empty", "--stream", "-c",
                    "1000", "--", self.handler(), discards=True)
                _, _, wall, _, _ = self.once(worker)
                calls = self.scripts() - before
                left = self.cli("LLEN", "asynq:{default}:pending").strip()
                if left != "0":
                    raise RuntimeError(f"{left} tasks were left")
                ours.append((wall, calls))
                script = self.cli("SCRIPT", "LOAD", "return 1").strip()
                begun = time.monotonic()
                subprocess.run(
                    ["redis-benchmark", "-p", str(self.port), "-q", "-n", str(2 * self.tasks), "-c",
                     "50", "EVALSHA", script, "0"], check=True, capture_output=True)
                theirs.append(time.monotonic() - begun)
        wall = statistics.median(wall for wall, _ in ours)
        calls = statistics.median(calls for _, calls in ours)
        yield "wall / 2 calls a task", wall / statistics.median(theirs), 1 / 0.6
        yield "us a task", wall / self.tasks * 1e6
        yield "script calls a task", calls / self.tasks

    def scripts(self):
        found = re.search(r"cmdstat_evalsha:calls=(\d+)", self.cli("INFO", "commandstats"))
        return int(found.group(1)) if found else 0

    def single(self):
        """One task at a time: two calls for each, as asynq's own workers make."""
        count = min(self.tasks, 10_000)
        with self.redis() as url:
            push = self.push(url)
            push.stdin = self.task_file(count)
            self.once(push)
            before = self.scripts()
            _, _, wall, _, _ = self.once(Command(
                self.tool("s4l-queue"), "work", "--url", url, "--until-empty", "--stream", "-c", "1",
                "--", self.handler(), discards=True))
            calls = self.scripts() - before
            script = self.cli("SCRIPT", "LOAD", "return 1").strip()
            begun = time.monotonic()
            subprocess.run(
                ["redis-benchmark", "-p", str(self.port), "-q", "-n", str(calls), "-c", "1",
                 "EVALSHA", script, "0"], check=True, capture_output=True)
            yield "one by one, wall / as many calls", wall / (time.monotonic() - begun)

    def idle(self):
        """From a push of somebody else's until the handler has the task."""
        seconds = 2 if self.is_smoke else 30
        count = 5 if self.is_smoke else 200
        noted = self.scratch / "noted"
        script = f'date +%s%N >>{noted}'
        with self.redis() as url:
            noted.unlink(missing_ok=True)
            worker = subprocess.Popen(
                [self.tool("s4l-queue"), "work", "--url", url, "--queue", "q", "--stream", "--",
                 self.stamper(), noted], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            try:
                delays = []
                for number in range(count + 1):
                    begun = time.time_ns()
                    subprocess.run(
                        [self.tool("s4l-queue"), "push", "--url", url, "--queue", "q", "--type",
                         "t", "x"], check=True, stdout=subprocess.DEVNULL)
                    pushed = time.time_ns()
                    while not noted.exists() or len(lines := noted.read_text().split()) <= number:
                        pass
                    delays.append(max(0, int(lines[number]) - pushed) / 1e6)
                    time.sleep(0.02)
                delays = sorted(delays[1:])
                yield "idle pick-up p99, ms", delays[int(len(delays) * 0.99) - 1], 50
                before = int(self.cli("INFO", "stats").split("total_commands_processed:")[1].split()[0])
                sent = self.sent()
                cpu = self.cpu(worker.pid)
                time.sleep(seconds)
                yield "commands a second", (self.sent() - sent - 2) / seconds, 2
                after = int(self.cli("INFO", "stats").split("total_commands_processed:")[1].split()[0])
                yield "the same with those of scripts", (after - before - 6) / seconds
                yield "CPU %", (self.cpu(worker.pid) - cpu) / seconds * 100, 0.1
                status = open(f"/proc/{worker.pid}/status").read()
                yield "peak MiB", int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024, 16
            finally:
                worker.send_signal(signal.SIGTERM)
                worker.wait()

    def sent(self):
        """Commands that clients have sent, without those that scripts made of them."""
        stats = self.cli("INFO", "commandstats")
        names = ("evalsha", "eval", "blmove", "subscribe", "ping", "script", "info", "select", "hello",
                 "publish", "command")
        return sum(
            int(calls) for name, calls in re.findall(r"cmdstat_(\w+)[^:]*:calls=(\d+)", stats)
            if name in names)

    @staticmethod
    def cpu(process):
        words = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def stamper(self):
        program = self.scratch / "stamper"
        program.write_text(
            "#!/usr/bin/python3\nimport json, sys, time\n"
            "for line in sys.stdin:\n"
            "    now = time.time_ns()\n"
            "    open(sys.argv[1], 'a').write(f'{now}\\n')\n"
            "    print(json.dumps({'type': 'verdict', 'id': json.loads(line)['id'], 'ok': True}),"
            " flush=True)\n")
        program.chmod(0o755)
        return program

    def job(self):
        """s4l-run over the pipe that it stands for."""
        source, target = self.scratch / "job-source", self.scratch / "job-target"
        source.mkdir(exist_ok=True)
        for number in range(10):
            (source / str(number)).write_text(str(number))
        config = self.scratch / "job.toml"
        config.write_text(
            f'[[sync_jobs]]\nid = "job"\nsource_path = "{source}"\ndestination_path = "{target}"\n')
        state = {"XDG_STATE_HOME": str(self.scratch / "state")}
        os.environ.update(state)
        tool = self.tool("s4l-run")
        shown = subprocess.run(
            [tool, "--config", config, "--print", "job"], check=True, capture_output=True, text=True,
            env=self.environment()).stdout
        script = self.scratch / "job.sh"
        script.write_text(shown)
        bare, ours = self.compare(
            Command("sh", script, discards=True),
            Command(tool, "--config", config, "job", discards=True))
        yield "ms over the bare pipe", (ours.wall - bare.wall) * 1e3, 30
        yield "ms, the bare pipe", bare.wall * 1e3

    def run(self):
        print(f"{self.tasks} tasks, median of {self.runs}")
        rows = [
            ("push, batched from stdin", self.pushes), ("push, one by one, durable", self.durable),
            ("take and done, Redis", self.work), ("take and done, Redis", self.single),
            ("idle worker, Redis", self.idle), ("s4l-run", self.job),
        ]
        for name, body in rows:
            self.row(name, body)


if __name__ == "__main__":
    main(QueueBench, __doc__)
