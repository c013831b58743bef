"""Reads records and writes them again, with the fastest JSON library that Python has."""

import sys

import orjson

out = sys.stdout.buffer
for line in sys.stdin.buffer:
    out.write(orjson.dumps(orjson.loads(line)) + b"\n")
