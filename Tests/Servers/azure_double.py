#!/usr/bin/env python3
"""A double of Azure Blob Storage, with the account in the path of addresses as emulators have it.

usage: azure_double.py --root FOLDER [--port PORT] [--account NAME] [--key BASE64]
                       [--container NAME]... [--fault FAULT]... [--set SETTINGS] [--brief]

It prints one line of JSON, {"url", "account", "key", "connection"}, and ends when standard input
does or with SIGTERM. What it has acknowledged is in FOLDER, however it ends; but with --brief the
folder is removed when standard input ends. Each line of input is a JSON object, and each is
answered by one line; POST /_control takes and gives the same:

  {"set": {NAME: VALUE, ...}}   changes settings, which are listed below         -> {"ok": true}
  {"faults": [FAULT, ...]}      puts these in the place of all others            -> {"ok": true}
  {"log": true}                 what was asked since the last time, see GET /_log
  {"reset": true}               settings, faults, log and containers are as at the start, when they
                                were empty                                       -> {"ok": true}
  {"plant": {CONTAINER: {NAME: TEXT, ...}}}  puts blobs past all clients, with any names
                                                                                -> {"ok": true}
  {"sas": {...}}                a shared access signature: container, name, permissions, seconds or
                                expiry, start, ip, protocol, types, services     -> {"sas": TEXT}

GET /_log tells {"log": [...], "counts": {CALL: COUNT}, "most": {CALL: how many were under way at
once}} and forgets nothing.

The calls are: containers account service, create remove container container-metadata acl list,
put block blocklist blocks copy metadata properties tier snapshot lease get head delete.

Settings, with what holds at first:

  newest     the newest x-ms-version that it takes ("2026-10-06")
  page       the most entries of a page of a listing (5000)
  blanks     so many empty pages with a marker come before each page of a listing (0)
  order      what listings are sorted by: "bytes" of UTF-8, or "utf16" units ("bytes")
  bom        whether XML begins with a byte order mark (true)
  chunked    whether listings come in chunks, without a length (true)
  folders    whether folders show as empty blobs with hdi_isfolder, as with a hierarchical namespace
             (false)
  skew       by how many seconds its clock is off (0)
  blocks     the most blocks of a blob (50000)
  leaving    how many times a container is still being deleted when it is created anew (0)

A fault, in JSON, says which calls it is for (`call`, any), at which blob (`name`, a regular
expression that finds something in it), after how many that fit (`after`, 0), for how many (`times`,
0 is for ever) or at every how-manieth (`every`, 1), and what becomes of them:

  status, code   an error is answered, with `message` and `headers`
  done           the error, the drop or the cut comes after the deed is done
  echo           the error's message repeats the address and all headers of the request
  reset          the connection is reset after so many bytes of the request's body
  drop           the connection is closed in place of an answer
  cut            the answer ends after so many bytes of its body, and so does the connection
  short          so many bytes of the answer's body are left out, and its length is in keeping
  length         Content-Length is off by so much
  flip           a bit of the body is another, at this place
  md5            Content-MD5 and x-ms-blob-content-md5 are of something else
  etag           each answer has another ETag
  header         [NAME, VALUE]: the answer has it so, or not at all with null
  seconds        it waits so long before it answers
  drip           so many bytes of the body at a time, 10 ms apart
  lose           names that this regular expression finds are not in the listing
  invent         names that are in the page, of which there is no blob
  reverse        the entries of the page come in the opposite order
  endless        "same": the marker of the page is the one that was sent; "first": it is one that
                 leads to the first page again; "blank": all further pages are empty and have one
  ignore         headers of the request, in small letters, that are not heeded
  die            the double ends at once, as when it is killed; with done after the deed
  amnesia        what was acknowledged is not done
  replace        [FROM, TO]: what this regular expression finds in the body becomes that
"""

import argparse
import collections
import contextlib
import json
import os
import re
import shutil
import signal
import sys
import threading
import time
from xml.sax.saxutils import escape

try:
    import azure_listing
    import azure_trust
    from azure_blobs import Blobs, md5
    from azure_door import Answer, Door, Server, http_date
    from azure_shelf import Shelf
    from azure_trust import Refusal
except ImportError as missing:
    sys.exit(f"azure_double.py: {missing}; run it with .scratch/venv/bin/python3, "
             "which `make venv` makes")

# The account of which everybody knows the key.
KEY = ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw"
       "==")
OLDEST = "2019-02-02"
SETTINGS = {
    "newest": "2026-10-06", "page": 5000, "blanks": 0, "order": "bytes", "bom": True,
    "chunked": True, "folders": False, "skew": 0, "blocks": 50_000, "leaving": 0}

