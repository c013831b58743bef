"""A media server that remembers what it is told, and behaves as it is asked to.

It tells its address in the first line. Then each line of its input is a question: {"mode": WORD}
sets how it answers from now on, {"busy": N} has it answer 503 so many times first, {"wait": N}
waits until there were N requests in all, {} asks only.
The answer is what was requested since the last question."""

import http.server
import json
import sys
import threading

MODE = {"mode": "well", "busy": 0}
SEEN = []
TOTAL = [0]
CHANGED = threading.Condition()
RELEASE = threading.Event()


class Desk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with CHANGED:
            SEEN.append({
                "path": self.path, "body": body.decode("utf-8"),
                "headers": {name.lower(): value for name, value in self.headers.items()}})
            TOTAL[0] += 1
            CHANGED.notify_all()
        mode = MODE["mode"]
        if MODE["busy"] > 0:
            MODE["busy"] -= 1
            mode = "busy"
        if mode == "hang":
            RELEASE.wait()
            self.close_connection = True
            return
        if mode == "drop":
            self.close_connection = True
            return
        if mode == "garbage":
            self.wfile.write(b"this is no HTTP\r\n\r\n")
            self.close_connection = True
            return
        status, text = 204, b""
        if mode == "emby" and not self.path.startswith("/emby/"):
            status, text = 404, b"not found"
        elif mode == "refuse":
            status, text = 401, b"who are you?"
        elif mode == "busy":
            status, text = 503, b"later"
        elif mode == "broken":
            status, text = 500, b"oh"
        elif mode == "missing":
            status, text = 404, b""
        elif mode == "kodi-error":
            status, text = 200, json.dumps({"error": {"code": -32100, "message": "Failed"}}).encode()
        elif self.path == "/jsonrpc":
            status, text = 200, json.dumps({"id": 1, "jsonrpc": "2.0", "result": "OK"}).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
for line in sys.stdin:
    question = json.loads(line)
    MODE.update({key: value for key, value in question.items() if key in MODE})
    with CHANGED:
        CHANGED.wait_for(lambda: TOTAL[0] >= question.get("wait", 0), 60)
        answer, SEEN[:] = SEEN[:], []
    print(json.dumps({"requests": answer}), flush=True)
RELEASE.set()
server.shutdown()
