#!/usr/bin/env python3
"""A double of a server of OpenList or AList, whose one storage is a folder of this machine.

usage: openlist_double.py FOLDER

It prints its endpoint and ends when standard input ends. Each line of input is a JSON object, and
each is answered by one line; POST /_control takes and gives the same:

  {"set": {NAME: VALUE, ...}}   changes settings, which are listed below         -> {"ok": true}
  {"faults": [FAULT, ...]}      puts these in the place of all others            -> {"ok": true}
  {"forget": true}              forgets every session token, as a restart does   -> {"ok": true}
  {"log": true}                 what was asked since the last time               -> {"log": [...]}
  {"cdn": true}                 the other server, to which /d sends, if it does  -> {"cdn": URL}

Settings, with what holds at first:

  flavour    "openlist": pages as large as asked for; "alist-3.58" and "alist-3.61": 500 at most,
             without a size 200, and in 3.61 everything for a negative one ("openlist")
  guest      whether requests without a token are served (true)
  users      {NAME: {"password", "base_path", "write", "disabled", "otp",
             "seed"}} (one, "user" "s3cret")
  token      the administrator's token
  sign_all   whether every link wants a sign (true); expires: when signs do (0)
  plain      whether a bad link is answered with status 200 and an error in JSON (false)
  redirect   where /d sends: null, it gives the content itself; "cdn", to the other server; else a
             location, in which {path} is the path (null)
  hashes     whether digests of files are told (false)
  cache      whether a listing is remembered until a refresh or a change through the service (false)
  mounts     paths of other storages, which show as folders ([])
  site       the path that stands before all of it ("")

A fault says which calls it is for (`call`, as in "list", "get", "put", "remove", "me", "login",
"d", "cdn"), at which `path` (any), after how many that fit (`after`, 0) and for how many (`times`,
0 is for ever), and what becomes of them:

  code, message   an error in JSON with status 200
  status          a status of HTTP, with headers `headers` and body `body`
  raw             the answer's body, as JSON with status 200, whatever it is
  cut             the answer ends after so many bytes of its body
  drop            so many entries of a page are left out, while the total stays
  total           the total is larger by so much
  swallow         the storage fails; where others are mounted below, only these are told
"""

import base64
import datetime
import email.utils
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import posixpath
import secrets
import shutil
import sys
import tempfile
import threading
import time
import urllib.parse

