#!/usr/bin/env python3
"""A double of PocketBase, of before and after version 0.23, as its documentation and its answers
describe it: logging in and renewing, records of collections, batches, what it tells of changes.

It is told what to be like with lines of JSON on its standard input, and answers each with a line:
  {"set": {...}}      change what it is like, see State
  {"log": true}       the requests since the last time
  {"records": "name"} what a collection holds
  {"touch": "name"}   tell those who listen that something in a collection has changed
  {"cut": true}       end the connections of those who listen
  {"attempts": true}  how often somebody wanted to listen
  {"listeners": true} how many listen to something, as somebody who is known
"""
import base64
import hashlib
import hmac
import http.server
import json
import queue
import re
import secrets
import socketserver
import sys
import threading
import time
import urllib.parse

KEY = b"a key of this double"


class State:
    old = False             # before 0.23
    batches = True          # whether they are turned on
    most_in_batch = 50
    life = 86_400           # seconds that a token is good for
    generation = 0          # tokens of others are not good any more
    clamp = None            # the most records of one page
    fail = []               # statuses of the next answers, in place of what they would be
    drop = 0                # how many requests are carried out, and their answers never sent
    lose = None             # method and path of a request that is carried out, its answer lost
    expire_after = None     # so many lists later no token is good any more
    deaf = False            # whether it refuses to tell of changes
    attempts = 0            # how often it was asked to
    forgets = False         # whether no token is good any more as soon as a list is asked for
    admin = {"identity": "admin@example.com", "password": "admin123456"}
    users_id = "pbc00000admins0"
    collections = {}
    fields = {}             # of collections that were made here: those that records keep
    rules = {}              # of a collection: "refuse" a guest, or show "none"


state = State()
lock = threading.RLock()
requests = []
listeners = {}


class Listener:
    def __init__(self):
        self.events = queue.Queue()
        self.topics = []
        self.knows = False

    def hear(self, name, data, key=None):
        self.events.put(f"id:{key or secrets.token_hex(20)}\nevent:{name}\ndata:{json.dumps(data)}\n\n")


def tell(name, action, record):
    for listener in listeners.values():
        # The second is how older clients say the first.
        for topic in {name + "/*", name} & set(listener.topics if listener.knows else []):
            listener.hear(topic, {"action": action, "record": shown(name, record)})


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token():
    head = encoded(b'{"alg":"HS256","typ":"JWT"}')
    body = encoded(json.dumps({
        "id": "admin0000000001", "type": "admin" if state.old else "auth",
        "collectionId": state.users_id, "refreshable": True, "generation": state.generation,
        "exp": int(time.time()) + state.life, "salt": time.time_ns()}).encode())
    sign = encoded(hmac.new(KEY, f"{head}.{body}".encode(), hashlib.sha256).digest())
    return f"{head}.{body}.{sign}"


def is_good(text):
    text = (text or "").removeprefix("Bearer ")
    parts = text.split(".")
    if len(parts) != 3:
        return False
    sign = encoded(hmac.new(KEY, f"{parts[0]}.{parts[1]}".encode(), hashlib.sha256).digest())
    if sign != parts[2]:
        return False
    body = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return body["exp"] > time.time() and body["generation"] == state.generation


class Problem(Exception):
    def __init__(self, status, message, data=None):
        self.status, self.message, self.data = status, message, data or {}

    def body(self):
        key = "code" if state.old else "status"
        return {key: self.status, "message": self.message, "data": self.data}


def now():
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()) + f".{time.time_ns() // 10**6 % 1000:03}Z"


def shown(name, record):
    return {"collectionId": "pbc_" + name, "collectionName": name, **record}


def collection(name):
    if name not in state.collections:
        raise Problem(404, "Missing collection context.")
    return state.collections[name]


def make(body):
    kinds = body.get("schema" if state.old else "fields")
    if state.old and not kinds:
        raise Problem(400, "Failed to create the collection.", {
            "schema": {"code": "validation_required", "message": "Cannot be blank."}})
    name = body["name"]
    if name.lower() in [other.lower() for other in state.collections]:
        raise Problem(400, "Failed to create the collection.", {"name": {
            "code": "validation_collection_name_exists",
            "message": "Collection name must be unique (case insensitive)."}})
    for kind in kinds or []:
        if kind["type"] not in ("text", "bool", "json", "number"):
            raise Problem(400, "Failed to create the collection.", {
                "fields": {"code": "validation_invalid_type", "message": kind["type"]}})
        if state.old and kind["type"] == "json" and not kind.get("options", {}).get("maxSize"):
            raise Problem(400, "Failed to create the collection.", {"schema": {
                "options": {"maxSize": {"code": "validation_required", "message": "Cannot be blank."}}}})
    state.collections[name] = {}
    # What is not known is passed over: so is all of the form of another version.
    state.fields[name] = ["id"] + [kind["name"] for kind in kinds or []]
    return {"id": "pbc_" + name, "name": name, "type": body["type"], "system": False,
            "schema" if state.old else "fields": kinds or [], "indexes": body.get("indexes", [])}


