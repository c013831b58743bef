"""What the double of Azure keeps: containers of blobs in a folder, and blocks that belong to none
yet. What it has acknowledged is there when it is started anew, however it ended.

FOLDER/CONTAINER/.container      facts of the container, in JSON
FOLDER/CONTAINER/DIGEST          a blob: one line of JSON, and then its content
FOLDER/CONTAINER/DIGEST.blocks/  its blocks that are not committed: HEX, and its name in `name`
"""

import base64
import hashlib
import itertools
import json
import os
import pathlib
import shutil
import time

serial = itertools.count(time.time_ns() // 100)


def tag():
    return f"0x8D{next(serial):X}"


class Blob:
    def __init__(self, path, offset, facts):
        self.path, self.offset, self.facts = path, offset, facts

    def __getattr__(self, name):
        return self.facts[name]


class Container:
    def __init__(self, folder):
        self.folder = folder
        self.facts = {}
        self.blobs = {}
        self.staged = {}
        self.sorted = None

    def load(self):
        self.facts = json.loads((self.folder / ".container").read_text())
        for path in self.folder.iterdir():
            if path.name.startswith(".incoming"):
                path.unlink()
            elif path.suffix == ".blocks" and (path / "name").exists():
                name = (path / "name").read_bytes().decode()
                self.staged[name] = {
                    bytes.fromhex(block.name): block.stat().st_size for block in path.iterdir()
                    if block.name != "name" and "." not in block.name}
            elif not path.name.startswith(".") and path.suffix != ".blocks":
                with path.open("rb") as file:
                    head = file.readline()
                facts = json.loads(head)
                self.blobs[facts["name"]] = Blob(path, len(head), facts)

    def path(self, name, suffix=""):
        return self.folder / (hashlib.sha256(name.encode()).hexdigest() + suffix)

    def names(self, order):
        """All names in an order: `bytes` of UTF-8, or the units of `utf16`."""
        if self.sorted is None or self.sorted[0] != order:
            key = unit_key if order == "utf16" else str.encode
            names = sorted((key(name), name) for name in self.blobs)
            self.sorted = order, [key for key, _ in names], [name for _, name in names]
        return self.sorted[1:]

    def incoming(self):
        return self.folder / f".incoming-{next(serial)}"

    def put(self, name, facts, pieces):
        """A blob of these pieces, bytes or (path, offset, length), in place of what was there."""
        facts = {**facts, "name": name, "etag": tag(), "modified": int(time.time())}
        facts.setdefault("created", facts["modified"])
        facts["length"] = sum(piece[2] if isinstance(piece, tuple) else len(piece)
                              for piece in pieces)
        head = json.dumps(facts).encode() + b"\n"
        path, draft = self.path(name), self.incoming()
        with draft.open("wb") as file:
            file.write(head)
            for piece in pieces:
                if isinstance(piece, tuple):
                    copy(piece, file)
                else:
                    file.write(piece)
        draft.rename(path)
        if name not in self.blobs:
            self.sorted = None
        self.blobs[name] = Blob(path, len(head), facts)
        return self.blobs[name]

    def change(self, name, **facts):
        """Other facts of a blob that keeps its content."""
        blob = self.blobs[name]
        return self.put(name, {**blob.facts, **facts}, [(blob.path, blob.offset, blob.length)])

    def delete(self, name):
        self.blobs.pop(name).path.unlink()
        self.sorted = None
        self.drop_staged(name)

    # Blocks

    def stage(self, name, block, source):
        folder = self.path(name, ".blocks")
        if name not in self.staged:
            folder.mkdir(exist_ok=True)
            (folder / "name").write_bytes(name.encode())
        path = folder / block.hex()
        draft = path.with_suffix(".draft")
        if isinstance(source, bytes):
            draft.write_bytes(source)
        else:
            os.rename(source, draft)
        draft.rename(path)
        self.staged.setdefault(name, {})[block] = path.stat().st_size

    def staged_piece(self, name, block):
        return self.path(name, ".blocks") / block.hex(), 0, self.staged[name][block]

    def committed_pieces(self, name):
        """The blocks of which a blob was made, by their ids."""
        blob = self.blobs.get(name)
        pieces, offset = {}, blob.offset if blob else 0
        for block, length in (blob.facts.get("blocks") or [] if blob else []):
            pieces[base64.b64decode(block)] = blob.path, offset, length
            offset += length
        return pieces

    def drop_staged(self, name):
        if self.staged.pop(name, None) is not None:
            shutil.rmtree(self.path(name, ".blocks"))


def unit_key(name):
    return name.encode("utf-16-be", "surrogatepass")


def copy(piece, file):
    path, offset, length = piece
    with open(path, "rb") as source:
        source.seek(offset)
        while length > 0:
            data = source.read(min(length, 1 << 20))
            if not data:
                raise EOFError(path)
            file.write(data)
            length -= len(data)


class Shelf:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.containers = {}
        for path in self.folder.glob(".body-*"):
            path.unlink()
        for path in self.folder.iterdir():
            if (path / ".container").exists():
                self.containers[path.name] = Container(path)
                self.containers[path.name].load()

    def create(self, name, metadata):
        container = Container(self.folder / name)
        container.folder.mkdir(exist_ok=True)
        self.containers[name] = container
        self.describe(name, metadata)
        return container

    def describe(self, name, metadata):
        container = self.containers[name]
        container.facts = {"etag": tag(), "modified": int(time.time()), "metadata": metadata}
        draft = container.folder / ".incoming-container"
        draft.write_text(json.dumps(container.facts))
        draft.rename(container.folder / ".container")

    def remove(self, name):
        folder = self.containers.pop(name).folder
        (folder / ".container").unlink()
        shutil.rmtree(folder)
