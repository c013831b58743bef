#!/usr/bin/env python3
"""Holds the servers of the tests to what is said of them, with the clients of others."""

import asyncio
import hashlib
import json
import os
import pathlib
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

try:
    import boto3
    import botocore.config
    import botocore.exceptions
    import httpx
    import openlist
    import openlist.exceptions
    import openlist.models.file
    import pocketbase
    import pocketbase.errors
except ImportError as missing:
    sys.exit(f"check.py: {missing}; run it with .scratch/venv/bin/python3, which `make venv` makes")

HERE = pathlib.Path(__file__).resolve().parent
LISTING = {"method": "GET", "query": "list-type=2"}


# Nothing of the machine's own settings shall count.
for name in list(os.environ):
    if name.startswith("AWS_") or "proxy" in name.lower():
        del os.environ[name]


class Server:
    """A program that tells its endpoint and ends with its input."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint:
            raise RuntimeError(f"{words[0]} did not start")

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


def client(endpoint, attempts=1, patience=20):
    config = botocore.config.Config(
        retries={"total_max_attempts": attempts, "mode": "standard"}, read_timeout=patience,
        connect_timeout=20, s3={"addressing_style": "path"},
        request_checksum_calculation="when_required")
    return boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="testtest",
        region_name="us-east-1", config=config)


class FaultTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="s4l servers ")
        cls.gateway = Server(HERE / "rgw.sh", "hold", f"{cls.folder}/gateway", "bucket")
        cls.proxy = Server(HERE / "faults.py", "--to", cls.gateway.endpoint)
        cls.direct = client(cls.gateway.endpoint)
        for key in ("a", "b", "c", "d", "e"):
            cls.direct.put_object(Bucket="bucket", Key=key, Body=key.encode() * 1000)

    @classmethod
    def tearDownClass(cls):
        assert cls.proxy.end() == 0
        assert cls.gateway.end() == 0
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.s3 = client(self.proxy.endpoint)

    def rules(self, *rules):
        self.assertEqual(self.proxy.ask({"rules": rules}), {"ok": True})

    def log(self):
        return self.proxy.ask({"log": True})["log"]

    def fails(self, kind, body):
        with self.assertRaises(kind) as caught:
            body()
        return getattr(caught.exception, "response", None)

    def code(self, body):
        return self.fails(botocore.exceptions.ClientError, body)["Error"]["Code"]

    def get(self, key="a", **more):
        return self.s3.get_object(Bucket="bucket", Key=key, **more)["Body"].read()

    def put(self, key="new", body=b"x" * 200_000, **more):
        return self.s3.put_object(Bucket="bucket", Key=key, Body=body, **more)

    def page(self, **more):
        return self.s3.list_objects_v2(Bucket="bucket", MaxKeys=2, **more)

    # What passes

    def test_what_no_rule_fits_passes(self):
        self.rules()
        self.put(body=b"y" * 3_000_000)
        self.assertEqual(self.get("new"), b"y" * 3_000_000)
        self.s3.head_object(Bucket="bucket", Key="new")
        self.s3.delete_object(Bucket="bucket", Key="new")
        log = self.log()
        self.assertEqual([(e["method"], e["path"], e["status"]) for e in log], [
            ("PUT", "/bucket/new", 200), ("GET", "/bucket/new", 200), ("HEAD", "/bucket/new", 200),
            ("DELETE", "/bucket/new", 204)])
        self.assertEqual((log[0]["received"], log[1]["sent"]), (3_000_000, 3_000_000))

    def test_a_bad_rule_is_refused(self):
        self.assertIn("no such fault", self.proxy.ask({"rules": [{"fault": "sabotage"}]})["error"])

    def test_rules_match_and_count(self):
        self.rules({"path": "/b$", "nth": 2, "times": 2, "fault": "forbidden"})
        self.get("a")
        self.get("b")
        self.assertEqual(self.code(lambda: self.get("b")), "AccessDenied")
        self.assertEqual(self.code(lambda: self.get("b")), "AccessDenied")
        self.get("b")
        self.assertEqual([e["fault"] for e in self.log()],
                         [None, None, "forbidden", "forbidden", None])
        self.rules({"header": "^range: bytes=2-", "fault": "forbidden"})
        self.get(Range="bytes=1-2")
        self.code(lambda: self.get(Range="bytes=2-3"))

    # Connections

    def test_a_request_is_reset(self):
        broken = (botocore.exceptions.ConnectionClosedError, botocore.exceptions.HTTPClientError)
        for rule in ({}, {"after": 50_000}, {"after": 50_000, "how": "close"}):
            self.rules({"method": "PUT", "fault": "reset", **rule})
            self.fails(broken, self.put)
            self.assertEqual(self.log()[0]["received"], rule.get("after", 0))

    def test_an_answer_is_lost_after_the_deed(self):
        self.rules({"method": "PUT", "fault": "lost"})
        self.fails(botocore.exceptions.HTTPClientError, lambda: self.put("lost"))
        self.assertEqual(self.get("lost"), b"x" * 200_000)
        self.direct.delete_object(Bucket="bucket", Key="lost")

    def test_an_answer_is_cut(self):
        broken = (botocore.exceptions.IncompleteReadError, botocore.exceptions.HTTPClientError,
                  botocore.exceptions.ResponseStreamingError)
        for rule in ({}, {"after": 1}, {"how": "close"}):
            self.rules({"method": "GET", "fault": "cut", **rule})
            self.fails(broken, self.get)
            self.assertEqual(self.log()[0]["sent"], rule.get("after", 500))

    def test_a_cut_answer_tells_its_full_length(self):
        self.rules({"method": "GET", "fault": "cut", "after": 10})
        got = self.raw()
        self.assertIn(b"Content-Length: 207", got)
        self.assertEqual(len(got.split(b"\r\n\r\n")[1]), 10)

    def raw(self):
        """What comes in answer to a request that the gateway refuses with 207 bytes."""
        host, port = self.proxy.endpoint.split("//")[1].split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET /bucket HTTP/1.1\r\nHost: x\r\n"
                               b"Authorization: AWS4-HMAC-SHA256 x\r\n\r\n")
            got = b""
            try:
                while piece := connection.recv(65536):
                    got += piece
            except ConnectionResetError:
                pass
            return got

    def test_silence(self):
        for rule in ({"fault": "silent"}, {"fault": "stall", "after": 100}):
            self.rules({"method": "GET", **rule})
            self.s3 = client(self.proxy.endpoint, patience=0.3)
            self.fails(botocore.exceptions.ReadTimeoutError, self.get)
        self.rules({"fault": "deaf"})
        self.s3 = client(self.proxy.endpoint, patience=0.3)
        self.fails(botocore.exceptions.ReadTimeoutError, self.get)
        self.assertEqual(self.log(), [{"fault": "deaf"}])
        self.s3 = client(self.proxy.endpoint)
        self.get()

    def test_slowness(self):
        for rule in ({"fault": "drip", "bytes": 100, "seconds": 0.001},
                     {"fault": "late", "seconds": 0.01}):
            self.rules({"method": "GET", **rule})
            self.assertEqual(self.get(), b"a" * 1000)

    # Answers that lie

    def test_etags_and_lengths(self):
        self.rules({"method": "PUT", "fault": "etag"}, {"query": "list-type", "fault": "etag"})
        self.assertEqual(self.put()["ETag"], '"' + "0" * 32 + '"')
        self.assertEqual(self.page()["Contents"][0]["ETag"], '"' + "0" * 32 + '"')
        self.direct.delete_object(Bucket="bucket", Key="new")
        self.rules({"method": "GET", "fault": "length", "by": 5})
        self.fails(Exception, self.get)
        self.rules({"method": "GET", "fault": "length", "by": -5})
        self.assertEqual(len(self.get()), 995)
        self.rules({"method": "GET", "fault": "header", "name": "ETag"})
        self.assertNotIn("ETag", self.s3.get_object(Bucket="bucket", Key="a"))

    def test_tokens(self):
        self.rules()
        first = self.page()
        token = first["NextContinuationToken"]
        second = self.page(ContinuationToken=token)
        self.rules({**LISTING, "fault": "token", "how": "missing"})
        page = self.page()
        self.assertTrue(page["IsTruncated"])
        self.assertNotIn("NextContinuationToken", page)
        self.rules({**LISTING, "fault": "token", "how": "repeated"})
        self.assertEqual(self.page(ContinuationToken=token)["NextContinuationToken"], token)
        self.rules({**LISTING, "fault": "token", "how": "first", "times": 0})
        token = self.page()["NextContinuationToken"]
        page = self.page(ContinuationToken=second["NextContinuationToken"])
        self.assertEqual(page["NextContinuationToken"], token)

    def test_pages_in_a_wrong_order(self):
        self.rules({**LISTING, "fault": "disorder"})
        self.assertEqual([e["Key"] for e in self.page()["Contents"]], ["b", "a"])
        self.rules({**LISTING, "nth": 2, "fault": "page-again"})
        token = self.page()["NextContinuationToken"]
        page = self.page(ContinuationToken=token)
        self.assertEqual([e["Key"] for e in page["Contents"]], ["a", "b"])
        self.assertNotEqual(page["NextContinuationToken"], token)

    def test_pages_that_are_none(self):
        for fault in ("garbage", "bomb"):
            self.rules({**LISTING, "fault": fault})
            self.fails(Exception, self.page)
        self.rules({**LISTING, "fault": "replace", "from": "<Key>a</Key>", "to": "<Key>z</Key>"})
        self.assertEqual(self.page()["Contents"][0]["Key"], "z")

    # Answers that S3 gives

    def test_a_storm_passes(self):
        self.rules({"fault": "slow-down", "times": 2, "retry_after": 0})
        self.s3 = client(self.proxy.endpoint, attempts=3)
        self.get()
        self.assertEqual([e["status"] for e in self.log()], [503, 503, 200])

    def test_errors(self):
        for fault, code in (
                ("slow-down", "SlowDown"), ("internal-error", "InternalError"),
                ("request-timeout", "RequestTimeout"), ("ok-error", "InternalError"),
                ("expired-token", "ExpiredToken"), ("precondition", "PreconditionFailed"),
                ("conflict", "ConditionalRequestConflict"), ("skew", "RequestTimeTooSkewed")):
            self.rules({"method": "POST", "fault": fault})
            self.assertEqual(self.code(
                lambda: self.s3.create_multipart_upload(Bucket="bucket", Key="k")
                if fault != "ok-error" else self.complete()), code, fault)

    def complete(self):
        return self.s3.complete_multipart_upload(
            Bucket="bucket", Key="k", UploadId="u",
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"x"'}]})

    def test_an_error_after_the_deed(self):
        self.rules({"method": "DELETE", "fault": "answer", "status": 500, "forward": True})
        self.direct.put_object(Bucket="bucket", Key="gone", Body=b"")
        self.fails(botocore.exceptions.ClientError,
                   lambda: self.s3.delete_object(Bucket="bucket", Key="gone"))
        self.assertEqual(self.code(lambda: self.direct.get_object(Bucket="bucket", Key="gone")),
                         "NoSuchKey")

    def test_redirects(self):
        self.rules({"fault": "redirect", "status": 307, "location": "http://127.0.0.1:1/x"})
        self.assertIn(b"307", self.raw_head())
        self.rules({"fault": "wrong-region", "region": "eu-central-1"})
        self.get()
        self.assertEqual([(e["fault"], e["headers"]["authorization"].split("/")[2])
                          for e in self.log()],
                         [("wrong-region", "us-east-1"), (None, "eu-central-1")])
        self.rules({"fault": "redirect", "region": "eu-central-1", "times": 0})
        answer = self.fails(botocore.exceptions.ClientError, self.get)
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(headers["x-amz-bucket-region"], "eu-central-1")

    def raw_head(self):
        host, port = self.proxy.endpoint.split("//")[1].split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET /bucket HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.makefile("rb").read()

    def test_some_keys_are_not_deleted(self):
        names = ["del/é &<>", "del/+ %", "del/kept"]
        for key in names:
            self.direct.put_object(Bucket="bucket", Key=key, Body=b"")
        self.rules({"method": "POST", "query": "^delete", "fault": "delete-error", "keys": "kept"})
        answer = self.s3.delete_objects(
            Bucket="bucket", Delete={"Objects": [{"Key": key} for key in names]})
        self.assertEqual([e["Key"] for e in answer["Errors"]], ["del/kept"])
        self.assertEqual([e["Key"] for e in answer["Deleted"]], names[:2])
        left = self.direct.list_objects_v2(Bucket="bucket", Prefix="del/")
        self.assertEqual([e["Key"] for e in left["Contents"]], ["del/kept"])
        self.direct.delete_object(Bucket="bucket", Key="del/kept")

    # What the gateway tells of itself

    def test_the_gateway_logs_requests(self):
        self.direct.get_object(Bucket="bucket", Key="a")
        log = pathlib.Path(self.folder, "gateway/client.rgw.log")
        while '"GET /bucket/a HTTP/1.1" 200 1000 ' not in log.read_text():
            pass


class SinkTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="s4l servers ")
        program = f"{cls.folder}/sink"
        subprocess.run(["cc", "-O2", "-o", program, HERE / "sink.c", "-lcrypto"], check=True)
        cls.server = Server(program, "2500", "300")
        cls.s3 = client(cls.server.endpoint)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.end() == 0
        shutil.rmtree(cls.folder)

    def keys(self, **more):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", **more)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def test_listings(self):
        keys = self.keys()
        self.assertEqual(len(keys), 2500)
        self.assertEqual(keys, sorted(set(keys)))
        self.assertEqual(self.keys(PaginationConfig={"PageSize": 7}), keys)
        for at in (0, 1, 998, 999, 1000, 2498, 2499):
            self.assertEqual(self.keys(StartAfter=keys[at]), keys[at + 1:])
            between = keys[at][:-1] + chr(ord(keys[at][-1]) + 1)
            self.assertEqual(self.keys(StartAfter=between), [k for k in keys if k > between])
            prefix = keys[at][:-2]
            self.assertEqual(self.keys(Prefix=prefix), [k for k in keys if k.startswith(prefix)])
        self.assertEqual(self.keys(StartAfter="zzz"), [])
        self.assertEqual(self.keys(Prefix="zzz"), [])
        self.assertEqual(self.keys(Prefix="empty/"), [])
        prefix = keys[0].split("/")[0] + "/"
        self.assertEqual(self.keys(Prefix=prefix, StartAfter=keys[5]),
                         [k for k in keys[6:] if k.startswith(prefix)])

    def test_folders(self):
        page = self.s3.list_objects_v2(Bucket="bucket", Delimiter="/")
        folders = [entry["Prefix"] for entry in page["CommonPrefixes"]]
        self.assertEqual(folders, sorted({key.split("/")[0] + "/" for key in self.keys()}))

    def test_objects(self):
        body = os.urandom(3_000_000)
        etag = self.s3.put_object(Bucket="bucket", Key="k", Body=body)["ETag"]
        self.assertEqual(etag, f'"{hashlib.md5(body).hexdigest()}"')
        got = self.s3.get_object(Bucket="bucket", Key="size-3000000")
        data = got["Body"].read()
        self.assertEqual((len(data), got["ETag"]),
                         (3_000_000, f'"{hashlib.md5(data).hexdigest()}"'))
        part = self.s3.get_object(Bucket="bucket", Key="size-3000000", Range="bytes=1000-1999999")
        self.assertEqual(part["Body"].read(), data[1000:2_000_000])
        self.assertEqual(part["ContentRange"], "bytes 1000-1999999/3000000")
        head = self.s3.head_object(Bucket="bucket", Key="size-3000000")
        self.assertEqual(head["ContentLength"], 3_000_000)
        with self.assertRaises(botocore.exceptions.ClientError):
            self.s3.head_object(Bucket="bucket", Key="none")

    def test_parts(self):
        upload = self.s3.create_multipart_upload(Bucket="bucket", Key="k")["UploadId"]
        tags = []
        for number in (2, 1):
            part = self.s3.upload_part(Bucket="bucket", Key="k", UploadId=upload, PartNumber=number,
                                       Body=b"%d" % number * 6_000_000)
            tags.append({"PartNumber": number, "ETag": part["ETag"]})
        done = self.s3.complete_multipart_upload(
            Bucket="bucket", Key="k", UploadId=upload, MultipartUpload={"Parts": tags[::-1]})
        digests = b"".join(hashlib.md5(b"%d" % n * 6_000_000).digest() for n in (1, 2))
        self.assertEqual(done["ETag"], f'"{hashlib.md5(digests).hexdigest()}-2"')

    def test_counts(self):
        counts = json.load(urllib.request.urlopen(self.server.endpoint + "/-/counts"))
        self.s3.list_objects_v2(Bucket="bucket")
        after = json.load(urllib.request.urlopen(self.server.endpoint + "/-/counts"))
        self.assertEqual(after["list"], counts["list"] + 1)


class MotoTests(unittest.TestCase):
    def test_conditions_on_completing(self):
        server = Server(sys.executable, HERE / "s3_moto.py")
        s3 = client(server.endpoint)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="k", Body=b"x", IfNoneMatch="*")
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            s3.put_object(Bucket="bucket", Key="k", Body=b"x", IfNoneMatch="*")
        self.assertEqual(caught.exception.response["Error"]["Code"], "PreconditionFailed")
        self.assertEqual(server.end(), 0)


class OpenListTests(unittest.TestCase):
    """What a client that knows only the real server makes of the double of it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="s4l servers "))
        self.server = Server(sys.executable, HERE / "openlist_double.py", self.folder)

    def tearDown(self):
        assert self.server.end() == 0
        shutil.rmtree(self.folder)

    def set(self, **settings):
        self.assertEqual(self.server.ask({"set": settings}), {"ok": True})

    def run_client(self, body, name="user", password="s3cret"):
        async def run():
            async with openlist.Client(self.server.endpoint, auto_refresh=False) as client:
                if name:
                    await client.login(name, password)
                return await body(client)
        return asyncio.run(run())

    def test_a_login(self):
        self.set(guest=False)

        async def me(client):
            return await client.user.me()
        self.assertEqual(self.run_client(me).username, "user")
        with self.assertRaises(openlist.exceptions.NetworkError) as caught:
            self.run_client(me, password="wrong")
        self.assertIn("Invalid username or password", str(caught.exception))
        for _ in range(4):
            with self.assertRaises(openlist.exceptions.NetworkError):
                self.run_client(me, password="wrong")
        with self.assertRaises(openlist.exceptions.NetworkError) as caught:
            self.run_client(me)
        self.assertIn("Too many unsuccessful", str(caught.exception))

    def test_a_token_that_is_forgotten(self):
        async def body(client):
            await client.fs.listdir("/")
            self.server.ask({"forget": True})
            try:
                await client.fs.listdir("/")
            except openlist.exceptions.OpenListError as error:
                return str(error)
            finally:
                client.context.auth_token = None
        self.assertIn("token is invalidated", self.run_client(body))

    def test_files(self):
        name = "/\u7535\u5f71/A+B & C, (100%) #1?;!'*[x].mkv"

        async def body(client):
            options = openlist.models.file.UploadOptions(last_modified=1_600_000_000)
            await client.fs.mkdir("/empty")
            await client.fs.write_bytes(name, b"content", options=options)
            seen = await client.fs.stat(name)
            self.assertEqual((seen.name, seen.size, seen.is_dir), (name[4:], 7, False))
            self.assertTrue(seen.sign.endswith("=:0"))
            found = await client.fs.listdir("/")
            self.assertEqual(sorted(item.name for item in found), ["empty", name[1:3]])
            self.assertEqual(await client.fs.listdir("/empty"), [])
            await client.fs.rename(name, "b.mkv")
            self.assertFalse(await client.fs.exists(name))
            self.assertTrue(await client.fs.exists("/\u7535\u5f71/b.mkv"))
            await client.fs.remove("/\u7535\u5f71/b.mkv")
            with self.assertRaises(Exception) as caught:
                await client.fs.listdir("/none")
            self.assertIn("object not found", str(caught.exception))
        self.run_client(body)
        self.assertEqual(os.listdir(self.folder / "\u7535\u5f71"), [])

    def test_pages(self):
        for number in range(230):
            (self.folder / f"{number:03}").touch()

        async def body(client):
            names = []
            for page in range(1, 5):
                options = openlist.models.file.ListOptions(page=page, per_page=100)
                found = await client.fs.listdir_detail("/", options=options)
                self.assertEqual(found.total, 230)
                names += [item.name for item in found.items]
            return names
        for flavour, without in (("openlist", 230), ("alist-3.58", 200), ("alist-3.61", 200)):
            self.set(flavour=flavour)
            names = self.run_client(body)
            self.assertEqual(sorted(names), sorted(os.listdir(self.folder)))
            answer = httpx.post(self.server.endpoint + "/api/fs/list", json={"path": "/"}).json()
            self.assertEqual((len(answer["data"]["content"]), answer["data"]["total"]),
                             (without, 230))

    def test_links(self):
        (self.folder / "a b.mkv").write_bytes(b"content")
        url = self.server.endpoint + "/d/a%20b.mkv"

        async def body(client):
            return (await client.fs.stat("/a b.mkv")).sign
        sign = self.run_client(body)
        self.assertEqual(httpx.get(url, params={"sign": sign}).content, b"content")
        self.assertEqual(httpx.get(url, params={"sign": sign + "1"}).status_code, 401)
        self.set(plain=True)
        answer = httpx.get(url)
        self.assertEqual((answer.status_code, answer.json()["code"]), (200, 401))
        self.set(redirect="cdn")
        answer = httpx.get(url, params={"sign": sign}, headers={"Authorization": "secret"},
                           follow_redirects=True)
        self.assertEqual(answer.content, b"content")
        seen = [(entry["call"], entry["authorization"])
                for entry in self.server.ask({"log": True})["log"][-2:]]
        self.assertEqual(seen, [("d", "secret"), ("cdn", None)])

    def test_faults(self):
        (self.folder / "a").touch()
        listing = {"json": {"path": "/", "page": 1, "per_page": 500}}

        def ask(fault):
            self.server.ask({"faults": [{"call": "list", **fault}]})
            return httpx.post(self.server.endpoint + "/api/fs/list", **listing)
        self.assertEqual(ask({"drop": 1}).json()["data"], {
            **ask({}).json()["data"], "content": None, "total": 1})
        self.assertEqual(ask({"code": 500, "message": "x"}).json(),
                         {"code": 500, "message": "x", "data": None})
        self.assertEqual(ask({"status": 503}).status_code, 503)
        self.assertEqual(ask({"raw": "{"}).content, b"{")
        with self.assertRaises(httpx.RemoteProtocolError):
            ask({"cut": 10})
        self.set(mounts=["/m/n"])
        names = [item["name"] for item in ask({"swallow": True}).json()["data"]["content"]]
        self.assertEqual(names, ["m"])
        listing["json"]["refresh"] = True
        self.assertEqual(ask({}).json()["message"], "Refresh without permission")


