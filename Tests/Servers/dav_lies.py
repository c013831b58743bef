"""A WebDAV server that goes wrong, in the way that the first part of a path names.

dav_lies.py prints its endpoint, and then answers each line of its input, {"log": PART}, with
the requests that came below that part: [method, path, headers with names in lower case]. A
second server, of another origin, is logged under "elsewhere".
"""
import http.server
import json
import socket
import sys
import threading
import time
import urllib.parse

log = []
seen = {}
files = {}
folders = set()
lock = threading.Lock()
OK = "HTTP/1.1 200 OK"


def response(href, *, folder=False, size=3, status=OK, whole=None, more="", again=""):
    """What a multistatus says of one resource."""
    if whole:
        return f"<D:response><D:href>{href}</D:href><D:status>{whole}</D:status></D:response>"
    kind = "<D:collection/>" if folder else ""
    length = "" if folder or size is None else f"<D:getcontentlength>{size}</D:getcontentlength>"
    return (f"<D:response><D:href>{href}</D:href><D:propstat><D:prop><D:resourcetype>{kind}"
            f"</D:resourcetype>{length}{more}</D:prop><D:status>{status}</D:status></D:propstat>"
            f"{again}</D:response>")


def document(*responses, start=""):
    return ('<?xml version="1.0"?>\n' + start + '<D:multistatus xmlns:D="DAV:">'
            + "".join(responses) + "</D:multistatus>")


def here(part):
    return response(f"/{part}/", folder=True)


BOMB = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>')
MISSING = ("<D:propstat><D:prop><D:getcontentlength/><O:checksums xmlns:O='o'/></D:prop>"
           "<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>")
DENIED = ("<D:propstat><D:prop><D:getcontentlength/></D:prop>"
          "<D:status>HTTP/1.1 403 Forbidden</D:status></D:propstat>")
LOCK = ("<D:lockdiscovery><D:activelock><D:lockroot><D:href>/elsewhere/x</D:href></D:lockroot>"
        "<D:resourcetype><D:collection/></D:resourcetype></D:activelock></D:lockdiscovery>")

