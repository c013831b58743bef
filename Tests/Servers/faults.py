#!/usr/bin/env python3
"""A proxy between a client and an S3 server that goes wrong in the ways it is told to.

usage: faults.py [--to http://HOST:PORT] [--tls CERTIFICATE KEY]

It prints its endpoint and ends when standard input ends. Each line of input is a JSON object, and
each is answered by one line:

  {"rules": [RULE, ...]}   puts these rules in the place of all others      -> {"ok": true}
  {"log": true}            what has happened since the rules were given     -> {"log": [...]}

A rule says which requests it is for and what becomes of them; the first rule that fits wins, and
what no rule fits passes untouched (without --to, it is answered with 404).

  method, path, query, header   regular expressions, found anywhere in what they are for (a header
                                is matched as "name: value" with a small name)
  nth, times                    starting with the nth request that fits (1), for so many (1; 0 is
                                for ever)
  fault                         one of these:

  reset        the connection is reset after `after` bytes of the request's body (0); with `how`
               "close" it is closed instead
  lost         the server gets the request, and the client a reset instead of the answer
  cut          the answer ends (`how` again) after `after` bytes of its body, or half of it
  stall        as cut, but the connection stays open and silent
  silent       the request is read and never answered
  deaf         the connection is taken and never read; counts connections, not requests
  drip         `bytes` of the answer (1) every `seconds` (0.01)
  late         the request is passed on only `seconds` later
  etag         another entity tag, in the header and in the body: `value`
  length       Content-Length is wrong by `by` bytes
  header       the answer has header `name` with `value`, or has it no more if that is null
  token        the continuation token is `how`: "missing", "repeated" (that which was sent), or
               "first" (that of the first page, so that the listing goes round)
  disorder     the entries of the page come in the opposite order
  page-again   the entries of the page before, with the token of this one
  replace      what `from` (a regular expression) finds in the answer's body becomes `to`
  answer       `status`, `headers`, `body`, and with `forward` the server gets the request first
  delete-error keys that `keys` (a regular expression) finds are not deleted but reported with
               `code`; the others are deleted

and these, which are answers that S3 gives: slow-down (with `retry_after`), internal-error,
request-timeout, ok-error (200 with an error of `code`), redirect (`location`, `status`, `region`),
wrong-region (`region`), skew (the Date is off by `seconds`, 3600; a gateway would go along with up
to 900), expired-token, precondition, conflict, forbidden, garbage, bomb (entities of entities),
endless (a body without an end).
"""

import argparse
import asyncio
import fcntl
import json
import re
import socket
import ssl
import struct
import sys
import termios
import urllib.parse
from xml.sax.saxutils import escape, unescape

from answers import ANSWERS, NAMESPACE, XML, date, error, signed


class Over(Exception):
    """The connection with the client has come to its end."""

    def __init__(self, is_reset=False):
        self.is_reset = is_reset


class Message:
    """The head of a request or an answer, as it came, and its body once that was read."""

    def __init__(self, first, headers):
        self.first = first
        self.headers = headers
        self.body = b""

    @staticmethod
    async def read(reader):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].decode("latin-1").split("\r\n")
        return Message(first, [tuple(line.split(":", 1)) for line in lines])

    def get(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value.strip()
        return None

    def set(self, name, value):
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, f" {value}"))

    @property
    def length(self):
        return int(self.get("content-length") or 0)

    def head(self):
        lines = [self.first] + [f"{key}:{value}" for key, value in self.headers]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    async def pieces(self, reader):
        """The body, piece by piece, without what marks its chunks."""
        if (self.get("transfer-encoding") or "").lower() == "chunked":
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                yield await reader.readexactly(size)
                await reader.readexactly(2)
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
            return
        rest = self.length
        while rest > 0:
            piece = await reader.read(min(rest, 65536))
            if not piece:
                raise asyncio.IncompleteReadError(b"", rest)
            rest -= len(piece)
            yield piece


