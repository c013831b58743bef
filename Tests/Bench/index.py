#!/usr/bin/env python3
"""Measures the index: first loads, looks at files that have not changed, events, hashing meanwhile.

BENCH_FILES, BENCH_RECORDS and BENCH_RUNS set the sizes; BENCH_ROWS picks rows by a word of their
names. The rows of PostgreSQL start a server of their own.
"""

import contextlib
import json
import os
import subprocess
import sys

from bench import HERE, Bench, Command, Missing, main


class IndexBench(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.records = int(os.environ.get("BENCH_RECORDS", 1_000 if self.is_smoke else 200_000))
        self.state = self.scratch / "index"
        self.state.mkdir(exist_ok=True)
        # Nothing of the user's own is touched.
        os.environ["XDG_STATE_HOME"] = str(self.state)

    # What is needed

    def ask(self, *words, stdin=None):
        return subprocess.run(
            [self.tool("s4l-index"), *map(str, words)], check=True, capture_output=True, text=True,
            stdin=stdin, env=self.environment()).stdout

    @contextlib.contextmanager
    def server(self):
        """The address of a server that is empty at first."""
        program = HERE.parent / "Servers" / "postgres.py"
        if not program.exists():
            raise Missing("a PostgreSQL server")
        process = subprocess.Popen(
            [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            told = json.loads(process.stdout.readline())
            os.environ["PGPASSWORD"] = told["password"]
            yield f"postgresql://{told['user']}@127.0.0.1:{told['port']}/postgres"
        finally:
            os.environ.pop("PGPASSWORD", None)
            process.stdin.close()
            process.wait()

    def file(self, name):
        return self.state / f"{name}.db"

    def fresh(self, database, folder):
        """Says which database to use, in which nothing is remembered of a folder."""
        def emptied():
            if str(database).startswith("postgresql:"):
                if '"bench"' in self.ask("repo", "list", "--database", database):
                    self.ask("repo", "remove", "bench", "--database", database)
            else:
                for end in ("", "-wal", "-shm"):
                    database.with_name(database.name + end).unlink(missing_ok=True)
            self.ask("repo", "add", "bench", folder, "--database", database)
            return database
        return emptied

    def listed(self):
        """A listing of files that are not there, and events of the same."""
        folder = self.state / "nothing"
        folder.mkdir(exist_ok=True)
        listing = self.state / f"listing-{self.records}.ndjson"
        events = self.state / f"events-{self.records}.ndjson"
        if not events.exists():
            lines = [
                f'"path":"{number // 1_000:05d}/photograph-{number:08d}.jpg",'
                f'"size":{number % 99_991},"mtime":"2026-11-20T18:02:11.123456789Z"'
                for number in range(self.records)]
            for path, head, kind, more in (
                    (listing, '"view":"listing","order":"path"', "entry", ""),
                    (events, '"view":"events"', "event", ',"event":"create"')):
                with open(path, "w") as out:
                    out.write(f'{{"type":"head","version":1,"tool":"bench",{head},'
                              f'"root":"{folder}"}}\n')
                    for line in lines:
                        out.write(f'{{"type":"{kind}",{line}{more}}}\n')
                    out.write('{"type":"tail","complete":true,'
                              f'"records":{len(lines)},"holes":0}}\n')
        return folder, listing, events

    # The rows: each figure is one that should be small

    def load(self, database, target):
        folder, listing, events = self.listed()
        index = self.tool("s4l-index")
        emptied = self.fresh(database, folder)
        cost, = self.compare(
            Command(index, "update", "bench", "--database", emptied, stdin=listing, discards=True))
        yield "us a record", cost.wall / self.records * 1e6, target
        yield "CPU us a record", cost.cpu / self.records * 1e6
        yield "peak MiB", cost.peak, 24
        self.count(database)
        again, = self.compare(
            Command(index, "update", "bench", "--database", database, stdin=listing, discards=True))
        yield "us a record, unchanged", again.wall / self.records * 1e6, target
        yield "peak MiB, unchanged", again.peak, 24
        self.count(database)
        applied, = self.compare(
            Command(index, "apply", "bench", "--database", emptied, stdin=events, discards=True))
        yield "us an event", applied.wall / self.records * 1e6
        yield "peak MiB, events", applied.peak, 24
        self.count(database)

    def count(self, database):
        told = json.loads(self.ask("status", "bench", "--database", database))
        if told["total_files"] != self.records:
            raise RuntimeError(f"{told['total_files']} of {self.records} records are there")

    def reconcile(self, database, target):
        """The whole pipe over a tree in which nothing has changed."""
        tree = self.tree(self.files, "tree")
        cache = self.scratch / f"index-{self.files}.cache"
        self.fresh(database, tree)()
        pipe = (f"s4l-scan {tree} | s4l-hash --cache {cache} | "
                f"s4l-index update bench --database {database}")
        subprocess.run(["sh", "-c", pipe], check=True, stdout=subprocess.DEVNULL,
                       env=self.environment())
        whole, without = self.compare(
            Command("sh", "-c", pipe, discards=True),
            Command("sh", "-c", pipe.rsplit("|", 1)[0], discards=True))
        yield "us a file", whole.wall / self.files * 1e6, target
        yield "CPU us a file", whole.cpu / self.files * 1e6
        yield "us a file, without index", without.wall / self.files * 1e6

    def hashing(self):
        folder, _ = self.big_files()
        database = self.file("hashing")
        self.fresh(database, folder)()
        pipe = (f"s4l-scan {folder} | s4l-hash -j 1 | "
                f"s4l-index update bench --database {database}")
        ours, peer = self.compare(
            Command("sh", "-c", pipe, discards=True),
            Command(self.peer("openssl"), "dgst", "-sha256", *"abcd", folder=folder))
        yield "CPU / openssl dgst", ours.cpu / peer.cpu, 1 / 0.9
        yield "wall / openssl dgst", ours.wall / peer.wall, 1 / 0.9

    def served(self, body, target):
        with self.server() as address:
            yield from body(address, target)

    def run(self):
        print(f"{self.records} records, {self.files} files, median of {self.runs}")
        rows = [
            ("first load, file", lambda: self.load(self.file("load"), 1e6 / 200_000)),
            ("first load, PostgreSQL", lambda: self.served(self.load, 1e6 / 60_000)),
            ("reconcile, file", lambda: self.reconcile(self.file("tree"), 1e6 / 100_000)),
            ("reconcile, PostgreSQL", lambda: self.served(self.reconcile, 1e6 / 60_000)),
            ("hashing while indexing", self.hashing),
        ]
        for name, body in rows:
            self.row(name, body)


if __name__ == "__main__":
    main(IndexBench, __doc__)
