#!/usr/bin/env python3
"""A double of CloudDrive2, which shows a folder of this machine as what its clouds hold.

usage: clouddrive.py FOLDER

On one port it speaks gRPC over HTTP/2 (by grpcio), gRPC-Web over HTTP/1.1 (by hand), and gives the
contents of files under /static. It prints its endpoint and ends when standard input ends. Each line
of input is a JSON object, and each is answered by one line:

  {"set": {NAME: VALUE, ...}}   changes settings, which are listed below         -> {"ok": true}
  {"faults": [FAULT, ...]}      puts these in the place of all others            -> {"ok": true}
  {"forget": true}              forgets the tokens that logins have given        -> {"ok": true}
  {"log": true}                 what was asked since the last time               -> {"log": [...]}
  {"hex": [MESSAGE, {...}]}     a message in protobuf's own encoding             -> {"hex": TEXT}
  {"peer": [CALL, {...}]}       makes a call as a client of grpcio               -> {"status", ...}

Settings, with what holds at first:

  token      the API token ("t0ken")
  users      {NAME: {"password", "totp"}} (one, "me@example.com" "s3cret")
  batch      how many entries a message of a listing has (2)
  hashes     whether digests of files are told (false)
  addresses  whether a listing tells where files can be fetched (false)
  signed     whether /static wants a signature (false)
  redirect   whether /static sends to another place (false)
  old        whether GetDownloadUrlPath is unknown (false)
  extra      entries that every listing has besides, as members of CloudDriveFile ([])

A fault says for which `call` it is ("static" for contents), at which `path` (any), after how many
that fit (`after`, 0) and for how many (`times`, 0 is for ever), how many `entries` of a listing are
told before (all of them), and what becomes of the call (`what`):

  error       it ends with status `code` and `message`
  refuse      it ends well, and says in its answer that nothing was done, for `message`
  lost        it is done, and the connection cut before the answer
  cut         the connection is cut
  raw         a message of the bytes `hex`
and over HTTP/1.1 only
  end         the answer ends without a status
  half        the answer ends in the middle of a frame, with or without status `code`
  frame       a frame of the bytes `hex`, as it is
  http        an answer of status `code`, type `type` and body `body`
  short       (of contents) so many bytes fewer
  silent      nothing more comes
"""

import asyncio
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import shutil
import struct
import sys
import tempfile
import urllib.parse

import grpc
from google.protobuf import json_format
from grpc_tools import protoc

SERVICE = "clouddrive.CloudDriveFileSrv"


def compiled():
    """The messages of the proto beside this file."""
    here = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as place:
        words = ["protoc", f"-I{here}", f"--python_out={place}", f"{here}/clouddrive.proto"]
        if protoc.main(words) != 0:
            sys.exit("clouddrive.py: the proto cannot be compiled")
        sys.path.insert(0, place)
        import clouddrive_pb2
        sys.path.remove(place)
    return clouddrive_pb2


pb = compiled()
METHODS = pb.DESCRIPTOR.services_by_name["CloudDriveFileSrv"].methods_by_name


def message(name):
    return getattr(pb, name)


class Problem(Exception):
    def __init__(self, code, words=""):
        self.code = code
        self.words = words


class Cut(Exception):
    """The connection is to be cut."""


class Odd(Exception):
    """Something that only the writer of an answer can do."""

    def __init__(self, fault):
        self.fault = fault