class Rule:
    def __init__(self, given):
        self.given = given
        self.fault = given["fault"]
        self.seen = 0
        if self.fault not in ANSWERS and self.fault not in Exchange.FAULTS | {"deaf"}:
            raise ValueError(f"no such fault: {self.fault}")

    def fits(self, texts):
        """Whether this is for a request, of which it is told once."""
        for name, text in texts.items():
            if name in self.given and not re.search(self.given[name], text, re.MULTILINE):
                return False
        self.seen += 1
        first, times = self.given.get("nth", 1), self.given.get("times", 1)
        return self.seen >= first and (times == 0 or self.seen < first + times)


class Proxy:
    def __init__(self, target):
        self.target = target
        self.rules = []
        self.never = asyncio.Event()
        self.clear()

    def clear(self):
        self.log = []
        self.in_flight = 0
        self.first_token = None
        self.last_page = None

    def command(self, line):
        try:
            given = json.loads(line)
            if "rules" in given:
                self.rules = [Rule(rule) for rule in given["rules"]]
                self.clear()
            return {"log": self.log} if "log" in given else {"ok": True}
        except (ValueError, KeyError) as problem:
            return {"error": f"{type(problem).__name__}: {problem}"}

    def rule_for(self, texts, is_connection=False):
        found = None
        for rule in self.rules:
            if (rule.fault == "deaf") == is_connection and found is None and rule.fits(texts):
                found = rule
        return found

    async def serve(self, reader, writer):
        server = None
        try:
            if self.rule_for({}, is_connection=True):
                self.log.append({"fault": "deaf"})
                await self.never.wait()
            while True:
                try:
                    request = await Message.read(reader)
                except asyncio.IncompleteReadError:
                    break
                if server is None and self.target:
                    server = await asyncio.open_connection(*self.target, limit=1 << 20)
                self.in_flight += 1
                try:
                    await Exchange(self, request, (reader, writer), server).run()
                finally:
                    self.in_flight -= 1
                if (request.get("connection") or "").lower() == "close":
                    break
        except Over as over:
            if over.is_reset:
                # With no time to linger, closing becomes a reset.
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            if server:
                server[1].close()