# What kind of thing a call is about, and the rights of which one will do.
NEEDS = {
    "containers": ("s", "l"), "account": ("sco", "rwdlac"), "service": ("s", "r"),
    "create": ("c", "wc"), "remove": ("c", "d"), "container": ("c", "r"), "acl": ("c", "r"),
    "container-metadata": ("c", "w"), "list": ("c", "l"), "put": ("o", "wc"), "block": ("o", "wc"),
    "blocklist": ("o", "wc"), "blocks": ("o", "r"), "copy": ("o", "wc"), "metadata": ("o", "w"),
    "properties": ("o", "w"), "tier": ("o", "w"), "snapshot": ("o", "wc"), "lease": ("o", "w"),
    "get": ("o", "r"), "head": ("o", "r"), "delete": ("o", "d")}


class Double(Blobs):
    def __init__(self, shelf, given):
        self.shelf, self.account, self.key = shelf, given.account, given.key
        self.boxes, self.start = given.container, {"set": given.set, "faults": given.fault}
        self.turn = threading.RLock()
        self.under_way = collections.Counter()
        self.settings = dict(SETTINGS)
        told = self.control(self.start)
        if "error" in told:
            sys.exit(f"azure_double.py: {told['error']}")
        self.begin()

    def control(self, question):
        with self.turn:
            unknown = set(question) - {"set", "faults", "log", "reset", "plant", "sas"}
            unknown |= set(question.get("set", {})) - set(self.settings)
            if unknown:
                return {"error": f"no such thing: {', '.join(sorted(unknown))}"}
            if question.get("reset"):
                self.reset()
            self.settings.update(question.get("set", {}))
            if "faults" in question:
                self.faults = [dict(fault, seen=0) for fault in question["faults"]]
            for name, blobs in question.get("plant", {}).items():
                self.plant(self.shelf.containers[name], blobs)
            if "sas" in question:
                return {"sas": azure_trust.token(self.account, self.key, **question["sas"])}
            if question.get("log"):
                told = self.told()
                self.log, self.most = [], collections.Counter()
                return told
            return {"ok": True}

    def reset(self):
        for name in list(self.shelf.containers):
            self.shelf.remove(name)
        self.begin()

    def plant(self, container, blobs):
        for name, text in blobs.items():
            body = text.encode()
            container.put(name, {
                "metadata": {}, "headers": {"content-type": "application/octet-stream"},
                "md5": md5(body)}, [body])

    def begin(self):
        self.settings = dict(SETTINGS)
        self.faults, self.log, self.most = [], [], collections.Counter()
        self.control(self.start)
        for name in self.boxes:
            if name not in self.shelf.containers:
                self.shelf.create(name, {})

    def told(self):
        with self.turn:
            return {"log": list(self.log), "most": dict(self.most),
                    "counts": dict(collections.Counter(entry["call"] for entry in self.log))}

    def fault(self, call, name):
        with self.turn:
            for fault in self.faults:
                if fault.get("call", call) != call or not re.search(fault.get("name", ""), name):
                    continue
                fault["seen"] += 1
                count, times = fault["seen"] - fault.get("after", 0), fault.get("times", 0)
                is_due = not count % fault.get("every", 1)
                if count > 0 and is_due and (times == 0 or count <= times):
                    return fault
        return {}

    @contextlib.contextmanager
    def under(self, ask):
        """Counts how many of a call are under way at once."""
        call = ask.call or "?"
        with self.turn:
            self.under_way[call] += 1
            self.most[call] = max(self.most[call], self.under_way[call])
        try:
            yield
        finally:
            with self.turn:
                self.under_way[call] -= 1

    def now(self):
        return time.time() + self.settings["skew"]

    # Who asks what

    def check(self, ask):
        """That it is a request of this service by somebody who may."""
        version = ask.headers.get("x-ms-version")
        if version is not None:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", version) or \
                    not OLDEST <= version <= self.settings["newest"]:
                raise Refusal(400, "InvalidHeaderValue", "The value for one of the HTTP headers is "
                              f"not in the correct format: x-ms-version {version}.")
        if ask.account != self.account:
            raise Refusal(404, "ResourceNotFound", "The specified resource does not exist.")
        authorization = ask.headers.get("authorization", "")
        if authorization:
            azure_trust.check_key(
                self.account, self.key, ask.method, ask.url, ask.headers, self.now())
        elif "sig" in ask.query:
            azure_trust.check_sas(self.account, self.key, ask.query, ask.container, ask.name,
                                  self.needs(ask), self.now())
        else:
            raise Refusal(401, "NoAuthenticationInformation", "Server failed to authenticate the "
                          "request.", headers={"WWW-Authenticate": "Bearer"})
        if ask.call is None:
            raise Refusal(400, "InvalidQueryParameterValue", "Value for one of the query "
                          "parameters specified in the request URI is invalid.")

    def needs(self, ask):
        kind, rights = NEEDS.get(ask.call, ("x", ""))
        if ask.call in ("put", "blocklist", "copy"):
            container = self.shelf.containers.get(ask.container)
            if container and ask.name in container.blobs:
                rights = "w"
        return kind, rights

    # What is done

    def do(self, ask):
        self.check(ask)
        for header in ask.fault.get("ignore", []):
            ask.headers.pop(header, None)
        self.check_body(ask)
        return getattr(self, "do_" + ask.call.replace("-", "_"))(ask)

    # Containers

    def do_create(self, ask):
        if ask.container in self.shelf.containers:
            raise Refusal(409, "ContainerAlreadyExists")
        if not re.fullmatch("[a-z0-9](-?[a-z0-9])+", ask.container) \
                or not 3 <= len(ask.container) <= 63:
            raise Refusal(400, "InvalidResourceName")
        if self.settings["leaving"] > 0:
            self.settings["leaving"] -= 1
            raise Refusal(409, "ContainerBeingDeleted")
        return self.container_answer(201, self.shelf.create(ask.container, self.metadata(ask)))

    def container_answer(self, status, container):
        facts = container.facts
        return Answer(status, {
            "ETag": f'"{facts["etag"]}"', "Last-Modified": http_date(facts["modified"]),
            **{"x-ms-meta-" + name: value for name, value in facts["metadata"].items()}})

    def do_container(self, ask):
        return self.container_answer(200, self.container(ask))

    def do_container_metadata(self, ask):
        container = self.container(ask)
        self.shelf.describe(ask.container, self.metadata(ask))
        return self.container_answer(200, container)

    def do_acl(self, ask):
        self.container(ask)
        return self.document("<SignedIdentifiers />")

    def do_remove(self, ask):
        self.container(ask)
        self.shelf.remove(ask.container)
        return Answer(202)

    def do_account(self, _):
        return Answer(200, {"x-ms-sku-name": "Standard_LRS", "x-ms-account-kind": "StorageV2",
                            "x-ms-is-hns-enabled": str(self.settings["folders"]).lower()})

    def do_service(self, _):
        return self.document("<StorageServiceProperties />")

    def document(self, text):
        return azure_listing.document(self.settings, text)

    def do_containers(self, ask):
        most = azure_listing.size(ask.query.get("maxresults", "5000"))
        marker, _ = azure_listing.unmark(ask.query.get("marker", ""))
        prefix = ask.query.get("prefix", "")
        names = [name for name in sorted(self.shelf.containers)
                 if name.startswith(prefix) and name > marker]
        inner = "".join(
            f"<Container><Name>{name}</Name><Properties><Last-Modified>"
            f"{http_date(facts['modified'])}</Last-Modified><Etag>\"{facts['etag']}\"</Etag>"
            "<LeaseStatus>unlocked</LeaseStatus></Properties></Container>"
            for name in names[:most] for facts in [self.shelf.containers[name].facts])
        following = azure_listing.mark(names[most - 1]) if len(names) > most else ""
        return self.document(
            f'<EnumerationResults ServiceEndpoint="{escape(ask.home)}/{self.account}">'
            f"<Containers>{inner}</Containers><NextMarker>{following}</NextMarker>"
            "</EnumerationResults>")

    def do_list(self, ask):
        return azure_listing.page(self.container(ask), ask, self.settings)


def main():
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--root", required=True)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--account", default="devstoreaccount1")
    options.add_argument("--key", default=KEY)
    options.add_argument("--container", action="append", default=[])
    options.add_argument("--fault", action="append", default=[], type=json.loads)
    options.add_argument("--set", default={}, type=json.loads)
    options.add_argument("--brief", action="store_true")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    double = Double(Shelf(given.root), given)
    server = Server(("127.0.0.1", given.port), type("Front", (Door,), {"double": double}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{given.account}"
    print(json.dumps({
        "url": url, "account": given.account, "key": given.key, "connection":
        f"DefaultEndpointsProtocol=http;AccountName={given.account};AccountKey={given.key};"
        f"BlobEndpoint={url};"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(double.control(json.loads(line))), flush=True)
    if given.brief:
        shutil.rmtree(given.root, ignore_errors=True)


if __name__ == "__main__":
    main()
