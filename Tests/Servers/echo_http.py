"""An HTTP/1.1 server that does as its paths say, faults included; and a proxy, if asked like one.

echo_http.py [CERTIFICATE KEY] prints its port and serves until its standard input ends.
"""
import asyncio
import logging
import os
import socket
import ssl
import struct
import sys

connections = 0
inside = 0
most_inside = 0


def pattern(count):
    return bytes(place * 7 % 251 for place in range(count))


class Connection:
    def __init__(self, reader, writer, number):
        self.reader, self.writer, self.number = reader, writer, number

    def answer(self, status="200 OK", body=b"", headers=(), length=None):
        lines = [f"HTTP/1.1 {status}", f"X-Connection: {self.number}", *headers]
        if length is None:
            length = len(body)
        if length >= 0:
            lines.append(f"Content-Length: {length}")
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def reset(self):
        """Ends the connection with a reset in place of an end."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def serve(self):
        while True:
            try:
                first = await self.reader.readexactly(1)
                if not first.isalpha():
                    return self.answer("400 Bad Request", b"this is no HTTP")
                head = first + await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            target = head.split(b" ")[1].decode()
            if target.startswith("/reset-early"):
                await self.reader.readexactly(min(length, 1))
                return self.reset()
            body = await self.reader.readexactly(length)
            if not await self.reply(target, head, body):
                return

    async def reply(self, target, head, body):
        """Answers one request; false if the connection ends with it."""
        if target.startswith("http://"):
            self.answer(body=b"proxied " + target.encode(), headers=["Via: 1.1 here"])
            return True
        word, _, rest = target[1:].partition("?")[0].partition("/")
        number = int(rest) if rest.isdigit() else 0
        is_head = head.startswith(b"HEAD")
        match word:
            case "echo":
                self.answer(body=head + body)
            case "status":
                self.answer(
                    f"{number} Whatever", headers=["Location: /elsewhere"],
                    length=-1 if number in (204, 304) else None)
            case "bytes":
                self.answer(
                    body=b"" if is_head else pattern(number), length=number,
                    headers=['eTaG: "a tag"', "X-Blank:  \t ", "X-Twice: one", "X-Twice: two"])
            case "refusal":
                self.answer("403 Forbidden", pattern(number))
            case "chunked":
                self.answer(headers=["Transfer-Encoding: chunked"], length=-1)
                body = pattern(number)
                for start in range(0, number, 1000):
                    piece = body[start:start + 1000]
                    self.writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.writer.write(b"0\r\nX-Trailer: behind\r\n\r\n")
            case "cut":
                self.answer(body=pattern(number // 2), length=number)
                await self.writer.drain()
                return False
            case "cut-chunked":
                self.answer(headers=["Transfer-Encoding: chunked"], length=-1)
                self.writer.write(b"10\r\n12345")
                return False
            case "reset":
                self.reset()
                return False
            case "reset-inside":
                self.answer(body=pattern(number // 2), length=number)
                await self.writer.drain()
                self.reset()
                return False
            case "end":
                return False
            case "silent":
                await asyncio.sleep(3600)
            case "halt":
                self.answer(body=pattern(number // 2), length=number)
                await asyncio.sleep(3600)
            case "drip":
                self.answer(length=number)
                for _ in range(number):
                    self.writer.write(b"x")
                    await asyncio.sleep(0.02)
            case "garbage":
                self.writer.write(b"I do not speak this\r\n\r\n")
                return False
            case "flood":
                self.writer.write(b"HTTP/1.1 200 OK\r\n")
                for place in range(100_000):
                    self.writer.write(b"X-%d: %s\r\n" % (place, b"x" * 100))
                    await self.writer.drain()
            case "interim":
                self.writer.write(b"HTTP/1.1 100 Continue\r\nX-Interim: yes\r\n\r\n")
                self.writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
                self.answer(body=b"final")
            case "leave":
                self.answer(body=b"bye")
                return False
            case "count":
                global inside, most_inside
                inside += 1
                most_inside = max(inside, most_inside)
                await asyncio.sleep(0.005)
                inside -= 1
                self.answer(body=str(most_inside).encode())
            case _:
                self.answer("404 Not Found", b"no such path")
        await self.writer.drain()
        return True


async def accept(reader, writer):
    global connections
    connections += 1
    try:
        await Connection(reader, writer, connections).serve()
    except ConnectionError:
        pass
    writer.close()


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: os.read(0, 1) or os._exit(0))
    loop.set_exception_handler(lambda *_: None)
    await server.serve_forever()


# A client that hangs up is the subject of tests, not worth a word.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)
asyncio.run(main())
