#!/usr/bin/env python3
"""Measures the tools against what a user would take instead, and prints the ratios.

CPU is user and system time of the process and all that it started; every figure is the median of
several runs, ours and the peer's in turn. A row whose tool or peer is missing says so. BENCH_FILES,
BENCH_RECORDS and BENCH_RUNS set the sizes, BENCH_ROWS picks rows by a word of their names; the data
is made below .scratch/bench and kept.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Missing(Exception):
    """A program that a row needs is not there."""


class Cost:
    """The medians of several runs of one command."""

    def __init__(self, runs):
        self.cpu = statistics.median(user + system for user, system, _, _, _ in runs)
        self.wall = statistics.median(wall for _, _, wall, _, _ in runs)
        self.peak = max(peak for _, _, _, peak, _ in runs) / 1024


class Command:
    """A command line; a word that is a function is asked anew for each run.

    What it writes goes to a file, or nowhere if it `discards` it.
    """

    def __init__(self, *words, stdin="/dev/null", folder=None, times=1, discards=False):
        self.given = words
        self.stdin = stdin
        self.discards = discards
        self.folder = folder
        self.times = times

    def words(self):
        return [str(word() if callable(word) else word) for word in self.given]


class Bench:
    def __init__(self, options):
        self.bin = pathlib.Path(options.bin).resolve()
        smoke = options.smoke
        self.is_smoke = smoke
        self.files = int(os.environ.get("BENCH_FILES", 400 if smoke else 200_000))
        self.records = int(os.environ.get("BENCH_RECORDS", 1_000 if smoke else 5_000_000))
        self.runs = int(os.environ.get("BENCH_RUNS", 1 if smoke else 5))
        self.scratch = ROOT / ".scratch" / ("bench-smoke" if smoke else "bench")
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.wanted = os.environ.get("BENCH_ROWS", "")
        self.peaks = {}
        self.failures = 0
        self.measure = self.compiled("measure")

    # What is needed

    def compiled(self, name):
        program = self.scratch / name
        subprocess.run(["cc", "-O2", "-o", program, HERE / f"{name}.c"], check=True)
        return program

    def tool(self, name):
        path = self.bin / name
        if not path.exists():
            raise Missing(f"tool missing: {name}")
        return path

    def peer(self, name):
        path = shutil.which(name)
        if path is None:
            raise Missing(f"peer missing: {name}")
        return path

    def orjson(self):
        python = self.scratch / "venv" / "bin" / "python"
        if not python.exists():
            if self.is_smoke:
                raise Missing("peer left out of a smoke run: orjson")
            subprocess.run([sys.executable, "-m", "venv", self.scratch / "venv"], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", "orjson"], check=True)
        return python

    # Data

    def tree(self, count, name):
        top = self.scratch / f"{name}-{count}"
        if top.exists():
            return top
        half = self.scratch / f"{name}.part"
        shutil.rmtree(half, ignore_errors=True)
        for number in range(count):
            folder = half / f"{number // 2_000:03d}" / f"{number // 100 % 20:02d}"
            if number % 100 == 0:
                folder.mkdir(parents=True, exist_ok=True)
            (folder / f"file-{number:07d}.txt").write_bytes(b"x" * (number % 2_048))
        half.rename(top)
        return top

    def listing(self, count, name, skipped):
        """A listing that lacks every skipped-th file, and its keys alone."""
        path = self.scratch / f"{name}-{count}.ndjson"
        keys = self.scratch / f"{name}-{count}.keys"
        if path.exists() and keys.exists():
            return path, keys
        written = size = 0
        with open(path, "w") as out, open(keys, "w") as bare:
            out.write('{"type":"head","version":1,"tool":"bench","view":"listing","root":"/nowhere/'
                      + name + '","order":"path"}\n')
            for number in range(count):
                if number % skipped == 0:
                    continue
                key = f"{number // 10_000:05d}/photograph-{number:08d}.jpg"
                out.write(f'{{"type":"entry","path":"{key}","size":{number % 99_991},'
                          '"mtime":"2026-11-20T18:02:11.123456789Z"}\n')
                bare.write(key + "\n")
                written += 1
                size += number % 99_991
            out.write(f'{{"type":"tail","complete":true,"records":{written},"entries":{written},'
                      f'"bytes":{size},"holes":0}}\n')
        return path, keys

    def big_files(self):
        folder = self.scratch / "big"
        folder.mkdir(exist_ok=True)
        size = (64 << 10) if self.is_smoke else (256 << 20)
        for name in "abcd":
            path = folder / name
            if not path.exists() or path.stat().st_size != size:
                with open(path, "wb") as out:
                    for _ in range(max(1, size >> 20)):
                        out.write(os.urandom(min(size, 1 << 20)))
        names = self.scratch / "big.ndjson"
        names.write_text("".join(f'{{"path":"{name}"}}\n' for name in "abcd"))
        return folder, names

    # Measuring

    def environment(self):
        return {**os.environ, "LC_ALL": "C", "PATH": f"{self.bin}:{os.environ['PATH']}",
                "XDG_STATE_HOME": str(self.scratch / "state")}

    def once(self, command):
        words = command.words()
        output = "/dev/null" if command.discards else self.scratch / "output"
        done = subprocess.run(
            [self.measure, command.stdin, output, str(command.times), *words],
            cwd=command.folder, capture_output=True, text=True,
            env=self.environment())
        user, system, wall, peak, status = done.stdout.split()
        if int(status) not in (0, 1 if "diff" in words[0] else 0):
            raise RuntimeError(f"{' '.join(words)}: status {status}\n{done.stderr}")
        name = os.path.basename(words[0])
        if name.startswith("s4l-"):
            self.peaks[name] = max(self.peaks.get(name, 0), int(peak) / 1024)
        return float(user), float(system), float(wall), int(peak), int(status)

    def compare(self, *commands):
        """Runs the commands in turn, several times; what warms the caches is not counted."""
        costs = [[] for _ in commands]
        for round_number in range(self.runs + (0 if self.is_smoke else 1)):
            for command, runs in zip(commands, costs):
                run = self.once(command)
                if self.is_smoke or round_number > 0:
                    runs.append(run)
        return [Cost(runs) for runs in costs]

    def row(self, what, body):
        if self.wanted not in what:
            return
        try:
            for label, value, *target in body():
                verdict = self.verdict(value, *target)
                print(f"{what:<34} {label:<26} {value:9.3f}  {verdict}", flush=True)
        except Missing as missing:
            print(f"{what:<34} SKIPPED: {missing}", flush=True)
        except RuntimeError as failure:
            self.failures += 1
            print(f"{what:<34} FAILED: {failure}", flush=True)

    def verdict(self, value, target=None):
        """A figure without a target shows what limits the one before it."""
        if target is None:
            return "a floor"
        judged = "ok" if value <= target else "MISSED"
        return f"<= {target:<6g} {'(not judged)' if self.is_smoke else judged}"

    # The rows

    def scan(self):
        tree = self.tree(self.files, "tree")
        ours, peer, loop = self.compare(
            Command(self.tool("s4l-scan"), tree),
            Command(self.peer("find"), tree, "-printf", "%P\t%s\t%T@\n"),
            Command(self.compiled("loop"), tree))
        yield "CPU / find -printf", ours.cpu / peer.cpu, 0.85
        yield "CPU / bare C loop", ours.cpu / loop.cpu, 1.1

    def scan_jobs(self):
        tree = self.tree(self.files, "tree")
        one = Command(self.tool("s4l-scan"), "-j", 1, tree)
        two = Command(self.tool("s4l-scan"), "-j", 2, tree)
        outputs = []
        for command in (one, two):
            self.once(command)
            outputs.append((self.scratch / "output").read_bytes())
        if outputs[0] != outputs[1]:
            raise RuntimeError("the output differs with the number of jobs")
        first, second = self.compare(one, two)
        yield "wall / one job", second.wall / first.wall, 0.65

    def scan_rclone(self):
        tree = self.tree(self.files, "tree")
        ours, peer = self.compare(
            Command(self.tool("s4l-scan"), tree),
            Command(self.peer("rclone"), "lsjson", "-R", tree))
        yield "CPU / rclone lsjson -R", ours.cpu / peer.cpu, 0.25

    def forward(self):
        count = min(self.records, 1_000_000)
        listing, _ = self.listing(count, "forward", count + 1)
        ours, peer = self.compare(
            Command(self.tool("bench-forward"), stdin=listing, discards=True),
            Command(self.orjson(), HERE / "forward.py", stdin=listing, discards=True))
        # Reading and forwarding is what is asked for, not what a file system does with the result.
        yield "CPU / orjson, to /dev/null", ours.cpu / peer.cpu, 0.25
        yield "us a record, to /dev/null", ours.wall / count * 1e6, 0.25

    def diff(self):
        left, left_keys = self.listing(self.records, "left", 1_000)
        right, right_keys = self.listing(self.records, "right", 999)
        ours, peer = self.compare(
            Command(self.tool("s4l-diff"), right, stdin=left),
            Command(self.peer("comm"), "-3", left_keys, right_keys))
        yield "CPU / comm -3", ours.cpu / peer.cpu, 1.0
        yield "peak MiB", ours.peak, 12

    def hash(self):
        folder, names = self.big_files()
        ours, two, peer = self.compare(
            Command(self.tool("s4l-hash"), "-j", 1, stdin=names, folder=folder),
            Command(self.tool("s4l-hash"), "-j", 2, stdin=names, folder=folder),
            Command(self.peer("openssl"), "dgst", "-sha256", *"abcd", folder=folder))
        yield "CPU / openssl dgst", ours.cpu / peer.cpu, 1.0
        yield "two jobs: wall / one job", two.wall / ours.wall, 1 / 1.8

    def push_again(self):
        tree = self.tree(self.files, "tree")
        self.tool("s4l-put")
        copies = [self.scratch / "copy-ours", self.scratch / "copy-rsync"]
        push = Command(self.tool("s4l-push"), tree, copies[0])
        rsync = Command(self.peer("rsync"), "-a", f"{tree}/", copies[1])
        for copy, command in zip(copies, (push, rsync)):
            if not copy.exists():
                copy.mkdir()
            self.once(command)
        loop = self.compiled("loop")
        ours, peer, left, right = self.compare(
            push, rsync, Command(loop, tree), Command(loop, copies[0]))
        yield "CPU / rsync -a", ours.cpu / peer.cpu, 0.6
        yield "C: look at both trees", (left.cpu + right.cpu) / peer.cpu

    def sync_again(self):
        tree = self.tree(self.files, "tree")
        for name in ("s4l-put", "s4l-clean", "s4l-settle"):
            self.tool(name)
        sides = self.scratch / "side-ours", self.scratch / "side-unison"
        archive = self.scratch / "unison"
        archive.mkdir(exist_ok=True)
        base = self.scratch / "base"
        sync = Command(self.tool("s4l-sync"), "--base", base, tree, sides[0])
        unison = Command(
            "/usr/bin/env", f"UNISON={archive}", self.peer("unison"), "-batch", "-auto", "-silent",
            "-ui", "text", tree, sides[1])
        for side, command in zip(sides, (sync, unison)):
            if not side.exists():
                subprocess.run(["cp", "-a", tree, side], check=True)
                self.once(command)
        plan = Command(
            self.tool("s4l-diff"), "--both", "--base", base, "--brief", tree, sides[0])
        whole = Command(self.tool("s4l-diff"), "--both", "--base", base, tree, sides[0])
        loop = self.compiled("loop")
        ours, peer, brief, full, left, right = self.compare(
            sync, unison, plan, whole, Command(loop, tree), Command(loop, sides[0]))
        yield "CPU / unison -batch", ours.cpu / peer.cpu, 0.3
        yield "C: look at both trees", (left.cpu + right.cpu) / peer.cpu
        yield "plan alone, as it is run", brief.cpu / peer.cpu
        yield "plan alone, every path told", full.cpu / peer.cpu
        yield "peak MiB of the plan", max(brief.peak, full.peak), 16

    def push_first(self):
        self.tool("s4l-put")
        tree = self.tree(min(self.files, 20_000), "small")
        rounds = self.scratch / "first"
        rounds.mkdir(exist_ok=True)

        def target():
            # Each run gets a folder of its own: for minutes after files were removed ext4 steps over
            # their inodes one by one, which would cost whoever comes next ten times the copy.
            return tempfile.mkdtemp(dir=rounds)

        copying = self.compiled("copy")
        ours, copy, rsync, renamed, direct = self.compare(
            Command(self.tool("s4l-push"), tree, target),
            Command(self.peer("cp"), "-a", f"{tree}/.", target),
            Command(self.peer("rsync"), "-a", f"{tree}/", target),
            Command(copying, "rename", tree, target),
            Command(copying, "direct", tree, target))
        yield "wall / cp -a", ours.wall / copy.wall, 1.2
        yield "CPU / rsync -a", ours.cpu / rsync.cpu, 0.6
        yield "C: draft and rename", renamed.cpu / rsync.cpu
        yield "C: under its own name", direct.cpu / rsync.cpu
        shutil.rmtree(rounds)

    def start(self):
        times = 3 if self.is_smoke else 200
        ours, peer = self.compare(
            Command(self.tool("s4l-scan"), "--version", times=times),
            Command("/bin/true", times=times))
        yield "CPU / true", ours.cpu / peer.cpu, 3

    def sizes(self):
        for path in sorted(self.bin.glob("s4l*")):
            if (ROOT / "Sources" / path.name).is_dir() and path.is_file():
                yield f"MB {path.name}", path.stat().st_size / 1e6, 9

    def memory(self):
        for name, peak in sorted(self.peaks.items()):
            yield f"peak MiB {name}", peak, 12

    def run(self):
        print(f"{self.files} files, {self.records} records, median of {self.runs}")
        self.row("s4l-scan, one job", self.scan)
        self.row("s4l-scan, two jobs", self.scan_jobs)
        self.row("s4l-scan against rclone", self.scan_rclone)
        self.row("reading and forwarding", self.forward)
        self.row("s4l-diff of two listings", self.diff)
        self.row("s4l-hash sha256", self.hash)
        self.row("push with nothing to do", self.push_again)
        self.row("two-way sync with nothing to do", self.sync_again)
        self.row("first push of small files", self.push_first)
        self.row("start-up", self.start)
        self.row("stripped size", self.sizes)
        self.row("peak memory", self.memory)


def main(kind, text):
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--bin", default=".build/release", help="the folder of the programs")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes: does it run at all?")
    bench = kind(parser.parse_args())
    bench.run()
    sys.exit(1 if bench.failures else 0)


if __name__ == "__main__":
    main(Bench, __doc__)