class PostgresTests(unittest.TestCase):
    """The server that psql meets is a real one, and ends without leaving anything."""

    def psql(self, told, password, sql):
        return subprocess.run(
            ["psql", "-XAtq", "-h", "127.0.0.1", "-p", str(told["port"]), "-U", told["user"],
             "-d", "postgres", "-c", sql], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env={**os.environ, "PGPASSWORD": password})

    def test_a_life(self):
        server = Server("/usr/bin/python3", HERE / "postgres.py", "--room", "12")
        told = json.loads(server.endpoint)
        self.assertEqual(self.psql(told, told["password"], "SHOW fsync").stdout, "on\n")
        self.assertNotEqual(self.psql(told, "wrong", "SHOW fsync").returncode, 0)
        self.assertEqual(server.ask({"sql": "CREATE DATABASE d TABLESPACE small"}), {"rows": ""})
        filled = server.ask(
            {"sql": "CREATE TABLE t AS SELECT generate_series(1, 1000000)", "database": "d"})
        self.assertIn("No space left", filled["error"])
        for how in ("fast", "immediate"):
            self.assertEqual(server.ask({"stop": how}), {"ok": True})
            self.assertNotEqual(self.psql(told, told["password"], "SHOW fsync").returncode, 0)
            self.assertEqual(server.ask({"start": True}), {"ok": True})
            self.assertEqual(server.ask({"sql": "SELECT 'a' < 'B'"}), {"rows": "t\n"})
        self.assertEqual(server.end(), 0)
        self.assertFalse(os.path.exists(told["folder"]))
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", told["port"]))


