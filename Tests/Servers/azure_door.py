"""How requests come to the double of Azure and answers leave it, whole or in the way that a fault
says."""

import base64
import email.utils
import hashlib
import http.server
import json
import os
import re
import socket
import socketserver
import struct
import sys
import time
import traceback
import urllib.parse
import uuid
from xml.sax.saxutils import escape

from azure_trust import Refusal, pairs

MESSAGES = {
    "BlobNotFound": "The specified blob does not exist.",
    "ContainerNotFound": "The specified container does not exist.",
    "ContainerAlreadyExists": "The specified container already exists.",
    "ContainerBeingDeleted": "The specified container is being deleted. Try operation later.",
    "BlobAlreadyExists": "The specified blob already exists.",
    "ConditionNotMet": "The condition specified using HTTP conditional header(s) is not met.",
    "Md5Mismatch": "The MD5 value specified in the request did not match with the MD5 value "
                   "calculated by the server.",
    "Crc64Mismatch": "The CRC64 value specified in the request did not match with the CRC64 value "
                     "calculated by the server.",
    "InvalidBlockList": "The specified block list is invalid.",
    "InvalidBlobOrBlock": "The specified blob or block content is invalid.",
    "InvalidRange": "The range specified is invalid for the current size of the resource.",
    "AuthorizationPermissionMismatch": "This request is not authorized to perform this operation "
                                       "using this permission.",
    "ServerBusy": "The server is busy.",
    "InternalError": "The server encountered an internal error. Please retry the request.",
    "OperationTimedOut": "The operation could not be completed within the permitted time.",
    "BlobArchived": "This operation is not permitted on an archived blob.",
    "SnapshotsPresent": "This operation is not permitted because the blob has snapshots.",
    "LeaseIdMissing": "There is currently a lease on the blob and no lease ID was specified in the "
                      "request."}

CALLS = {
    ("GET", "", "comp=list"): "containers",
    ("GET", "", "comp=properties restype=service"): "service",
    ("GET", "", "comp=properties restype=account"): "account",
    ("HEAD", "", "comp=properties restype=account"): "account",
    ("PUT", "c", "restype=container"): "create", ("DELETE", "c", "restype=container"): "remove",
    ("GET", "c", "restype=container"): "container", ("HEAD", "c", "restype=container"): "container",
    ("GET", "c", "comp=metadata restype=container"): "container",
    ("PUT", "c", "comp=metadata restype=container"): "container-metadata",
    ("GET", "c", "comp=acl restype=container"): "acl",
    ("GET", "c", "comp=list restype=container"): "list",
    ("PUT", "b", ""): "put", ("PUT", "b", "comp=block"): "block",
    ("PUT", "b", "comp=blocklist"): "blocklist", ("GET", "b", "comp=blocklist"): "blocks",
    ("PUT", "b", "comp=metadata"): "metadata", ("PUT", "b", "comp=properties"): "properties",
    ("PUT", "b", "comp=tier"): "tier", ("PUT", "b", "comp=snapshot"): "snapshot",
    ("PUT", "b", "comp=lease"): "lease", ("GET", "b", ""): "get", ("HEAD", "b", ""): "head",
    ("GET", "b", "comp=metadata"): "head", ("HEAD", "b", "comp=metadata"): "head",
    ("DELETE", "b", ""): "delete"}


def http_date(moment):
    return email.utils.formatdate(moment, usegmt=True)


class Gone(Exception):
    """There is nobody to answer any more, or nothing is to be answered."""


class Answer:
    def __init__(self, status, headers=None, body=b"", file=None):
        self.status, self.headers, self.body = status, headers or {}, body
        self.file = file            # an open file and how many bytes of it, in place of a body
        self.chunked = False


class Body:
    """The content of a request: in memory if it is small, else in a file."""

    def __init__(self, folder, source, length, most):
        self.length, self.data = length, b""
        self.path = folder / f".body-{uuid.uuid4().hex}" if length > 1 << 20 else None
        file, pieces = self.path and self.path.open("wb"), []
        digest, left = hashlib.md5(), min(length, most)
        while left > 0:
            piece = source.read(min(left, 1 << 20))
            if not piece:
                self.end()
                raise Gone
            digest.update(piece)
            (file.write if file else pieces.append)(piece)
            left -= len(piece)
        if file:
            file.close()
        self.data = b"".join(pieces)
        self.md5 = base64.b64encode(digest.digest()).decode()

    def bytes(self):
        return self.path.read_bytes() if self.path else self.data

    def piece(self):
        return (self.path, 0, self.length) if self.path else self.data

    def end(self):
        if self.path and self.path.exists():
            self.path.unlink()