def known(name, body):
    return {key: value for key, value in body.items() if key in state.fields.get(name, body)}


def create(name, body):
    records = collection(name)
    record = known(name, body)
    record.setdefault("id", hashlib.sha256(str(time.time_ns()).encode()).hexdigest()[:15])
    if not re.fullmatch("[a-z0-9]{15}", record["id"]):
        raise Problem(400, "Failed to create record.",
                      {"id": {"code": "validation_match_invalid", "message": "Invalid value format."}})
    if record["id"] in records:
        raise Problem(400, "Failed to create record.",
                      {"id": {"code": "validation_not_unique", "message": "Value must be unique."}})
    if len(str(record.get("msg", ""))) > 5000:
        raise Problem(400, "Failed to create record.",
                      {"msg": {"code": "validation_max_text_constraint",
                               "message": "Must be less than 5000 character(s)."}})
    if record.get("msg") == "a line that nobody takes":
        raise Problem(400, "Failed to create record.",
                      {"msg": {"code": "validation_invalid", "message": "Nobody takes that."}})
    records[record["id"]] = record
    tell(name, "create", record)
    return record


def update(name, key, body):
    records = collection(name)
    if key not in records:
        raise Problem(404, "The requested resource wasn't found.")
    records[key].update(known(name, body))
    tell(name, "update", records[key])
    return records[key]


def remove(name, key):
    records = collection(name)
    if key not in records:
        raise Problem(404, "The requested resource wasn't found.")
    tell(name, "delete", records.pop(key))