pages = {
    "plain": document(here("plain"), response("/plain/a"), response("/plain/b/", folder=True)),
    "late": document(response("/late/a"), here("late")),
    "selfless": document(response("/selfless/a")),
    "nothing": document(),
    "inside": document(
        here("inside"), response("/inside/good"),
        response("/inside/shut", whole="HTTP/1.1 403 Forbidden"),
        response("/inside/gone", whole="HTTP/1.1 404 Not Found"),
        response("/inside/broken/", folder=True, status="HTTP/1.1 500 Oops"),
        response("/inside/half", size=None, again=DENIED),
        response("/inside/sizeless", size=None), response("/inside/odd", size="-7"),
        response("/inside/fine", again=MISSING.replace("<D:getcontentlength/>", ""))),
    "shut": document(response("/shut/", whole="HTTP/1.1 403 Forbidden"), response("/shut/a")),
    "limit": document(here("limit"), response("/limit/a"),
                      response("/limit/", whole="HTTP/1.1 507 Insufficient Storage")),
    "outside": document(here("outside"), response("/other/a")),
    "above": document(response("/", folder=True), response("/above/a")),
    "deeper": document(here("deeper"), response("/deeper/a/b")),
    "dots": document(here("dots"), response("/dots/%2e%2e")),
    "slash": document(here("slash"), response("/slash/a%2Fb")),
    "nul": document(here("nul"), response("/nul/a%00b")),
    "percent": document(here("percent"), response("/percent/100%")),
    "query": document(here("query"), response("/query/what?.mkv")),
    "bomb": document(here("bomb"), response("/bomb/&c;"), start=BOMB),
    "nested": document(here("nested"), "<D:response>" * 60),
    "spelled": document(
        response("HTTP://inner.example:81//%73pelled", folder=True),
        response("http://inner.example:81/spelled//a%20b"), response("/spelled/c+d&amp;e"),
        response("\n /spelled/%e7%94%b5/ \n", folder=True), response("/spelled/å")),
    "locked": document(here("locked"), response("/locked/a", more=LOCK)),
    "digests": document(here("digests"), response("/digests/a", more=(
        "<D:getetag>W/\"v1\"</D:getetag><O:checksums xmlns:O='http://owncloud.org/ns'><O:checksum>"
        "SHA1:aa MD5:900150983CD24FB0D6963F7D28E17F72</O:checksum></O:checksums>"))),
    "typeless": document(
        "<D:response><D:href>/typeless/</D:href><D:propstat><D:prop/><D:status>" + OK
        + "</D:status></D:propstat></D:response>", response("/typeless/a")),
    "file": document(response("/file/")),
    "other": "<a><b/></a>",
    "text": "Please log in.",
}


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    name = None

    def log_message(self, *_):
        pass

    def part(self):
        return self.name or self.path.split("/")[1]

    def serve(self):
        size = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(size)
        headers = {key.lower(): value for key, value in self.headers.items()}
        with lock:
            log.append((self.part(), [self.command, self.path, headers]))
            count = seen[self.part()] = seen.get(self.part(), 0) + 1
        if self.name:
            return self.answer(200, b"abc", {"ETag": '"of-another"'})
        act = getattr(self, "do_" + self.part(), None)
        if act:
            return act(count, body)
        if self.command == "PROPFIND" and self.part() in pages:
            return self.page(pages[self.part()])
        self.answer(404)

    def answer(self, status, body=b"", headers={}, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def page(self, text, status=207):
        self.answer(status, text.encode(), {"Content-Type": "application/xml"})

    # Listings.

    def do_truncated(self, *_):
        self.page(document(here("truncated"), response("/truncated/a"))[:-20])

    def do_cut(self, *_):
        body = document(here("cut"), response("/cut/a")).encode()
        self.answer(207, body, length=len(body) + 10)
        self.close_connection = True

    def do_calm(self, *_):
        self.page(pages["plain"].replace("/plain/", "/calm/"), 200)

    def do_login(self, *_):
        self.answer(200, b"<html>Please log in.</html>")

    def do_busy(self, count, _):
        if count < 3:
            return self.answer((429, 503)[count - 1], headers={"Retry-After": "0"})
        self.page(document(here("busy"), response("/busy/a")))

    def do_refused(self, *_):
        self.answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})

    def do_forbidden(self, *_):
        self.answer(403)

    def do_full(self, *_):
        self.answer(507)

    def do_moved(self, *_):
        self.page(document(response("/dav/x/", folder=True), response("/dav/x/a")))

    def do_added(self, *_):
        self.page(document(response("/site/added/x/", folder=True), response("/site/added/x/a")))

    def do_trickle(self, *_):
        body = document(here("trickle"), response("/trickle/a")).encode()
        self.send_response(207)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for byte in body:
            self.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
            self.wfile.flush()
            if byte == ord(">"):
                time.sleep(0.002)
        self.wfile.write(b"0\r\n\r\n")

    # Files on their way out.

    def do_away(self, *_):
        self.answer(302, headers={"Location": f"http://localhost:{elsewhere}/a b?sign=x"})

    def do_home(self, *_):
        if self.path.endswith("/there"):
            return self.answer(200, b"abc")
        self.answer(302, headers={"Location": "there"})

    def do_round(self, *_):
        self.answer(302, headers={"Location": self.path})

    def do_ftp(self, *_):
        self.answer(302, headers={"Location": "file:///etc/passwd"})

    def do_longer(self, *_):
        self.answer(200, b"abcdef", {"ETag": '"v1"'})

    def do_newer(self, *_):
        self.answer(200, b"abc", {"ETag": '"v2"'})

    def do_weak(self, *_):
        self.answer(200, b"abc", {"ETag": 'W/"v1"'})

    def do_short(self, *_):
        self.answer(200, b"ab", length=3)
        self.close_connection = True

    # A store, and what it does wrong.

    def keep(self, body, moves=True, shrinks=0, keeps=False, sets=False, count=0,
             picky=False):
        path = urllib.parse.unquote(self.path)
        if self.command == "MKCOL":
            return self.answer(405 if path.count("/") == 2 else 201)
        if self.command == "PUT":
            if self.headers.get("if-none-match") == "*" and path in files:
                return self.answer(412)
            time = int(self.headers.get("x-oc-mtime", 86400)) if keeps else 86400
            files[path] = [body[:len(body) - shrinks], time]
            return self.answer(201)
        if self.command == "DELETE":
            return self.answer(204 if files.pop(path, None) else 404)
        if self.command == "PROPPATCH":
            if sets and path in files:
                files[path][1] = 1714979290
            return self.page(document(response(self.path)))
        if self.command == "PROPFIND":
            if path.endswith("/"):
                return self.page(document(response(self.path, folder=True)))
            if path not in files:
                return self.answer(404)
            body, moment = files[path]
            date = time_text(moment)
            return self.page(document(response(
                self.path, size=len(body), more=f"<D:getlastmodified>{date}</D:getlastmodified>")))
        if self.command == "MOVE":
            if not moves:
                return self.answer(502)
            if picky and self.headers["destination"].endswith("/kept"):
                return self.answer(403)
            target = urllib.parse.unquote(urllib.parse.urlsplit(self.headers["destination"]).path)
            if path not in files:
                return self.answer(404)
            if self.headers["overwrite"] == "F" and target in files:
                return self.answer(412)
            files[target] = files.pop(path)
            return True
        self.answer(405)

    def store(self, body, **ways):
        if self.keep(body, **ways) is True:
            self.answer(201)

    def do_stiff(self, _, body):
        self.store(body, moves=False)

    def do_picky(self, _, body):
        self.store(body, picky=True)

    def do_shrinks(self, _, body):
        self.store(body, shrinks=1)

    def do_keeps(self, _, body):
        self.store(body, keeps=True)

    def do_sets(self, _, body):
        self.store(body, sets=True)

    def do_forgets(self, _, body):
        self.store(body)

    def flip(self, body, tells, heeds):
        """Keeps files and folders; a file named victim becomes a folder just as it is moved, or
        as something is moved there."""
        path = urllib.parse.unquote(self.path)
        if self.command == "PROPFIND":
            if path.rstrip("/") in folders or path.endswith("/"):
                return self.page(document(response(self.path, folder=True)))
            if path not in files:
                return self.answer(404)
            tag = f'<D:getetag>"{len(files[path])}-x"</D:getetag>' if tells else ""
            return self.page(document(response(self.path, size=len(files[path]), more=tag)))
        if self.command == "PUT":
            files[path] = body
            return self.answer(201)
        if self.command == "DELETE":
            return self.answer(204 if files.pop(path, None) is not None else 404)
        if self.command != "MOVE":
            return self.answer(405)
        goal = urllib.parse.unquote(urllib.parse.urlsplit(self.headers["destination"]).path)
        for name in (path, goal):
            if name.endswith("/victim") and files.pop(name, None) is not None:
                folders.add(name)
        condition = self.headers.get("if")
        if condition and heeds is None:
            return self.answer(412)
        if condition and heeds:
            there = f'(["{len(files[goal])}-x"])' if goal in files else "nothing"
            if not condition.endswith(there):
                return self.answer(412)
        if self.headers["overwrite"] == "F" and (goal in files or goal in folders):
            return self.answer(412)
        if path in folders:
            folders.remove(path)
            folders.add(goal)
            return self.answer(201)
        folders.discard(goal)
        files[goal] = files.pop(path)
        self.answer(201)

    def do_guarded(self, _, body):
        self.flip(body, True, True)

    def do_deaf(self, _, body):
        self.flip(body, True, False)

    def do_wrong(self, _, body):
        self.flip(body, True, None)

    def do_bare(self, _, body):
        self.flip(body, False, False)

    def do_mumbles(self, _, body):
        """Moves, but hangs up instead of saying so."""
        if self.keep(body) is True:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def __getattr__(self, name):
        if name.startswith("do_") and name[3:].isupper():
            return self.serve
        raise AttributeError(name)


def time_text(moment):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(moment))


def start(name):
    kind = type("Named", (Front,), {"name": name})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


elsewhere = start("elsewhere")
print(f"http://127.0.0.1:{start(None)}", flush=True)
for line in sys.stdin:
    wanted = json.loads(line)["log"]
    with lock:
        print(json.dumps({"log": [entry for part, entry in log if part == wanted]}), flush=True)
