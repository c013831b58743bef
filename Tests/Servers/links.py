"""A server of films that answers as drives do: by the first part of the path it knows how.

It writes its endpoint, then one line for each question on its input: the requests so far.
"""

import http.server
import json
import sys
import threading

SEEN = []
JSON = {"lost": {"code": 500, "message": "object not found"},
        "login": {"code": 401, "message": "token is invalidated"}}


class Films(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        SEEN.append(f"{self.command} {self.path}")
        kind = self.path.split("/")[1]
        body, headers = b"x", {"Content-Type": "video/x-matroska"}
        if kind in JSON:
            status, body = 200, json.dumps(JSON[kind]).encode()
            headers = {"Content-Type": "application/json; charset=utf-8"}
        elif kind == "page":
            status, body = 500, b"<p>failed to get object: Object Not Found</p>"
        elif kind == "302":
            status, headers = 302, {"Location": "http://127.0.0.1:1/elsewhere"}
        elif kind == "nohead":
            status = 405 if self.command == "HEAD" else 206
        elif kind == "whole":
            status = 501 if self.command == "HEAD" else 200
            body = b"x" * 1_000_000
        else:
            status = int(kind)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            try:
                self.wfile.write(body)
            except ConnectionError:
                pass

    do_GET = do_HEAD = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    server = Server(("127.0.0.1", 0), Films)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    for _ in sys.stdin:
        print(json.dumps(SEEN), flush=True)


main()
