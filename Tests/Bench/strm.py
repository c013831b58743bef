#!/usr/bin/env python3
"""Measures s4l-strm against a bare C loop that creates, writes and renames the same files.

The films lie in folders of a hundred, with names of forty bytes. BENCH_FILES and BENCH_RUNS set the
sizes; what is written goes below .scratch/bench, each run into a folder of its own, and is removed.
"""

import os
import shutil
import tempfile

from bench import Bench, Command, main


class LibraryBench(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.films = int(os.environ.get("BENCH_FILES", 400 if self.is_smoke else 100_000))
        self.rounds = self.scratch / "library"
        shutil.rmtree(self.rounds, ignore_errors=True)
        self.rounds.mkdir()

    def listing(self):
        """The records of a listing, and what the loop is to write, in the same order."""
        records = self.scratch / f"films-{self.films}.ndjson"
        lines = self.scratch / f"films-{self.films}.lines"
        with open(records, "w") as out, open(lines, "w") as other:
            out.write('{"type":"head","version":1,"tool":"s4l-ls","view":"listing",'
                      '"root":"openlist://drive.example.org/films","order":"path"}\n')
            for number in range(self.films):
                stem = f"folder {number // 100:05}/The film of number {number:07} (1999) 1080p"
                out.write(f'{{"type":"entry","path":"{stem}.mkv","size":{5_000_000_000 + number},'
                          f'"mtime":"2026-11-20T18:02:11Z","sign":"c2lnbiBvZiB0aGUgZmlsbQ=:0"}}\n')
                path = stem.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
                other.write(f"{stem}.strm\thttp://drive.example.org/d/films/{path}.mkv"
                            "?sign=c2lnbiBvZiB0aGUgZmlsbQ%3D%3A0\n")
            out.write(f'{{"type":"tail","complete":true,"records":{self.films},"holes":0}}\n')
        return records, lines

    def target(self):
        return tempfile.mkdtemp(dir=self.rounds)

    def first(self):
        records, lines = self.listing()
        ours, loop = self.compare(
            Command(self.tool("s4l-strm"), self.target, stdin=records, discards=True),
            Command(self.compiled("strm"), self.target, stdin=lines, discards=True))
        yield "CPU / bare C loop", ours.cpu / loop.cpu, 1.5
        yield "wall / bare C loop", ours.wall / loop.wall
        yield "peak MiB", ours.peak

    def again(self):
        records, _ = self.listing()
        target = self.target()
        tool = self.tool("s4l-strm")
        self.once(Command(tool, target, stdin=records, discards=True))
        ours, skipping = self.compare(
            Command(tool, target, stdin=records, discards=True),
            Command(tool, "--skip-existing", target, stdin=records, discards=True))
        # The other way round, so that less is better here too.
        yield "us for each film", ours.wall / self.films * 1e6, 5
        yield "CPU us for each film", ours.cpu / self.films * 1e6
        yield "us with --skip-existing", skipping.wall / self.films * 1e6
        yield "peak MiB", ours.peak

    def run(self):
        print(f"{self.films} films, median of {self.runs}")
        self.row("s4l-strm, first run", self.first)
        self.row("s4l-strm, nothing changed", self.again)
        shutil.rmtree(self.rounds)


if __name__ == "__main__":
    main(LibraryBench, __doc__)