class Double:
    def __init__(self, folder):
        self.folder = folder
        self.key = secrets.token_bytes(16)
        self.settings = {
            "token": "t0ken", "users": {"me@example.com": {"password": "s3cret"}}, "batch": 2,
            "hashes": False, "addresses": False, "signed": False, "redirect": False, "old": False,
            "extra": []}
        self.tokens = set()
        self.faults = []
        self.log = []
        self.handles = {}
        self.next = 1
        self.pipes = set()

    # What the tests say

    def control(self, given):
        if "set" in given:
            unknown = set(given["set"]) - set(self.settings)
            if unknown:
                return {"error": f"no such settings: {unknown}"}
            self.settings.update(given["set"])
        if "faults" in given:
            self.faults = [dict(fault, seen=0) for fault in given["faults"]]
        if "forget" in given:
            self.tokens = set()
        if "log" in given:
            log, self.log = self.log, []
            return {"log": log}
        if "hex" in given:
            name, members = given["hex"]
            return {"hex": json_format.ParseDict(members, message(name)()).SerializeToString().hex()}
        return {"ok": True}

    def fault(self, call, path):
        found = None
        for fault in self.faults:
            if fault["call"] != call or fault.get("path", path) != path:
                continue
            fault["seen"] += 1
            first, times = fault.get("after", 0), fault.get("times", 0)
            if found is None and fault["seen"] > first and (
                    times == 0 or fault["seen"] <= first + times):
                found = fault
        return found

    # Files

    def place(self, path):
        if not path.startswith("/") or ".." in path.split("/"):
            raise Problem(3, "no path")
        return os.path.join(self.folder, path.strip("/")) if path.strip("/") else self.folder

    def there(self, path):
        place = self.place(path)
        if not os.path.lexists(place):
            raise Problem(5, f"not found: {path} 没有")
        return place

    def entry(self, path):
        place = self.there(path)
        status = os.stat(place)
        file = pb.CloudDriveFile(
            id=hashlib.md5(path.encode()).hexdigest(), name=os.path.basename(path.rstrip("/")),
            fullPathName=path, canSearch=True, CanLock=True)
        file.writeTime.seconds, file.writeTime.nanos = divmod(status.st_mtime_ns, 10**9)
        if os.path.isdir(place):
            file.isDirectory = file.isCloudDirectory = True
            file.dirCacheTimeToLiveSecs = 60
            return file
        file.fileType = pb.CloudDriveFile.File
        file.isCloudFile = True
        file.size = status.st_size
        if self.settings["hashes"]:
            body = pathlib.Path(place).read_bytes()
            file.fileHashes[1] = hashlib.md5(body).hexdigest().upper()
            file.fileHashes[2] = hashlib.sha1(body).hexdigest().upper()
        if self.settings["addresses"]:
            file.downloadUrlPath.downloadUrlPath = self.address(path)
        return file

    def sign(self, path):
        return hmac.new(self.key, path.encode(), "sha256").hexdigest()[:32]

    def address(self, path):
        text = "/static/{SCHEME}/{HOST}/{PREVIEW}/" + urllib.parse.quote(path, safe="")
        return text + (f"?sign={self.sign(path)}" if self.settings["signed"] else "")

    # Calls

    def path_of(self, request):
        for name in ("parentPath", "theFilePath", "path"):
            value = getattr(request, name, "")
            if value:
                return value if isinstance(value, str) else value[0]
        return ""

    async def answers(self, call, request, authorization, transport):
        """The messages of an answer, one after the other."""
        path = self.path_of(request)
        self.log.append({
            "call": call, "path": path, "transport": transport, "authorization": authorization,
            "refresh": getattr(request, "forceRefresh", False),
            "count": len(request.buffer) if call == "WriteToFile" else 0})
        fault = self.fault(call, path)
        what = fault["what"] if fault else None
        if call not in ("GetToken", "GetSystemInfo"):
            known = {self.settings["token"]} | self.tokens
            if not any(authorization == f"Bearer {token}" for token in known):
                raise Problem(16, "no token 无")
        if what == "refuse":
            result = pb.FileOperationResult(errorMessage=fault.get("message", ""))
            yield pb.CreateFolderResult(result=result) if call == "CreateFolder" else result
            return
        if call == "GetSubFiles":
            entries = self.entries(path)
            if fault:
                entries = entries[:fault.get("entries", len(entries))]
            size = self.settings["batch"]
            for start in range(0, len(entries), size):
                yield pb.SubFilesReply(subFiles=entries[start:start + size])
        elif what in (None, "lost"):
            try:
                answer = getattr(self, call)(request)
            except OSError as problem:
                raise Problem(13, problem.strerror)
            if what is None:
                yield answer
        if what in ("cut", "lost"):
            raise Cut()
        if what == "error":
            raise Problem(fault["code"], fault.get("message", ""))
        if what == "raw":
            yield bytes.fromhex(fault["hex"])
        elif what is not None:
            raise Odd(fault)

    def entries(self, path):
        place = self.there(path)
        if not os.path.isdir(place):
            return []
        names = sorted(os.listdir(place), key=lambda name: hashlib.md5(name.encode()).digest())
        found = [self.entry(path.rstrip("/") + "/" + name) for name in names]
        return found + [
            json_format.ParseDict(extra, pb.CloudDriveFile()) for extra in self.settings["extra"]]

    def GetSystemInfo(self, request):
        return pb.CloudDriveSystemInfo(IsLogin=True, UserName="m***")

    def GetToken(self, request):
        user = self.settings["users"].get(request.userName)
        if not user or user["password"] != request.password:
            return pb.JWTToken(errorMessage="wrong user or password")
        if user.get("totp", "") != request.totpCode:
            return pb.JWTToken(errorMessage="the code is wrong")
        token = secrets.token_hex(8)
        self.tokens.add(token)
        return pb.JWTToken(success=True, token=token)

    def FindFileByPath(self, request):
        path = request.parentPath.rstrip("/") + request.path
        return self.entry(path)

    def CreateFolder(self, request):
        parent = self.there(request.parentPath)
        try:
            os.mkdir(os.path.join(parent, request.folderName))
        except OSError as problem:
            result = pb.FileOperationResult(errorMessage=problem.strerror)
            return pb.CreateFolderResult(result=result)
        path = request.parentPath.rstrip("/") + "/" + request.folderName
        return pb.CreateFolderResult(
            folderCreated=self.entry(path), result=pb.FileOperationResult(success=True))

    def RenameFile(self, request):
        place = self.there(request.theFilePath)
        folder, name = os.path.dirname(place), request.newName
        # As many a cloud does it: what is there stays, and the other gets a number.
        number = 1
        while os.path.lexists(os.path.join(folder, name)):
            name = f"{request.newName}({number})"
            number += 1
        os.rename(place, os.path.join(folder, name))
        path = os.path.dirname(request.theFilePath).rstrip("/") + "/" + name
        return pb.FileOperationResult(success=True, resultFilePaths=[path])

    def DeleteFiles(self, request):
        for path in request.path:
            place = self.place(path)
            if not os.path.lexists(place):
                return pb.FileOperationResult(errorMessage="no such file")
        for path in request.path:
            place = self.place(path)
            shutil.rmtree(place) if os.path.isdir(place) else os.remove(place)
        return pb.FileOperationResult(success=True)

    def GetDownloadUrlPath(self, request):
        if self.settings["old"]:
            raise Problem(12, "unknown method")
        self.there(request.path)
        return pb.DownloadUrlPathInfo(downloadUrlPath=self.address(request.path))

    def CreateFile(self, request):
        parent = self.there(request.parentPath)
        handle, self.next = self.next, self.next + 1
        place = os.path.join(parent, request.fileName)
        self.handles[handle] = os.open(place, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        return pb.CreateFileResult(fileHandle=handle)

    def WriteToFile(self, request):
        if request.fileHandle not in self.handles or len(request.buffer) != request.length:
            raise Problem(3, "no such handle")
        count = os.pwrite(self.handles[request.fileHandle], request.buffer, request.startPos)
        return pb.WriteFileResult(bytesWritten=count)

    def CloseFile(self, request):
        file = self.handles.pop(request.fileHandle, None)
        if file is None:
            return pb.FileOperationResult(errorMessage="no such handle")
        os.close(file)
        return pb.FileOperationResult(success=True)


def encoded(answer):
    return answer if isinstance(answer, bytes) else answer.SerializeToString()


# gRPC

def handler(double, call):
    async def serve(request, context):
        metadata = dict(context.invocation_metadata())
        try:
            async for answer in double.answers(call, request, metadata.get("authorization"), "h2"):
                yield answer
        except Problem as problem:
            codes = {code.value[0]: code for code in grpc.StatusCode}
            await context.abort(codes[problem.code], problem.words)
        except Cut:
            for writer in list(double.pipes):
                writer.transport.abort()

    method = METHODS[call]
    return grpc.unary_stream_rpc_method_handler(
        serve, request_deserializer=message(method.input_type.name).FromString,
        response_serializer=encoded)


async def copy(double, reader, writer):
    double.pipes.add(writer)
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        double.pipes.discard(writer)
        writer.close()


# gRPC-Web

class Connection:
    def __init__(self, double, reader, writer):
        self.double = double
        self.reader = reader
        self.writer = writer

    async def serve(self, first):
        while True:
            head = first + await self.reader.readuntil(b"\r\n\r\n")
            first = b""
            line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            method, target, _ = line.split(" ")
            headers = {}
            for text in lines:
                name, _, value = text.partition(":")
                headers[name.lower()] = value.strip()
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
            if method == "POST":
                await self.call(target, headers, body)
            else:
                await self.content(target, headers)
            await self.writer.drain()

    def begin(self, status, headers):
        text = f"HTTP/1.1 {status} Status\r\n"
        text += "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.writer.write(text.encode("latin-1") + b"\r\n")

    def answer(self, status, body, kind="text/plain", more=()):
        self.begin(status, [("Content-Type", kind), ("Content-Length", len(body)), *more])
        self.writer.write(body)

    def chunk(self, body):
        self.writer.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")

    async def call(self, target, headers, body):
        service, _, call = target[1:].rpartition("/")
        if service != SERVICE or call not in METHODS:
            return self.answer(404, b"no such page", "text/html")
        if headers.get("content-type") != "application/grpc-web+proto":
            return self.answer(415, b"")
        method = METHODS[call]
        request = message(method.input_type.name).FromString(body[5:])
        assert body[0] == 0 and len(body) == 5 + struct.unpack(">I", body[1:5])[0]
        kind = ("Content-Type", "application/grpc-web+proto")
        is_begun = False

        def begin():
            nonlocal is_begun
            if not is_begun:
                self.begin(200, [kind, ("Transfer-Encoding", "chunked")])
            is_begun = True

        def status(code, words=""):
            text = f"grpc-status:{code}\r\n"
            if words:
                text += f"grpc-message:{urllib.parse.quote(words)}\r\n"
            return b"\x80" + struct.pack(">I", len(text)) + text.encode()

        def frame(content):
            return b"\x00" + struct.pack(">I", len(content)) + content

        authorization = headers.get("authorization")
        try:
            async for answer in self.double.answers(call, request, authorization, "web"):
                begin()
                # In pieces that have nothing to do with the frames.
                content = frame(encoded(answer))
                for start in range(0, len(content), 1000):
                    self.chunk(content[start:start + 1000])
                await self.writer.drain()
            begin()
            self.chunk(status(0))
        except Problem as problem:
            if not is_begun:
                return self.begin(200, [
                    kind, ("Content-Length", 0), ("grpc-status", problem.code),
                    ("grpc-message", urllib.parse.quote(problem.words))])
            self.chunk(status(problem.code, problem.words))
        except Odd as odd:
            fault = odd.fault
            if fault["what"] == "http":
                more = [tuple(pair) for pair in fault.get("headers", [])]
                return self.answer(
                    fault["code"], fault.get("body", "").encode(), fault.get("type", "text/html"),
                    more)
            begin()
            if fault["what"] == "silent":
                await self.writer.drain()
                await asyncio.Event().wait()
            if fault["what"] == "half":
                self.chunk(frame(b"\x0a\x05abc\x00\x00")[:8])
                if "code" in fault:
                    self.chunk(status(fault["code"]))
            if fault["what"] == "frame":
                self.chunk(bytes.fromhex(fault["hex"]))
                self.chunk(status(0))
        self.writer.write(b"0\r\n\r\n")

    async def content(self, target, headers):
        double = self.double
        path, _, query = target.partition("?")
        parts = path.split("/")
        name = urllib.parse.unquote(parts[-1])
        double.log.append({
            "call": parts[1], "path": name, "authorization": headers.get("authorization"),
            "target": target, "transport": "web", "refresh": False, "count": 0})
        if parts[1] == "static":
            # Behind TLS players know it by another scheme, and mostly by another name.
            ours = ["http", headers["host"], "False"]
            if len(parts) != 6 or parts[2:5] != ours and parts[2:5:2] != ["https", "False"]:
                return self.answer(404, b"not found")
            wanted = f"sign={double.sign(name)}"
            if double.settings["signed"] and query != wanted:
                return self.answer(403, b"signed link required")
            if double.settings["redirect"]:
                where = f"/cloud/{parts[-1]}"
                return self.answer(302, b"", more=[("Location", where)])
        fault = double.fault("static", name)
        if fault and fault["what"] == "http":
            return self.answer(fault["code"], fault.get("body", "").encode())
        try:
            body = pathlib.Path(double.there(name)).read_bytes()
        except (OSError, Problem):
            return self.answer(404, b"not found")
        if fault and fault["what"] == "short":
            return self.answer(200, body[:len(body) - fault["by"]], "application/octet-stream")
        if fault and fault["what"] == "cut":
            self.begin(200, [("Content-Length", len(body))])
            self.writer.write(body[:len(body) // 2])
            raise Cut()
        self.answer(200, body, "application/octet-stream")


async def peer(double, port, call, members):
    """Makes a call by somebody else's client."""
    method = METHODS[call]
    request = json_format.ParseDict(members, message(method.input_type.name)())
    found = []
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = channel.unary_stream(
            f"/{SERVICE}/{call}", request_serializer=message(method.input_type.name).SerializeToString,
            response_deserializer=message(method.output_type.name).FromString)
        metadata = [("authorization", f"Bearer {double.settings['token']}")]
        try:
            async for answer in stub(request, metadata=metadata):
                found.append(json_format.MessageToDict(answer))
        except grpc.aio.AioRpcError as error:
            return {"status": error.code().value[0], "words": error.details(), "answers": found}
    return {"status": 0, "words": "", "answers": found}


async def main():
    double = Double(sys.argv[1])
    server = grpc.aio.server()
    handlers = {call: handler(double, call) for call in METHODS}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    inner = server.add_insecure_port("127.0.0.1:0")
    await server.start()

    async def accept(reader, writer):
        try:
            first = await reader.readexactly(3)
            if first != b"PRI":
                return await Connection(double, reader, writer).serve(first)
            other = await asyncio.open_connection("127.0.0.1", inner)
            other[1].write(first)
            await asyncio.gather(
                copy(double, reader, other[1]), copy(double, other[0], writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        except Cut:
            await writer.drain()
            writer.transport.abort()

    front = await asyncio.start_server(accept, "127.0.0.1", 0, limit=1 << 20)
    port = front.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        given = json.loads(line)
        try:
            answer = (await peer(double, port, *given["peer"]) if "peer" in given
                      else double.control(given))
        except Exception as problem:  # whoever asked is to hear of it
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), flush=True)
    os._exit(0)


asyncio.run(main())