ZONE = datetime.timezone(datetime.timedelta(hours=8))
SUFFIX = "-https://github.com/alist-org/alist"
TOKEN = "openlist-11111111-2222-3333-4444-555555555555" + (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab")


class Refusal(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Double:
    def __init__(self, folder):
        self.folder = folder
        self.turn = threading.RLock()
        self.settings = {
            "flavour": "openlist", "guest": True, "token": TOKEN, "sign_all": True, "expires": 0,
            "plain": False, "redirect": None, "hashes": False, "cache": False, "mounts": [],
            "site": "", "users": {"user": {"password": "s3cret", "write": True}}}
        self.faults = []
        self.log = []
        self.sessions = {}
        self.known = {}
        self.failed = 0
        self.cdn = ""

    def control(self, question):
        with self.turn:
            if "set" in question:
                unknown = set(question["set"]) - set(self.settings)
                if unknown:
                    return {"error": f"no such setting: {unknown}"}
                self.settings.update(question["set"])
                self.known = {}
            if "faults" in question:
                self.faults = [dict(fault, seen=0) for fault in question["faults"]]
            if question.get("forget"):
                self.sessions = {}
            if question.get("log"):
                log, self.log = self.log, []
                return {"log": log}
            if question.get("cdn"):
                return {"cdn": self.cdn}
            return {"ok": True}

    def fault(self, call, path):
        with self.turn:
            for fault in self.faults:
                if fault["call"] != call or fault.get("path", path) != path:
                    continue
                fault["seen"] += 1
                after, times = fault.get("after", 0), fault.get("times", 0)
                if fault["seen"] > after and (times == 0 or fault["seen"] <= after + times):
                    return fault
        return {}

    # Who asks

    def login(self, given, is_hashed):
        with self.turn:
            if self.failed >= 5:
                raise Refusal(429, "Too many unsuccessful sign-in attempts have been made using an "
                                   "incorrect username or password, Try again later.")
            user = self.settings["users"].get(given.get("username"))
            password = given.get("password", "")
            if not is_hashed:
                password = hashed(password)
            if not user or password != hashed(user["password"]):
                self.failed += 1
                raise Refusal(401, "Invalid username or password")
            if user.get("seed") and given.get("otp_code") not in codes(user["seed"]):
                self.failed += 1
                raise Refusal(402, "Invalid 2FA code")
            if user.get("otp") and given.get("otp_code") != user["otp"]:
                self.failed += 1
                raise Refusal(402, "Invalid 2FA code")
            self.failed = 0
            now = int(time.time())
            parts = [{"alg": "HS256", "typ": "JWT"},
                     {"username": given["username"], "pwd_ts": 0, "exp": now + 172800, "nbf": now,
                      "iat": now}]
            token = ".".join(encoded(json.dumps(part).encode()).rstrip("=") for part in parts)
            token += "." + encoded(secrets.token_bytes(32)).rstrip("=")
            self.sessions[token] = given["username"]
            return {"token": token}

    def user(self, token):
        """Who has this token, as a name and what holds for them."""
        with self.turn:
            if not token:
                if not self.settings["guest"]:
                    raise Refusal(401, "Guest user is disabled, login please")
                return "guest", {"write": False}
            if token == self.settings["token"]:
                return "admin", {"write": True}
            if token not in self.sessions:
                if token.count(".") != 2:
                    raise Refusal(401, "that's not even a token")
                raise Refusal(401, "token is invalidated")
            name = self.sessions[token]
            user = self.settings["users"][name]
            if user.get("disabled"):
                raise Refusal(401, "Current user is disabled")
            return name, user

    def sign(self, path):
        expires = self.settings["expires"]
        code = hmac.new(
            self.settings["token"].encode(), f"{path}:{expires}".encode(), hashlib.sha256)
        return f"{encoded(code.digest())}:{expires}"

    def is_signed(self, path, sign):
        if not self.settings["sign_all"]:
            return None
        expires = sign.rsplit(":", 1)[-1]
        if not sign or not expires.isdigit():
            return "expire missing"
        code = hmac.new(
            self.settings["token"].encode(), f"{path}:{expires}".encode(), hashlib.sha256)
        if not hmac.compare_digest(f"{encoded(code.digest())}:{expires}", sign):
            return "sign invalid"
        return "sign expired" if 0 < int(expires) < time.time() else None

    # What is there

    def local(self, path):
        return os.path.join(os.fsencode(self.folder), os.fsencode(path.lstrip("/")))

    def item(self, parent, name):
        path = posixpath.join(parent, name)
        local = self.local(path)
        status = os.stat(local)
        is_folder = os.path.isdir(local)
        moment = stamp(status.st_mtime_ns)
        kind = 1 if is_folder else 2 if name.endswith((".mkv", ".mp4")) else 0
        item = {"name": name, "size": 0 if is_folder else status.st_size, "is_dir": is_folder,
                "modified": moment, "created": "0001-01-01T00:00:00Z", "sign": "", "thumb": "",
                "type": kind, "hashinfo": "null", "hash_info": None}
        if self.settings["sign_all"] and not is_folder:
            item["sign"] = self.sign(path)
        if self.settings["hashes"] and not is_folder:
            content = pathlib.Path(os.fsdecode(local)).read_bytes()
            hashes = {"md5": hashlib.md5(content).hexdigest().upper(),
                      "sha256": hashlib.sha256(content).hexdigest(), "gcid": "AB"}
            item.update(hashinfo=json.dumps(hashes), hash_info=hashes)
        return item

    def children(self, path, refresh):
        with self.turn:
            if self.settings["cache"] and not refresh and path in self.known:
                return self.known[path]
        local = self.local(path)
        if not os.path.exists(local):
            raise Refusal(500, "failed get objs: failed get dir: object not found")
        if not os.path.isdir(local):
            raise Refusal(500, "failed get objs: not a folder")
        found = [self.item(path, os.fsdecode(name)) for name in os.listdir(local)]
        with self.turn:
            if found:
                self.known[path] = found
        return found

    def mounts(self, path):
        below = path.rstrip("/") + "/"
        names = {mount[len(below):].split("/")[0] for mount in self.settings["mounts"]
                 if mount.startswith(below)}
        return [{"name": name, "size": 0, "is_dir": True, "modified": stamp(10**18),
                 "created": stamp(10**18), "sign": "", "thumb": "", "type": 1, "hashinfo": "null",
                 "hash_info": None} for name in sorted(names)]

    def list(self, given, user, fault):
        path = joined(user, given["path"])
        if given.get("refresh") and not user.get("write"):
            raise Refusal(403, "Refresh without permission")
        below = self.mounts(path)
        if fault.get("swallow"):
            if not below:
                raise Refusal(500, "failed get objs: the drive does not answer")
            found = below
        else:
            found = self.children(path, given.get("refresh"))
            names = {item["name"] for item in found}
            found = found + [item for item in below if item["name"] not in names]
        total = len(found)
        page = max(given.get("page") or 1, 1)
        size = given.get("per_page") or 0
        if self.settings["flavour"] == "alist-3.58":
            size = 200 if size <= 0 else min(size, 500)
        elif self.settings["flavour"] == "alist-3.61":
            size = 200 if size == 0 else total if size < 0 else min(size, 500)
        elif size <= 0:
            size = total
        shown = found[(page - 1) * size:page * size]
        if fault.get("drop"):
            shown = shown[:-fault["drop"]]
        data = {"content": shown or None, "total": total + fault.get("total", 0), "readme": "",
                "header": "", "write": user.get("write", False), "provider": "unknown"}
        if self.settings["flavour"] != "openlist":
            data.update(provider="Local", filtered_total=total, page=page, per_page=size,
                        has_more=page * size < total, pages_total=-(-total // max(size, 1)))
        return data

    def get(self, given, user, site):
        path = joined(user, given["path"])
        if not os.path.exists(self.local(path)):
            raise Refusal(500, "object not found")
        item = self.item(posixpath.dirname(path), posixpath.basename(path) or "root")
        link = ""
        if not item["is_dir"]:
            link = self.cdn + "/f" + urllib.parse.quote(path)
            if self.settings["redirect"] != "cdn":
                link = f"{site}/p{urllib.parse.quote(path)}?sign={self.sign(path)}"
        return dict(item, raw_url=link, readme="", header="", provider="Local", related=None)

    # What changes it

    def put(self, path, source, length, headers):
        local = self.local(path)
        if headers.get("overwrite") == "false" and os.path.exists(local):
            raise Refusal(403, "file exists")
        if os.path.isdir(local):
            raise Refusal(500, "failed to put: it is a folder")
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=tempfile.gettempdir(), delete=False) as file:
            rest = length
            while rest > 0:
                piece = source.read(min(rest, 65536))
                if not piece:
                    os.unlink(file.name)
                    raise ConnectionError("cut off")
                file.write(piece)
                rest -= len(piece)
        moved = headers.get("last-modified")
        if moved:
            moment = int(moved) * 1_000_000
            os.utime(file.name, ns=(moment, moment))
        os.chmod(file.name, 0o644)
        shutil.move(file.name, local)
        self.changed()

    def changed(self):
        with self.turn:
            self.known = {}

    def remove(self, given, user):
        folder = joined(user, given["dir"])
        for name in given["names"]:
            if "/" in name or name in ("", ".", ".."):
                continue
            local = self.local(posixpath.join(folder, name))
            if os.path.isdir(local):
                shutil.rmtree(local)
            elif os.path.exists(local):
                os.unlink(local)
        self.changed()

    def rename(self, given, user):
        path = joined(user, given["path"])
        target = posixpath.join(posixpath.dirname(path), given["name"])
        if not os.path.exists(self.local(path)):
            raise Refusal(500, "failed to rename: object not found")
        if os.path.exists(self.local(target)) and not given.get("overwrite"):
            raise Refusal(403, f"file [{given['name']}] exists")
        os.rename(self.local(path), self.local(target))
        self.changed()


def codes(seed):
    """The one-time codes of a seed that are good now: RFC 6238, and one step before and after."""
    key = base64.b32decode(seed)
    found = []
    for step in range(int(time.time()) // 30 - 1, int(time.time()) // 30 + 2):
        code = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
        start = code[19] & 15
        number = int.from_bytes(code[start:start + 4], "big") & 0x7FFFFFFF
        found.append(f"{number % 1000000:06}")
    return found


def hashed(password):
    return hashlib.sha256((password + SUFFIX).encode()).hexdigest()


def encoded(code):
    return base64.urlsafe_b64encode(code).decode()


def stamp(nanoseconds):
    """The moment as RFC 3339 with as many digits as it needs, in the zone of the server."""
    seconds, rest = divmod(nanoseconds, 10**9)
    text = datetime.datetime.fromtimestamp(seconds, ZONE).strftime("%Y-%m-%dT%H:%M:%S")
    if rest:
        text += "." + f"{rest:09}".rstrip("0")
    return text + "+08:00"


def joined(user, path):
    """A path of an account's as the server sees it."""
    if ".." in path.split("/"):
        raise Refusal(403, "using relative path is not allowed")
    return posixpath.normpath(user.get("base_path", "/").rstrip("/") + "/" + path.strip("/"))


def written(value):
    """JSON as Go writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text.encode("utf-8", "replace")


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    @property
    def double(self):
        return self.server.double

    def log_message(self, *_):
        pass

    def note(self, call, path):
        words = {name.lower(): value for name, value in self.headers.items()}
        with self.double.turn:
            self.double.log.append({
                "call": call, "path": path, "method": self.command, "target": self.path,
                "authorization": words.get("authorization"), "given": self.given,
                "agent": words.get("user-agent")})

    def answer(self, status, body, headers=(), fault=None):
        cut = (fault or {}).get("cut")
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut is None else body[:cut])
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True

    def json(self, data, code=200, message="success", fault=None):
        body = written({"code": code, "message": message, "data": data})
        self.answer(200, body, [("Content-Type", "application/json; charset=utf-8")], fault)

    def read(self):
        length = int(self.headers.get("content-length") or 0)
        return self.rfile.read(length)


class Service(Answering):
    """The service itself."""

    def do_GET(self):
        self.given = None
        self.route()

    do_HEAD = do_GET

    def do_PUT(self):
        self.given = None
        self.route()

    def do_POST(self):
        body = self.read()
        try:
            self.given = json.loads(body or b"{}")
        except ValueError:
            return self.json(None, 400, "invalid character")
        self.route()

    def route(self):
        target = urllib.parse.urlsplit(self.path)
        path = target.path
        if path == "/_control":
            return self.answer(200, json.dumps(self.double.control(self.given)).encode())
        site = self.double.settings["site"]
        if not path.startswith(site + "/"):
            return self.answer(404, b"404 page not found")
        path = path[len(site):]
        if path == "/ping":
            return self.answer(200, b"pong", [("Content-Type", "text/plain")])
        if path.startswith(("/d/", "/p/")):
            return self.link(urllib.parse.unquote(path[2:]), urllib.parse.parse_qs(target.query))
        call = path.rsplit("/", 1)[-1]
        if path == "/api/auth/login/hash":
            call = "login"
        about = (self.given or {}).get("path") or (self.given or {}).get("dir") or ""
        if call in ("put", "form"):
            about = urllib.parse.unquote(self.headers.get("file-path") or "")
        self.note(call, about)
        fault = self.double.fault(call, about)
        if self.spoiled(fault):
            return None
        try:
            self.json(self.called(path, call, fault), fault=fault)
        except Refusal as refusal:
            if call == "put":
                self.close_connection = True
            self.json(None, refusal.code, str(refusal))

    def spoiled(self, fault):
        """Answers as the fault says, if it says what."""
        if any(name in fault for name in ("status", "raw", "code")) and self.command == "PUT":
            self.read()
        if "status" in fault:
            self.answer(fault["status"], fault.get("body", "").encode(),
                        list(fault.get("headers", {}).items()))
        elif "raw" in fault:
            self.answer(200, fault["raw"].encode(), [("Content-Type", "application/json")])
        elif "code" in fault:
            self.json(None, fault["code"], fault.get("message", ""))
        else:
            return False
        return True

    def called(self, path, call, fault):
        double = self.double
        if path == "/api/public/settings":
            return {"version": "v4.2.5" if double.settings["flavour"] == "openlist" else "v3.58.0",
                    "site_title": "double"}
        if path == "/api/auth/login":
            return double.login(self.given, False)
        if path == "/api/auth/login/hash":
            return double.login(self.given, True)
        name, user = double.user(self.headers.get("authorization"))
        if path == "/api/me":
            role = {"guest": 1, "admin": 2}.get(name, 0)
            return {"id": 1, "username": name, "password": "", "base_path": user.get("base_path", "/"),
                    "role": role, "disabled": False, "permission": 65535 if role != 1 else 0,
                    "otp": bool(user.get("otp")), "sso_id": ""}
        if path == "/api/auth/logout":
            with double.turn:
                double.sessions.pop(self.headers.get("authorization"), None)
            return None
        if path == "/api/fs/list":
            return double.list(self.given, user, fault)
        if path == "/api/fs/get":
            host = self.headers.get("host")
            return double.get(self.given, user, f"http://{host}{double.settings['site']}")
        if path == "/api/fs/dirs":
            found = double.children(joined(user, self.given["path"]), False)
            return [{"name": item["name"], "modified": item["modified"]}
                    for item in found if item["is_dir"]] or None
        if not user.get("write"):
            if call == "put":
                self.read()
            raise Refusal(403, "permission denied")
        if path == "/api/fs/put":
            length = self.headers.get("content-length") or self.headers.get("x-file-size")
            name = urllib.parse.unquote(self.headers["file-path"])
            words = {name.lower(): value for name, value in self.headers.items()}
            double.put(joined(user, name), self.rfile, int(length or 0), words)
            return None
        if path == "/api/fs/mkdir":
            os.makedirs(double.local(joined(user, self.given["path"])), exist_ok=True)
            double.changed()
            return None
        if path == "/api/fs/remove":
            return double.remove(self.given, user)
        if path == "/api/fs/rename":
            return double.rename(self.given, user)
        raise Refusal(404, "no such function in this double")

    # Links

    def refuse(self, message, status=401, code=401):
        if self.double.settings["plain"]:
            return self.json(None, code, message)
        return self.answer(status, f"<html>{message}</html>".encode(),
                           [("Content-Type", "text/html")])

    def link(self, path, query):
        self.note("d", path)
        double = self.double
        fault = double.fault("d", path)
        if self.spoiled(fault):
            return None
        if ".." in path.split("/"):
            return self.refuse("using relative path is not allowed", 403, 403)
        wrong = double.is_signed(path, query.get("sign", [""])[0])
        if wrong:
            return self.refuse(wrong)
        redirect = double.settings["redirect"]
        if redirect and self.path.startswith(double.settings["site"] + "/d/"):
            location = (double.cdn + "/f{path}?key=1") if redirect == "cdn" else redirect
            location = location.replace("{path}", urllib.parse.quote(path))
            return self.answer(302, b"", [("Location", location)])
        return content(self, path, fault)


class Drive(Answering):
    """The drive's own servers, to which links lead."""

    def do_GET(self):
        self.given = None
        target = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(target.path[2:])
        self.note("cdn", path)
        fault = self.double.fault("cdn", path)
        if "status" in fault:
            return self.answer(fault["status"], fault.get("body", "").encode(),
                               list(fault.get("headers", {}).items()))
        return content(self, path, fault)

    do_HEAD = do_GET


def content(handler, path, fault):
    local = handler.double.local(path)
    if not os.path.isfile(local):
        return handler.refuse("object not found", 500, 500)
    with open(local, "rb") as file:
        body = file.read()
    kind = "application/json" if path.endswith(".json") else "application/octet-stream"
    moment = email.utils.formatdate(os.stat(local).st_mtime, usegmt=True)
    return handler.answer(
        200, body[fault.get("drop", 0):],
        [("Content-Type", kind), ("Last-Modified", moment), ("Accept-Ranges", "bytes")], fault)


def serving(kind, double):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    server.double = double
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main():
    double = Double(sys.argv[1])
    double.cdn = serving(Drive, double)
    print(serving(Service, double), flush=True)
    for line in sys.stdin:
        print(json.dumps(double.control(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