class Exchange:
    """One request and what becomes of it."""

    FAULTS = {
        "reset", "lost", "cut", "stall", "silent", "drip", "late", "etag", "length", "header",
        "token", "disorder", "page-again", "replace", "delete-error", "endless",
    }

    def __init__(self, proxy, request, client, server):
        self.proxy = proxy
        self.request = request
        self.reader, self.writer = client
        self.server = server
        self.method, target, _ = request.first.split(" ", 2)
        self.path, _, self.query = target.partition("?")
        self.entry = {
            "method": self.method, "path": self.path, "query": self.query, "fault": None,
            "headers": {key.lower(): value.strip() for key, value in request.headers},
            "status": None, "received": 0, "sent": 0, "inFlight": proxy.in_flight}
        proxy.log.append(self.entry)
        headers = "\n".join(f"{key}: {value}" for key, value in self.entry["headers"].items())
        self.rule = proxy.rule_for({
            "method": self.method, "path": self.path, "query": self.query, "header": headers})
        self.given = self.rule.given if self.rule else {}
        self.fault = self.rule.fault if self.rule else None
        self.entry["fault"] = self.fault

    def end(self):
        return Over(is_reset=self.given.get("how", "reset") == "reset")

    async def run(self):
        if self.request.get("expect"):
            self.request.set("Expect", None)
            if self.fault != "reset":
                self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self.fault in ("reset", "silent", "delete-error", "endless") or self.fault in ANSWERS:
            return await self.instead()
        if self.fault == "late":
            await asyncio.sleep(self.given["seconds"])
        if not self.server:
            await self.swallow()
            return await self.answer(error(404, "NoSuchKey"))
        answer = await self.forward()
        if self.fault == "lost":
            await self.body_of(answer)
            raise self.end()
        if self.fault in (None, "late") and "list-type" not in self.query:
            return await self.pass_on(answer)
        await self.body_of(answer)
        self.change(answer)
        await self.send(answer)

    # The request

    async def swallow(self, most=None):
        """Reads the body, or so much of it."""
        body = b""
        if most is not None and self.request.length > most:
            body = await self.reader.readexactly(most)
            self.entry["received"] = most
            return body
        async for piece in self.request.pieces(self.reader):
            self.entry["received"] += len(piece)
            body += piece if self.request.length < 1 << 24 else b""
        return body

    async def forward(self):
        reader, writer = self.server
        is_chunked = bool(self.request.get("transfer-encoding"))
        writer.write(self.request.head())
        async for piece in self.request.pieces(self.reader):
            self.entry["received"] += len(piece)
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
            await writer.drain()
        if is_chunked:
            writer.write(b"0\r\n\r\n")
        await writer.drain()
        answer = await Message.read(reader)
        while answer.first.split(" ")[1] == "100":
            answer = await Message.read(reader)
        self.entry["status"] = int(answer.first.split(" ")[1])
        return answer

    async def instead(self):
        """Does without the server's answer."""
        if self.fault == "reset":
            await self.swallow(self.given.get("after", 0))
            raise self.end()
        if self.given.get("forward") and self.server:
            await self.body_of(await self.forward())
        else:
            body = await self.swallow()
        if self.fault == "silent":
            await self.proxy.never.wait()
        elif self.fault == "delete-error":
            await self.answer(await self.delete(body))
        elif self.fault == "endless":
            await self.endless()
        else:
            await self.answer(ANSWERS[self.fault](self.given))

    # The answer

    def has_body(self, answer):
        status = answer.first.split(" ")[1]
        return self.method != "HEAD" and status not in ("204", "304")

    async def body_of(self, answer):
        if self.has_body(answer):
            answer.body = b"".join([piece async for piece in answer.pieces(self.server[0])])
            answer.set("Transfer-Encoding", None)
            answer.set("Content-Length", len(answer.body))

    async def write(self, piece):
        self.writer.write(piece)
        self.entry["sent"] += len(piece)
        await self.writer.drain()

    async def pass_on(self, answer):
        is_chunked = bool(answer.get("transfer-encoding"))
        self.writer.write(answer.head())
        if self.has_body(answer):
            async for piece in answer.pieces(self.server[0]):
                if is_chunked:
                    self.writer.write(b"%x\r\n" % len(piece))
                await self.write(piece)
                if is_chunked:
                    self.writer.write(b"\r\n")
            if is_chunked:
                self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()
        if (answer.get("connection") or "").lower() == "close":
            raise Over

    async def answer(self, given):
        body = given.get("body", "").encode()
        status = given["status"]
        answer = Message(f"HTTP/1.1 {status} As-Asked", [])
        answer.set("Content-Type", "application/xml")
        answer.set("Date", date(0))
        for name, value in (given.get("headers") or {}).items():
            answer.set(name, value)
        answer.body = body if self.has_body(answer) else b""
        if status not in (204, 304):
            answer.set("Content-Length", len(body))
        self.entry["status"] = status
        self.writer.write(answer.head())
        await self.write(answer.body)

    async def endless(self):
        self.entry["status"] = 200
        self.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
                          b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"<Contents><Key>" + b"a" * 65536
        while True:
            await self.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    async def arrived(self):
        """Waits until the other end has what was sent, which a reset would overtake."""
        given = self.writer.get_extra_info("socket")
        waiting = bytearray(4)
        while True:
            fcntl.ioctl(given.fileno(), termios.TIOCOUTQ, waiting)
            if not any(waiting) and not self.writer.transport.get_write_buffer_size():
                return
            await asyncio.sleep(0.001)

    async def send(self, answer):
        """Sends an answer that was read as a whole, or as much of it as the fault lets through."""
        body = answer.body
        self.writer.write(answer.head())
        if self.fault in ("cut", "stall"):
            await self.write(body[:self.given.get("after", len(body) // 2)])
            if self.fault == "stall":
                await self.proxy.never.wait()
            await self.arrived()
            raise self.end()
        if self.fault == "drip":
            size = self.given.get("bytes", 1)
            for at in range(0, len(body), size):
                await self.write(body[at:at + size])
                await asyncio.sleep(self.given.get("seconds", 0.01))
            return
        await self.write(body)
        if self.fault == "length":
            raise Over

    # What is wrong with an answer that looks right

    def change(self, answer):
        body = answer.body
        before = self.proxy.last_page
        self.remember(body)
        if self.fault == "etag":
            value = self.given.get("value", '"' + "0" * 32 + '"')
            if answer.get("etag"):
                answer.set("ETag", value)
            escaped = escape(value, {'"': "&quot;"})
            body = re.sub(rb"<ETag>[^<]*", f"<ETag>{escaped}".encode(), body)
        elif self.fault == "header":
            answer.set(self.given["name"], self.given.get("value"))
        elif self.fault == "replace":
            body = re.sub(self.given["from"].encode(), self.given["to"].encode(), body)
        elif self.fault == "disorder":
            body = self.with_entries(body, lambda entries: entries[::-1])
        elif self.fault == "page-again":
            body = self.with_entries(body, lambda entries: before or entries)
        elif self.fault == "token":
            body = self.with_token(body)
        if body != answer.body:
            answer.body = body
            answer.set("Content-Length", len(body))
        if self.fault == "length":
            answer.set("Content-Length", len(body) + self.given.get("by", 1))

    def remember(self, body):
        if entries := self.ENTRY.findall(body):
            self.proxy.last_page = entries
        if self.proxy.first_token is None and (found := self.TOKEN.search(body)):
            self.proxy.first_token = found.group(1)

    ENTRY = re.compile(rb"<Contents>.*?</Contents>", re.DOTALL)
    TOKEN = re.compile(rb"<NextContinuationToken>(.*?)</NextContinuationToken>", re.DOTALL)

    def with_entries(self, body, change):
        entries = iter(change(self.ENTRY.findall(body)))
        return self.ENTRY.sub(lambda _: next(entries, b""), body)

    def with_token(self, body):
        how = self.given.get("how", "repeated")
        sent = urllib.parse.parse_qs(self.query).get("continuation-token", [""])[0].encode()
        sent = escape(sent.decode()).encode()
        if how == "missing":
            return self.TOKEN.sub(b"", body)
        token = self.proxy.first_token if how == "first" else sent or self.proxy.first_token
        tag = b"<NextContinuationToken>" + (token or b"x") + b"</NextContinuationToken>"
        body = self.TOKEN.sub(b"", body).replace(b"<IsTruncated>false", b"<IsTruncated>true")
        return body.replace(b"</IsTruncated>", b"</IsTruncated>" + tag)

    # Deleting only some

    async def delete(self, body):
        """Deletes one by one, as the client's signature is for all of the keys or none."""
        result = []
        for text in re.findall(r"<Key>(.*?)</Key>", body.decode(), re.DOTALL):
            key = unescape(text, {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&#13;": "\r"})
            if re.search(self.given.get("keys", ""), key):
                code = self.given.get("code", "AccessDenied")
                result.append(f"<Error><Key>{text}</Key><Code>{code}</Code>"
                              "<Message>as asked for</Message></Error>")
                continue
            path = f"{self.path.rstrip('/')}/{urllib.parse.quote(key, safe='/~')}"
            reader, writer = await asyncio.open_connection(*self.proxy.target)
            writer.write(signed("DELETE", self.proxy.target, path))
            await Message.read(reader)
            writer.close()
            if b"<Quiet>true" not in body:
                result.append(f"<Deleted><Key>{text}</Key></Deleted>")
        text = "".join(result)
        return {"status": 200,
                "body": f'{XML}<DeleteResult xmlns="{NAMESPACE}">{text}</DeleteResult>'}


async def commands(proxy):
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        print(json.dumps(proxy.command(line)), flush=True)


async def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", help="the server that gets the requests")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    options = parser.parse_args()
    target = urllib.parse.urlsplit(options.to) if options.to else None
    proxy = Proxy((target.hostname, target.port) if target else None)
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    server = await asyncio.start_server(
        proxy.serve, "127.0.0.1", 0, limit=1 << 20, ssl=context, backlog=512)
    port = server.sockets[0].getsockname()[1]
    print(f"{'https' if context else 'http'}://127.0.0.1:{port}", flush=True)
    await commands(proxy)


if __name__ == "__main__":
    asyncio.run(main())
