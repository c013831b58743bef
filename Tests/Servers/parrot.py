"""A server that says in each refusal what it was given, in the form of OpenList, CloudDrive2, S3
and WebDAV, whichever it is asked in.

parrot.py prints its endpoint and serves until its standard input ends.
"""
import http.server
import json
import sys
import threading
import urllib.parse


class Parrot(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, kind, body, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard = [self.headers.get(name, "")
                 for name in ("Authorization", "Cookie", "X-Amz-Security-Token")]
        said = body.decode("utf-8", "replace") if len(body) < 500 else ""
        words = "squawk: " + " ".join([*heard, "".join(c for c in said if c.isprintable())])
        if self.path.startswith("/api/"):
            # What is said is cut off in the middle of a token.
            told = {"code": 403, "message": words[:60], "data": None}
            return self.answer(200, "application/json", json.dumps(told).encode())
        if self.path.startswith("/clouddrive."):
            trailer = f"grpc-status: 7\r\ngrpc-message: {urllib.parse.quote(words)}\r\n".encode()
            frame = b"\x80" + len(trailer).to_bytes(4, "big") + trailer
            return self.answer(200, "application/grpc-web+proto", frame)
        if self.command == "PROPFIND":
            return self.answer(403, "text/plain", words.encode(), [("Warning", words)])
        # The name of a signature's header would make the whole message unfit to be shown.
        plain = "squawk: " + heard[2]
        page = f"<Error><Code>AccessDenied</Code><Message>{plain}</Message></Error>"
        return self.answer(403, "application/xml", page.encode())

    do_GET = do_PUT = do_HEAD = do_PROPFIND = do_POST

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