def listed(name, query):
    records = sorted(collection(name).values(), key=lambda record: record["id"])
    wanted = query.get("filter")
    if wanted:
        match = re.fullmatch(r"\(?id\s*>\s*['\"]([a-z0-9]*)['\"]\)?", wanted)
        if not match:
            raise Problem(400, "Something went wrong while processing your request.")
        records = [record for record in records if record["id"] > match.group(1)]
    size = min(int(query.get("perPage", 30)), state.clamp or (500 if state.old else 1000))
    page = int(query.get("page", 1))
    part = records[(page - 1) * size:page * size]
    skips = query.get("skipTotal") in ("1", "true")
    return {
        "page": page, "perPage": size, "totalItems": -1 if skips else len(records),
        "totalPages": -1 if skips else -(-len(records) // size),
        "items": [shown(name, record) for record in part]}


def batch(body):
    if state.old:
        raise Problem(404, "The requested resource wasn't found.")
    if not state.batches:
        raise Problem(403, "Batch requests are not allowed.")
    if "@jsonPayload" in body:
        body = json.loads(body["@jsonPayload"])
    items = body["requests"]
    if len(items) > state.most_in_batch:
        raise Problem(400, "Something went wrong while processing your request.", {
            "requests": {"code": "validation_length_too_long", "message": "Too many requests."}})
    before = {name: dict(records) for name, records in state.collections.items()}
    answers = []
    for index, item in enumerate(items):
        name, key = re.fullmatch("/api/collections/([^/]+)/records(?:/(.+))?", item["url"]).groups()
        try:
            if item["method"] == "POST":
                answers.append({"status": 200, "body": shown(name, create(name, item["body"]))})
            elif item["method"] == "PATCH":
                answers.append({"status": 200, "body": shown(name, update(name, key, item["body"]))})
            elif item["method"] == "DELETE":
                remove(name, key)
                answers.append({"status": 204, "body": None})
        except Problem as problem:
            state.collections.update(before)
            raise Problem(400, "Batch transaction failed.", {"requests": {str(index): {
                "code": "batch_request_failed", "message": "Batch request failed.",
                "response": problem.body()}}})
    return answers


class Door(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if body is not None:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def go(self):
        path, _, query = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(query))
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if self.command == "GET" and path == "/api/realtime" and not state.fail:
            return self.stream()
        with lock:
            requests.append({
                "method": self.command, "path": path, "query": query,
                "knows": is_good(self.headers.get("Authorization"))})
            try:
                if state.fail:
                    raise Problem(state.fail.pop(0), "It is told to fail.")
                body = json.loads(raw) if raw else {}
                status, reply = self.reply(path, query, body)
            except Problem as problem:
                status, reply = problem.status, problem.body()
            if state.drop > 0 or state.lose == [self.command, path]:
                state.drop = max(0, state.drop - 1)
                state.lose = None
                self.close_connection = True
                return
        self.answer(status, reply)

    def stream(self):
        state.attempts += 1
        if state.deaf:
            return self.answer(503, {})
        key, listener = secrets.token_hex(20), Listener()
        listener.hear("PB_CONNECT", {"clientId": key}, key)
        with lock:
            listeners[key] = listener
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while (event := listener.events.get()) is not None:
                self.wfile.write(event.encode())
                self.wfile.flush()
        except OSError:
            pass
        with lock:
            del listeners[key]

    do_GET = do_POST = do_PATCH = do_DELETE = go

    def reply(self, path, query, body):
        knows = is_good(self.headers.get("Authorization"))
        home = "/api/admins" if state.old else "/api/collections/_superusers"
        who = "admin" if state.old else "record"
        if path == "/api/health":
            return 200, {"code": 200, "message": "API is healthy.", "data": {}}
        if path.startswith("/api/admins") and not state.old or \
                path.startswith("/api/collections/_superusers") and state.old:
            raise Problem(404, "The requested resource wasn't found.")
        if path == home + "/auth-with-password":
            if body != state.admin:
                raise Problem(400, "Failed to authenticate.")
            return 200, {"token": token(), who: self.admin()}
        if path == home + "/auth-refresh":
            if not knows:
                raise Problem(401, "The request requires valid authorization token.")
            return 200, {"token": token(), who: self.admin()}
        if path == "/api/realtime" and self.command == "POST":
            listener = listeners.get(body.get("clientId"))
            if listener is None:
                raise Problem(404, "Missing or invalid client id.")
            listener.topics, listener.knows = body["subscriptions"], knows
            return 204, None
        if path == "/api/batch":
            if not knows:
                raise Problem(403, "Only superusers can perform this action.")
            return 200, batch(body)
        if path == "/api/collections" and self.command == "POST":
            if not knows:
                raise Problem(403, "Only superusers can perform this action.")
            return 200, make(body)
        match = re.fullmatch("/api/collections/([^/]+)/records(?:/([^/]+))?", path)
        if not match:
            raise Problem(404, "The requested resource wasn't found.")
        name, key = match.groups()
        if self.command == "GET" and key is None:
            if state.expire_after is not None:
                state.expire_after -= 1
                if state.expire_after < 0:
                    state.generation += 1
                    state.expire_after = None
                    knows = False
            if state.forgets:
                state.generation += 1
                knows = False
            if not knows:
                collection(name)
                if state.rules.get(name) == "refuse":
                    raise Problem(403, "Only superusers can perform this action.")
                return 200, {"page": 1, "perPage": 30, "totalItems": -1, "totalPages": -1, "items": []}
            return 200, listed(name, query)
        if not knows:
            raise Problem(403, "Only superusers can perform this action.")
        if self.command == "POST":
            return 200, shown(name, create(name, body))
        if self.command == "PATCH":
            return 200, shown(name, update(name, key, body))
        if self.command == "DELETE":
            remove(name, key)
            return 204, None
        records = collection(name)
        if key not in records:
            raise Problem(404, "The requested resource wasn't found.")
        return 200, shown(name, records[key])

    def admin(self):
        return {"id": "admin0000000001", "email": state.admin["identity"], "created": now(),
                "updated": now(), "avatar": 0, "collectionId": state.users_id,
                "collectionName": "_superusers"}


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    server = Server(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        with lock:
            answer = {}
            for name, value in question.get("set", {}).items():
                setattr(state, name, value)
            if "log" in question:
                answer["log"] = list(requests)
                requests.clear()
            if "touch" in question:
                for record in list(state.collections.get(question["touch"], {}).values())[:1]:
                    tell(question["touch"], "update", record)
            if "cut" in question:
                for listener in listeners.values():
                    listener.events.put(None)
            if "listeners" in question:
                answer["listeners"] = sum(
                    1 for listener in listeners.values() if listener.knows and listener.topics)
            if "attempts" in question:
                answer["attempts"] = state.attempts
            if "records" in question:
                answer["records"] = list(state.collections.get(question["records"], {}).values())
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