class Ask:
    """What is asked, and of what."""

    def __init__(self, method, target, headers, home):
        self.method, self.url, self.home = method, home + target, home
        path, _, query = target.partition("?")
        self.target, self.query = target, pairs(query)
        self.given = [(name, value.strip()) for name, value in headers.items()]
        self.headers = {name.lower(): value for name, value in self.given}
        self.flaw = None
        try:
            self.account, self.container, self.name = Ask.place(path)
        except UnicodeDecodeError:
            self.account, self.container, self.name = path.split("/")[1], "", ""
            self.flaw = Refusal(400, "InvalidUri", "The requested URI is not UTF-8.")
        if len(self.name) > 1024 or self.name.count("/") > 254:
            self.flaw = Refusal(400, "InvalidUri", "The name is too long.")
        kind = "b" if self.name else "c" if self.container else ""
        what = " ".join(f"{key}={self.query[key]}" for key in ("comp", "restype")
                        if key in self.query)
        self.call = CALLS.get((method, kind, what))
        if self.call == "put" and "x-ms-copy-source" in self.headers:
            self.call = "copy"
        self.body, self.fault = None, {}

    @staticmethod
    def place(path):
        """Account, container and blob of the path of an address."""
        parts = (path.split("/", 3) + ["", "", ""])[1:4]
        return tuple(urllib.parse.unquote(part, errors="strict") for part in parts)

    def entry(self, status):
        headers = {name: value for name, value in self.headers.items() if name != "authorization"}
        how = "key" if "authorization" in self.headers else "sas" if "sig" in self.query else None
        query = {name: value for name, value in self.query.items() if name != "sig"}
        return {"call": self.call or "?", "method": self.method, "container": self.container,
                "name": self.name, "query": query, "headers": headers, "trust": how,
                "received": self.body.length if self.body else 0, "status": status,
                "fault": bool(self.fault)}