class PocketBaseTests(unittest.TestCase):
    """Somebody else's client finds in our double what it expects of a PocketBase."""

    def setUp(self):
        self.server = Server(sys.executable, HERE / "pocketbase_double.py")
        self.set(collections={"notes": {}, "admins": {}})
        self.client = pocketbase.PocketBase(self.server.endpoint)

    def tearDown(self):
        self.client.http_client.close()
        self.assertEqual(self.server.end(), 0)

    def set(self, **settings):
        self.server.ask({"set": settings})

    def log_in(self, password="admin123456"):
        return self.client.collection("_superusers").auth_with_password(
            "admin@example.com", password)

    def test_logging_in(self):
        with self.assertRaises(pocketbase.errors.ClientResponseError) as caught:
            self.log_in("wrong")
        self.assertEqual(caught.exception.status, 400)
        login = self.log_in()
        self.assertTrue(login.token)
        self.assertEqual(login.record.collection_name, "_superusers")
        self.assertTrue(self.client.collection("_superusers").auth_refresh().token)
        self.assertEqual(self.client.health.check().code, 200)

    def test_records(self):
        self.log_in()
        notes = self.client.collection("notes")
        ids = {notes.create({"text": f"note {n}"}).id for n in range(70)}
        self.assertEqual({note.id for note in notes.get_full_list(batch=30)}, ids)
        page = notes.get_list(2, 30)
        self.assertEqual((page.total_items, page.total_pages, len(page.items)), (70, 3, 30))
        one = page.items[0]
        self.assertEqual(notes.update(one.id, {"text": "new"}).text, "new")
        self.assertEqual(notes.get_one(one.id).text, "new")
        self.assertTrue(notes.delete(one.id))
        with self.assertRaises(pocketbase.errors.ClientResponseError) as caught:
            notes.get_one(one.id)
        self.assertEqual(caught.exception.status, 404)
        with self.assertRaises(pocketbase.errors.ClientResponseError) as caught:
            notes.create({"id": next(iter(ids - {one.id}))})
        self.assertEqual(caught.exception.data["data"]["id"]["code"], "validation_not_unique")

    def test_collections_are_made(self):
        made = {"name": "places", "type": "base", "fields": [{"name": "text", "type": "text"}]}
        with self.assertRaises(pocketbase.errors.ClientResponseError):
            self.client.collections.create(made)
        self.log_in()
        self.assertEqual(self.client.collections.create(made).name, "places")
        place = self.client.collection("places").create({"text": "a", "unknown": "b"})
        self.assertEqual((place.text, hasattr(place, "unknown")), ("a", False))
        with self.assertRaises(pocketbase.errors.ClientResponseError) as caught:
            self.client.collections.create(made)
        code = caught.exception.data["data"]["name"]["code"]
        self.assertEqual(code, "validation_collection_name_exists")

    def test_guests_are_shown_nothing(self):
        self.log_in()
        notes = self.client.collection("notes")
        notes.create({"text": "a"})
        self.set(generation=1)
        self.assertEqual(notes.get_list(1, 30).items, [])
        with self.assertRaises(pocketbase.errors.ClientResponseError):
            self.client.collection("_superusers").auth_refresh()

    def test_batches(self):
        self.log_in()
        batch = self.client.create_batch()
        batch.collection("notes").create({"text": "a"})
        batch.collection("notes").create({"text": "b"})
        self.assertEqual([result["status"] for result in batch.send()], [200, 200])
        self.set(batches=False)
        with self.assertRaises(pocketbase.errors.ClientResponseError) as caught:
            batch.send()
        self.assertEqual(caught.exception.status, 403)

    def test_changes_are_told(self):
        self.log_in()
        notes = self.client.collection("notes")
        heard = queue.Queue()
        notes.subscribe(heard.put)
        try:
            while self.server.ask({"listeners": True})["listeners"] == 0:
                pass
            made = notes.create({"text": "a"})
            event = heard.get(timeout=30)
            self.assertEqual((event.action, event.record.id), ("create", made.id))
            notes.update(made.id, {"text": "b"})
            self.assertEqual(heard.get(timeout=30).record.text, "b")
            self.server.ask({"touch": "notes"})
            self.assertEqual(heard.get(timeout=30).action, "update")
            notes.delete(made.id)
            self.assertEqual(heard.get(timeout=30).action, "delete")
        finally:
            notes.unsubscribe()
            self.server.ask({"cut": True})


if __name__ == "__main__":
    unittest.main()