class Door(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    double = None

    def log_message(self, *_):
        pass

    def version_string(self):
        return "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"

    def serve(self):
        home = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.startswith("/_"):
            return self.serve_control()
        ask, double = Ask(self.command, self.path, self.headers, home), self.double
        try:
            with double.under(ask):
                ask.fault = double.fault(ask.call or "?", ask.name)
                answer = self.answer(ask)
                with double.turn:
                    double.log.append(ask.entry(answer.status))
                self.send(ask, answer)
        except (Gone, ConnectionError):
            with double.turn:
                double.log.append(ask.entry(None))
            self.close_connection = True
        finally:
            if ask.body:
                ask.body.end()

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = serve

    def date_time_string(self, timestamp=None):
        """The header Date, which tells the clock that signatures are held against."""
        return super().date_time_string(self.double.now() if timestamp is None else timestamp)

    def serve_control(self):
        length = int(self.headers.get("content-length") or 0)
        told = json.loads(self.rfile.read(length) or b"{}")
        if self.path == "/_control":
            told = self.double.control(told)
        elif self.path == "/_log":
            told = self.double.told()
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, ask):
        fault = ask.fault
        try:
            self.read(ask)
            if ask.flaw:
                raise ask.flaw
            time.sleep(fault.get("seconds", 0))
            if not fault.get("done"):
                self.hinder(ask)
            with self.double.turn:
                answer = self.double.do(ask)
            if fault.get("done"):
                if answer.file:
                    answer.file[0].close()
                self.hinder(ask)
            return answer
        except Refusal as refusal:
            return self.refused(ask, refusal)

    def hinder(self, ask):
        if ask.fault.get("die"):
            os._exit(9)
        if ask.fault.get("drop"):
            raise Gone
        if "status" in ask.fault:
            code = ask.fault.get("code", "InternalError")
            raise Refusal(ask.fault["status"], code, ask.fault.get("message", ""),
                          headers=ask.fault.get("headers", {}))

    def read(self, ask):
        if "transfer-encoding" in ask.headers:
            self.close_connection = True
            raise Refusal(411, "MissingContentLengthHeader")
        length = ask.headers.get("content-length")
        if ask.method == "PUT" and length is None:
            self.close_connection = True
            raise Refusal(411, "MissingContentLengthHeader")
        length, most = int(length or 0), ask.fault.get("reset", 1 << 60)
        ask.body = Body(self.double.shelf.folder, self.rfile, length, most)
        if "reset" in ask.fault:
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone

    def refused(self, ask, refusal):
        headers = {"x-ms-error-code": refusal.code, **refusal.more.get("headers", {})}
        if ask.method == "HEAD" or refusal.status == 304:
            return Answer(refusal.status, headers)
        message = str(refusal)
        if message == refusal.code:
            message = MESSAGES.get(refusal.code, refusal.code)
        if ask.fault.get("echo"):
            message += f" {ask.url} " + " ".join(f"{name}: {value}" for name, value in ask.given)
        detail = refusal.more.get("detail")
        text = (f"<Code>{refusal.code}</Code><Message>{escape(message)}\nRequestId:{uuid.uuid4()}\n"
                f"Time:{time.strftime('%Y-%m-%dT%H:%M:%S.0000000Z', time.gmtime())}</Message>")
        if detail:
            text += f"<AuthenticationErrorDetail>{escape(detail)}</AuthenticationErrorDetail>"
        body = f'\ufeff<?xml version="1.0" encoding="utf-8"?><Error>{text}</Error>'.encode()
        return Answer(refusal.status, {"Content-Type": "application/xml", **headers}, body)

    # How it leaves

    def send(self, ask, answer):
        fault, headers = ask.fault, dict(answer.headers)
        body, length = self.content(ask, answer)
        if "md5" in fault:
            for name in ("Content-MD5", "x-ms-blob-content-md5"):
                if name in headers:
                    headers[name] = base64.b64encode(hashlib.md5(b"another").digest()).decode()
        if "etag" in fault and "ETag" in headers:
            headers["ETag"] = f'"0x8F{time.time_ns():X}"'
        if "header" in fault:
            name, value = fault["header"]
            headers.pop(name, None)
            if value is not None:
                headers[name] = value
        silent = ask.method == "HEAD" or answer.status == 304
        chunked = answer.chunked and "length" not in fault
        if chunked or ask.method == "HEAD" and answer.status >= 400:
            headers["Transfer-Encoding"] = "chunked"
        elif answer.status != 304:
            headers.setdefault("Content-Length", str(length + fault.get("length", 0)))
        self.send_response(answer.status)
        headers.setdefault("x-ms-request-id", str(uuid.uuid4()))
        headers.setdefault("x-ms-version", ask.headers.get("x-ms-version", "2021-12-02"))
        if "x-ms-client-request-id" in ask.headers:
            headers["x-ms-client-request-id"] = ask.headers["x-ms-client-request-id"]
        for name, value in headers.items():
            self.send_header(name, value)
        if fault.get("length"):
            self.close_connection = True
        self.end_headers()
        if not silent:
            self.send_body(fault, body, length, chunked)

    def content(self, ask, answer):
        """What can be read piece by piece, and how much it is."""
        fault = ask.fault
        if answer.file and not {"flip", "short", "replace"} & set(fault):
            return answer.file
        body = answer.body
        if answer.file:
            body = answer.file[0].read(answer.file[1])
            answer.file[0].close()
        if "replace" in fault:
            old, new = fault["replace"]
            body = re.sub(old, new, body.decode()).encode()
        if "short" in fault:
            body = body[:max(0, len(body) - fault["short"])]
        if fault.get("flip", len(body)) < len(body):
            changed = bytearray(body)
            changed[fault["flip"]] ^= 1
            body = bytes(changed)
        return [body], len(body)

    def send_body(self, fault, body, length, chunked):
        drip = fault.get("drip")
        left = min(fault.get("cut", length), length)
        is_cut = "cut" in fault and fault["cut"] < length
        while left > 0:
            size = min(left, drip or 1 << 18)
            if isinstance(body, list):
                piece, body = body[0][:size], [body[0][size:]]
            else:
                piece = body.read(size)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            left -= len(piece)
            if drip:
                time.sleep(0.01)
        if not isinstance(body, list):
            body.close()
        if is_cut:
            raise Gone
        if chunked:
            self.wfile.write(b"0\r\n\r\n")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        # That a client goes away is no fault of the double.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            traceback.print_exc()
