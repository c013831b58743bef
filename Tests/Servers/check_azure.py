#!/usr/bin/env python3
"""Holds the double of Azure Blob Storage to what is said of it, with Microsoft's own client and
with rclone."""

import base64
import contextlib
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request

try:
    from azure.core import MatchConditions
    from azure.core.exceptions import AzureError, HttpResponseError
    from azure.storage.blob import (
        BlobBlock, BlobClient, BlobServiceClient, ContentSettings, StandardBlobTier,
        generate_account_sas, generate_blob_sas, generate_container_sas)
    from azure.storage.extensions.checksums import crc64
except ImportError as missing:
    sys.exit(f"check_azure.py: {missing}; run it with .scratch/venv/bin/python3, which `make venv` "
             "makes")

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNT = "s4ltest"
KEY = base64.b64encode(b"a key that is of these tests only").decode()
NAMES = ["a", "a b+c%.txt", "a/b", "a/b/", "b&c=d?#[x]\"'<>.mkv", "caf\u00e9", "cafe\u0301",
         "\u7535\u5f71/\u98de \U0001f600.mkv", "line\r\nend\t", "\x01bell\uffff", "x" * 1024]

# Nothing of the machine's own settings shall count.
for variable in list(os.environ):
    if variable.startswith(("AZURE_", "RCLONE_")) or "proxy" in variable.lower():
        del os.environ[variable]


def code64(data):
    return base64.b64encode(data).decode()


class Double:
    def __init__(self, folder, *more):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, HERE / "azure_double.py", "--root", folder, "--account", ACCOUNT,
             "--key", KEY, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("azure_double.py did not start")
        self.told = json.loads(line)
        self.url = self.told["url"]

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def service(self, **more):
        more = {"api_version": "2021-12-02", "retry_total": 0, "read_timeout": 20, **more}
        return BlobServiceClient.from_connection_string(self.told["connection"], **more)

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="s4l azure "))
        cls.double = Double(cls.folder / "root", "--container", "box")

    @classmethod
    def tearDownClass(cls):
        assert cls.double.end() == 0
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.assertEqual(self.double.ask({"reset": True}), {"ok": True})
        self.service = self.double.service()
        self.box = self.service.get_container_client("box")

    def tearDown(self):
        self.service.close()

    @contextlib.contextmanager
    def refused(self, status, code):
        with self.assertRaises(HttpResponseError) as caught:
            yield
        error = caught.exception
        self.assertEqual((error.status_code, error.error_code), (status, code))

    def set(self, **settings):
        self.assertEqual(self.double.ask({"set": settings}), {"ok": True})

    def fail_with(self, *faults):
        self.assertEqual(self.double.ask({"faults": faults}), {"ok": True})

    def counts(self):
        return self.double.ask({"log": True})["counts"]

    def names(self, **more):
        return [blob.name for blob in self.box.list_blobs(**more)]

    def put(self, name, body=b"hello", **more):
        return self.box.upload_blob(name, body, overwrite=True, **more)

    def get(self, name, **more):
        return self.box.download_blob(name, **more).readall()


class ContainerTests(Case):
    def test_a_life(self):
        self.service.create_container("other", metadata={"of": "us"})
        with self.refused(409, "ContainerAlreadyExists"):
            self.service.create_container("other")
        self.assertEqual([c.name for c in self.service.list_containers()], ["box", "other"])
        pages = self.service.list_containers(results_per_page=1).by_page()
        self.assertEqual([[c.name for c in page] for page in pages], [["box"], ["other"]])
        other = self.service.get_container_client("other")
        self.assertEqual(other.get_container_properties().metadata, {"of": "us"})
        self.assertTrue(other.exists())
        other.upload_blob("a", b"")
        self.set(leaving=1)
        other.delete_container()
        self.assertFalse(other.exists())
        with self.refused(409, "ContainerBeingDeleted"):
            self.service.create_container("other")
        self.assertEqual(list(self.service.create_container("other").list_blobs()), [])
        with self.refused(400, "InvalidResourceName"):
            self.service.create_container("no--good")

    def test_one_that_is_not_there(self):
        none = self.service.get_container_client("none")
        for body in (lambda: list(none.list_blobs()), lambda: none.upload_blob("a", b""),
                     lambda: none.delete_blob("a"), lambda: none.download_blob("a"),
                     none.delete_container):
            with self.refused(404, "ContainerNotFound"):
                body()
        with self.refused(404, "ContainerNotFound"):
            none.get_blob_client("a").get_blob_properties()


class BlobTests(Case):
    def test_a_life(self):
        made = self.put("a", content_settings=ContentSettings("text/x", content_language="zh"),
                        metadata={"mtime": "12.5", "a_b": "x"})
        told = made.get_blob_properties()
        self.assertEqual((told.size, told.metadata), (5, {"mtime": "12.5", "a_b": "x"}))
        self.assertEqual(told.content_settings.content_type, "text/x")
        self.assertEqual(told.content_settings.content_language, "zh")
        self.assertEqual(bytes(told.content_settings.content_md5), hashlib.md5(b"hello").digest())
        age = datetime.datetime.now(datetime.timezone.utc) - told.last_modified
        self.assertLess(abs(age.total_seconds()), 100)
        self.assertEqual(self.get("a"), b"hello")
        # What is put anew has none of what was there.
        self.put("a", b"")
        told = made.get_blob_properties()
        self.assertEqual((told.size, told.metadata), (0, {}))
        self.assertEqual(told.content_settings.content_type, "application/octet-stream")
        self.assertEqual(self.get("a"), b"")
        self.box.delete_blob("a")
        for body in (lambda: self.get("a"), lambda: self.box.delete_blob("a"),
                     made.get_blob_properties, lambda: made.set_blob_metadata({})):
            with self.refused(404, "BlobNotFound"):
                body()

    def test_names(self):
        for name in NAMES:
            self.put(name, name.encode(), metadata={"of": "it"})
        self.assertEqual(self.names(), sorted(NAMES, key=str.encode))
        self.assertEqual(self.names(name_starts_with="a b+c%"), ["a b+c%.txt"])
        for name in NAMES:
            self.assertEqual(self.get(name), name.encode())
            self.box.delete_blob(name)
        self.assertEqual(self.names(), [])
        with self.refused(400, "InvalidUri"):
            self.put("x" * 1025)

    def test_metadata(self):
        blob = self.put("a", metadata={"one": "1"})
        etag = blob.get_blob_properties().etag
        blob.set_blob_metadata({"two": "%E7%94%B5"})
        told = blob.get_blob_properties()
        self.assertEqual(told.metadata, {"two": "%E7%94%B5"})
        self.assertNotEqual(told.etag, etag)
        self.assertEqual(self.get("a"), b"hello")
        blob.set_http_headers(ContentSettings("text/y", content_md5=bytearray(b"x" * 16)))
        told = blob.get_blob_properties()
        self.assertEqual(told.content_settings.content_type, "text/y")
        self.assertEqual(bytes(told.content_settings.content_md5), b"x" * 16)
        self.assertEqual(told.metadata, {"two": "%E7%94%B5"})
        for metadata, code in (({"no-good": "x"}, "InvalidMetadata"),
                               ({"1a": "x"}, "InvalidMetadata"),
                               ({"a": "x" * 8192}, "MetadataTooLarge")):
            with self.refused(400, code):
                blob.set_blob_metadata(metadata)

    def test_other_things(self):
        blob = self.put("a", metadata={"one": "1"})
        copy = self.box.get_blob_client("copy")
        self.assertEqual(copy.start_copy_from_url(blob.url)["copy_status"], "success")
        self.assertEqual((self.get("copy"), copy.get_blob_properties().metadata),
                         (b"hello", {"one": "1"}))
        with self.refused(404, "CannotVerifyCopySource"):
            copy.start_copy_from_url(blob.url + "x")
        blob.set_standard_blob_tier("Archive")
        self.assertEqual(blob.get_blob_properties().blob_tier, "Archive")
        with self.refused(409, "BlobArchived"):
            self.get("a")
        lease = copy.acquire_lease()
        with self.refused(412, "LeaseIdMissing"):
            copy.upload_blob(b"", overwrite=True)
        copy.upload_blob(b"", overwrite=True, lease=lease)
        lease.release()
        copy.create_snapshot()
        with self.refused(409, "SnapshotsPresent"):
            copy.delete_blob()
        copy.delete_blob(delete_snapshots="include")
        self.assertFalse(copy.exists())

    def test_ranges(self):
        body = bytes(range(256)) * 100
        blob = self.put("a", body)
        etag = blob.get_blob_properties().etag
        self.assertEqual(self.get("a", offset=300), body[300:])
        self.assertEqual(self.get("a", offset=300, length=7), body[300:307])
        self.assertEqual(self.get("a", offset=25_590, length=700), body[-10:])
        match = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        self.assertEqual(self.get("a", offset=9, length=8, **match), body[9:17])
        self.assertEqual(self.get("a", offset=0, length=99, validate_content=True), body[:99])
        with self.refused(416, "InvalidRange"):
            self.get("a", offset=25_600, length=1)
        self.put("a", b"another")
        with self.refused(412, "ConditionNotMet"):
            self.get("a", offset=9, length=8, **match)
        # In pieces, several at once, as it does with what is large.
        self.put("large", b"0123456789" * 500_000)
        service = self.double.service(max_single_get_size=1 << 20, max_chunk_get_size=1 << 20)
        with service.get_blob_client("box", "large") as large:
            got = large.download_blob(max_concurrency=4).readall()
        self.assertEqual(got, b"0123456789" * 500_000)
        self.assertEqual(self.counts()["get"], 12)

    def test_conditions(self):
        blob = self.put("a")
        etag = blob.get_blob_properties().etag
        same = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        other = {"etag": '"0x1"', "match_condition": MatchConditions.IfNotModified}
        changed = {"etag": etag, "match_condition": MatchConditions.IfModified}
        none = self.box.get_blob_client("none")
        with self.refused(409, "BlobAlreadyExists"):
            blob.upload_blob(b"x", overwrite=False)
        blob.stage_block("AAAA", b"block")
        with self.refused(409, "BlobAlreadyExists"):
            blob.commit_block_list(
                [BlobBlock("AAAA")], match_condition=MatchConditions.IfMissing)
        for body in (
                lambda: blob.upload_blob(b"x", overwrite=True, **other),
                lambda: blob.commit_block_list([BlobBlock("AAAA")], **other),
                lambda: none.upload_blob(b"x", overwrite=True, **other),
                lambda: none.upload_blob(
                    b"x", overwrite=True, match_condition=MatchConditions.IfPresent),
                lambda: blob.delete_blob(**other), lambda: blob.set_blob_metadata({}, **other),
                lambda: blob.download_blob(**other),
                lambda: blob.upload_blob(b"x", overwrite=True, **changed),
                lambda: blob.upload_blob(
                    b"x", overwrite=True, if_unmodified_since=datetime.datetime(2020, 1, 1))):
            with self.refused(412, "ConditionNotMet"):
                body()
        with self.refused(304, "ConditionNotMet"):
            blob.download_blob(**changed)
        with self.refused(304, "ConditionNotMet"):
            blob.get_blob_properties(**changed)
        with self.refused(304, "ConditionNotMet"):
            blob.download_blob(if_modified_since=datetime.datetime(2050, 1, 1))
        with self.refused(400, "UnsatisfiableCondition"):
            blob.download_blob(match_condition=MatchConditions.IfMissing)
        with self.refused(400, "MultipleConditionHeadersNotSupported"):
            blob.download_blob(headers={"If-Match": f"{etag}, {etag}"})
        self.assertEqual(self.get("a"), b"hello")
        blob.upload_blob(b"x", overwrite=True, **same)
        none.upload_blob(b"x", overwrite=False)
        blob.delete_blob(match_condition=MatchConditions.IfPresent)

    def test_what_is_changed_on_the_way_is_refused(self):
        good, bad = hashlib.md5(b"hello").digest(), hashlib.md5(b"other").digest()
        crc = crc64.compute(b"hello", 0).to_bytes(8, "little")
        blob = self.box.get_blob_client("a")

        def put(**headers):
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            blob.upload_blob(b"hello", overwrite=True, headers=headers)
        self.assertEqual(code64(crc), "V0JSBnCFdzM=")
        put(content_md5=code64(good))
        put(x_ms_content_crc64=code64(crc))
        for headers, code in (
                ({"content_md5": code64(bad)}, "Md5Mismatch"),
                ({"x_ms_blob_content_md5": code64(bad)}, "Md5Mismatch"),
                ({"x_ms_content_crc64": code64(crc[::-1])}, "Crc64Mismatch"),
                ({"content_md5": "short"}, "InvalidMd5"),
                ({"content_md5": code64(good), "x_ms_content_crc64": code64(crc)},
                 "BothCrc64AndMd5HeaderPresent")):
            with self.refused(400, code):
                put(**headers)
            with self.refused(400, code) if "x_ms_blob_content_md5" not in headers \
                    else contextlib.nullcontext():
                blob.stage_block("AAAA", b"hello", headers={
                    name.replace("_", "-"): value for name, value in headers.items()})
        blob.upload_blob(b"again", overwrite=True, validate_content=True)
        blob.upload_blob(b"again", overwrite=True, validate_content="crc64")
        self.assertEqual(self.get("a", validate_content=True), b"again")


class BlockTests(Case):
    def setUp(self):
        super().setUp()
        self.blob = self.box.get_blob_client("big")

    def blocks(self, kind="all"):
        return [[(block.id, block.size) for block in blocks]
                for blocks in self.blob.get_block_list(kind)]

    def test_a_large_blob(self):
        body = os.urandom(1 << 20) * 9 + b"end"
        service = self.double.service(max_single_put_size=1 << 20, max_block_size=1 << 20)
        with service.get_blob_client("box", "big") as blob:
            blob.upload_blob(body, max_concurrency=4, validate_content=True, metadata={"a": "b"})
        counts = self.counts()
        self.assertEqual((counts["block"], counts["blocklist"]), (10, 1))
        self.assertEqual(self.get("big"), body)
        told = self.blob.get_blob_properties()
        self.assertIsNone(told.content_settings.content_md5)
        self.assertEqual(told.metadata, {"a": "b"})
        committed, staged = self.blocks()
        self.assertEqual(([size for _, size in committed], staged), ([1 << 20] * 9 + [3], []))

    def test_staging_and_committing(self):
        with self.refused(404, "BlobNotFound"):
            self.blocks()
        self.blob.stage_block("id2", b"two")
        self.blob.stage_block("id1", b"one")
        self.blob.stage_block("id3", b"three")
        self.blob.stage_block("id2", b"TWO!")
        self.assertEqual(self.blocks(), [[], [("id1", 3), ("id2", 4), ("id3", 5)]])
        self.assertFalse(self.blob.exists())
        self.assertEqual(self.names(), [])
        self.assertEqual(self.names(include=["uncommittedblobs"]), ["big"])
        with self.refused(400, "InvalidBlobOrBlock"):
            self.blob.stage_block("longer", b"x")
        with self.refused(400, "InvalidBlockList"):
            self.blob.commit_block_list([BlobBlock("id1"), BlobBlock("id9")])
        md5 = hashlib.md5(b"TWO!oneTWO!").digest()
        self.blob.commit_block_list(
            [BlobBlock("id2"), BlobBlock("id1"), BlobBlock("id2")],
            content_settings=ContentSettings("text/x", content_md5=bytearray(md5)))
        self.assertEqual(self.get("big"), b"TWO!oneTWO!")
        told = self.blob.get_blob_properties().content_settings
        self.assertEqual((told.content_type, bytes(told.content_md5)), ("text/x", md5))
        # What was not in the list is gone; what was can be used again.
        self.assertEqual(self.blocks(), [[("id2", 4), ("id1", 3), ("id2", 4)], []])
        self.blob.stage_block("id4", b"four")
        self.blob.commit_block_list([BlobBlock("id1"), BlobBlock("id4")])
        self.assertEqual(self.get("big"), b"onefour")
        self.blob.stage_block("id5", b"five")
        self.blob.upload_blob(b"whole", overwrite=True)
        self.assertEqual(self.blocks(), [[], []])
        with self.refused(400, "InvalidBlockList"):
            self.blob.commit_block_list([BlobBlock("id5")])
        self.blob.commit_block_list([])
        self.assertEqual(self.get("big"), b"")

    def test_limits(self):
        self.set(blocks=2)
        for number in range(4):
            self.blob.stage_block(f"id{number}", b"x")
        with self.refused(409, "BlockCountExceedsLimit"):
            self.blob.stage_block("id4", b"x")
        with self.refused(409, "BlockCountExceedsLimit"):
            self.blob.commit_block_list([BlobBlock(f"id{number}") for number in range(3)])
        with self.refused(400, "InvalidQueryParameterValue"):
            self.blob.stage_block("x" * 65, b"x")


class ListingTests(Case):
    def fill(self, *names):
        for name in names:
            self.put(name, name.encode(), metadata={"n": name} if name.isascii() else None)

    def test_pages(self):
        names = [f"{number:03}" for number in range(60)]
        self.fill(*names)
        self.counts()
        for setting in ({}, {"blanks": 2}, {"bom": False, "chunked": False}, {"page": 5}):
            self.set(**{"blanks": 0, "page": 5000, **setting})
            pages = [list(page) for page in self.box.list_blobs(results_per_page=7).by_page()]
            listed = [blob.name for page in pages for blob in page]
            self.assertEqual((setting, listed), (setting, names))
            size = setting.get("page", 7)
            count = -(-60 // size) * (1 + setting.get("blanks", 0))
            self.assertEqual(self.counts()["list"], count)
            self.assertEqual(sum(1 for page in pages if not page), setting.get("blanks", 0) * 9)
        self.assertEqual(self.names(name_starts_with="01"), names[10:20])

    def test_what_it_tells(self):
        blob = self.put("a", metadata={"mtime": "1.5"}, standard_blob_tier=StandardBlobTier.COOL)
        made = blob.get_blob_properties()
        self.box.get_blob_client("b").stage_block("id", b"x")
        self.box.get_blob_client("b").commit_block_list([BlobBlock("id")])
        first, second = self.box.list_blobs(include=["metadata"])
        self.assertEqual((first.size, first.metadata), (5, {"mtime": "1.5"}))
        self.assertEqual(first.blob_tier, "Cool")
        self.assertEqual((f'"{first.etag}"', first.last_modified), (made.etag, made.last_modified))
        self.assertEqual(bytes(first.content_settings.content_md5), hashlib.md5(b"hello").digest())
        self.assertIsNone(second.content_settings.content_md5)
        self.assertEqual(next(iter(self.box.list_blobs())).metadata, {})

    def test_folders(self):
        self.fill("a", "b-", "b/c", "b/d", "b/e/f", "b0", "c/", "d/e")
        for size in (None, 1, 2, 3):
            # Their client puts the folders of a page first.
            walked = self.box.walk_blobs(results_per_page=size)
            self.assertEqual(sorted(item.name for item in walked),
                             ["a", "b-", "b/", "b0", "c/", "d/"])
            walked = self.box.walk_blobs("b/", results_per_page=size)
            self.assertEqual(sorted(item.name for item in walked), ["b/c", "b/d", "b/e/"])
        self.assertEqual([item.name for item in self.box.walk_blobs("c/")], ["c/"])
        self.set(folders=True)
        listed = {blob.name: blob.metadata for blob in self.box.list_blobs(include=["metadata"])}
        self.assertEqual(listed["b/e"], {"hdi_isfolder": "true"})
        self.assertEqual(listed["b/e/f"], {"n": "b/e/f"})

    def test_orders(self):
        names = ["\ufb01", "\U0001f600"]
        self.fill(*names)
        self.assertEqual(self.names(), names)
        self.set(order="utf16")
        self.assertEqual(self.names(), names[::-1])
        self.assertEqual(self.names(results_per_page=1), names[::-1])


class TrustTests(Case):
    def test_a_wrong_key(self):
        wrong = self.double.told["connection"].replace(KEY, code64(b"another"))
        with BlobServiceClient.from_connection_string(wrong, retry_total=0) as service:
            with self.refused(403, "AuthenticationFailed"):
                service.get_blob_client("box", "a").upload_blob(b"x")
            with self.refused(403, "AuthenticationFailed"):
                list(service.get_container_client("box").list_blobs())
        self.assertEqual(self.names(), [])

    def test_clocks(self):
        for skew, good in ((890, True), (-890, True), (910, False), (-910, False)):
            self.set(skew=skew)
            with contextlib.nullcontext() if good else self.refused(403, "AuthenticationFailed"):
                self.names()

    def test_nobody(self):
        with BlobClient.from_blob_url(self.double.url + "/box/a", retry_total=0) as blob:
            with self.refused(401, "NoAuthenticationInformation"):
                blob.download_blob()

    def test_versions(self):
        with self.double.service(api_version=None) as service:
            service.get_blob_client("box", "a").upload_blob(b"x")
        self.set(newest="2021-10-04")
        with self.refused(400, "InvalidHeaderValue"):
            self.names()

    def use(self, sas, name="a", container="box"):
        url = f"{self.double.url}/{container}/{name}?{sas}"
        with BlobClient.from_blob_url(url, retry_total=0) as blob:
            return blob.download_blob().readall()

    def test_signatures(self):
        self.put("a")
        self.service.create_container("other").upload_blob("a", b"other")
        now = datetime.datetime.now(datetime.timezone.utc)
        hour = datetime.timedelta(hours=1)

        def made(scope, permission="r", expiry=now + hour, **more):
            more = {"account_key": KEY, "permission": permission, "expiry": expiry, **more}
            if scope == "account":
                types = more.pop("types", "sco")
                return generate_account_sas(ACCOUNT, resource_types=types, **more)
            if scope == "container":
                return generate_container_sas(ACCOUNT, "box", **more)
            return generate_blob_sas(ACCOUNT, "box", "a", **more)
        for scope in ("account", "container", "blob"):
            self.assertEqual(self.use(made(scope)), b"hello")
            self.assertEqual(self.use(made(scope, start=now - hour, ip="127.0.0.1",
                                           protocol="https,http")), b"hello")
            for more, code in (
                    ({"expiry": now - hour}, "AuthenticationFailed"),
                    ({"start": now + hour / 2}, "AuthenticationFailed"),
                    ({"account_key": code64(b"another")}, "AuthenticationFailed"),
                    ({"permission": "w"}, "AuthorizationPermissionMismatch"),
                    ({"ip": "10.0.0.1-10.0.0.9"}, "AuthorizationSourceIPMismatch"),
                    ({"protocol": "https"}, "AuthorizationProtocolMismatch")):
                with self.refused(403, code):
                    self.use(made(scope, **more))
            with self.refused(403, "AuthenticationFailed"):
                self.use(made(scope).replace("sp=r", "sp=rw"))
        with self.refused(403, "AuthorizationResourceTypeMismatch"):
            self.use(made("account", types="sc"))
        for scope in ("container", "blob"):
            with self.refused(403, "AuthenticationFailed"):
                self.use(made(scope), container="other")
        with self.refused(403, "AuthenticationFailed"):
            self.use(made("blob"), name="b")
        # Those of the double itself are the same.
        for scope in ({}, {"container": "box"}, {"container": "box", "name": "a"}):
            sas = self.double.ask({"sas": {**scope, "permissions": "r"}})["sas"]
            self.assertEqual(self.use(sas), b"hello")

    def test_everything_with_a_signature(self):
        sas = generate_account_sas(
            ACCOUNT, account_key=KEY, resource_types="sco", permission="rwdlac",
            expiry=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1))
        with BlobServiceClient(self.double.url, credential=sas, retry_total=0) as service:
            other = service.create_container("other")
            other.upload_blob("\u7535 &?", b"x" * 3_000_000)
            self.assertEqual([blob.name for blob in other.list_blobs()], ["\u7535 &?"])
            self.assertEqual(len(other.download_blob("\u7535 &?").readall()), 3_000_000)
            other.delete_blob("\u7535 &?")
            other.delete_container()
        log = self.double.ask({"log": True})["log"]
        self.assertEqual({entry["trust"] for entry in log}, {"sas"})
        self.assertNotIn("sig", json.dumps([entry["query"] for entry in log]))


class WireTests(Case):
    """What their client hides."""

    def connect(self):
        return http.client.HTTPConnection(self.double.url.split("/")[2], timeout=20)

    def target(self, name="a", more=""):
        sas = self.double.ask({"sas": {"permissions": "rwdlc"}})["sas"]
        path = urllib.parse.urlsplit(self.double.url).path
        return f"{path}/box/{urllib.parse.quote(name)}?{sas}{more}"

    def test_a_connection_is_used_again(self):
        connection = self.connect()
        for number in range(5):
            connection.request("PUT", self.target(), b"x" * number,
                               {"x-ms-blob-type": "BlockBlob"})
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read()), (201, b""))
            address = connection.sock.getsockname()
            connection.request("HEAD", self.target("none"))
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read()), (404, b""))
            self.assertEqual(answer.headers["x-ms-error-code"], "BlobNotFound")
            connection.request("GET", self.target("", "&restype=container&comp=list"))
            answer = connection.getresponse()
            self.assertEqual(answer.headers["Transfer-Encoding"], "chunked")
            self.assertTrue(answer.read().startswith(b"\xef\xbb\xbf<?xml"))
            self.assertEqual(connection.sock.getsockname(), address)
        connection.close()

    def test_listings_that_are_none(self):
        for more, code in (("maxresults=0", "OutOfRangeQueryParameterValue"),
                           ("maxresults=x", "InvalidQueryParameterValue"),
                           ("marker=x", "InvalidQueryParameterValue")):
            connection = self.connect()
            connection.request("GET", self.target("", f"&restype=container&comp=list&{more}"))
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.headers["x-ms-error-code"]), (400, code))
            connection.close()

    def test_requests_that_are_none(self):
        for headers, body, status, code in (
                ({}, b"x", 400, "MissingRequiredHeader"),
                ({"x-ms-blob-type": "PageBlob"}, b"x", 400, "InvalidHeaderValue"),
                ({"x-ms-blob-type": "BlockBlob", "Transfer-Encoding": "chunked"},
                 b"1\r\nx\r\n0\r\n", 411, "MissingContentLengthHeader"),
                ({"x-ms-blob-type": "BlockBlob", "x-ms-meta-a": "\u00e9"}, b"x", 400,
                 "InvalidHeaderValue")):
            connection = self.connect()
            connection.request("PUT", self.target(), body, headers)
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.headers["x-ms-error-code"]), (status, code))
            self.assertIn(f"<Code>{code}</Code>".encode(), answer.read())
            connection.close()

    def test_control(self):
        told = json.load(urllib.request.urlopen(urllib.request.Request(
            self.double.url.rpartition("/")[0] + "/_control", b'{"set": {"nonsense": 1}}')))
        self.assertEqual(told, {"error": "no such thing: nonsense"})
        self.names()
        log = json.load(urllib.request.urlopen(self.double.url.rpartition("/")[0] + "/_log"))
        self.assertEqual((log["counts"], log["most"]), ({"list": 1}, {"list": 1}))
        self.assertEqual(log["log"][0]["trust"], "key")


class EndTests(Case):
    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        super().setUpClass()
        super().setUp()

    def tearDown(self):
        super().tearDown()
        super().tearDownClass()

    def test_what_was_acknowledged_is_there_after_a_kill(self):
        done, ended = [], threading.Event()

        def work(worker):
            number = 0
            try:
                with self.double.service() as service:
                    while True:
                        name = f"{worker}/{number}"
                        blob = service.get_blob_client("box", name)
                        if number % 3 == 2:
                            blob.stage_block("id", name.encode())
                            blob.stage_block("ie", b"!")
                            blob.commit_block_list([BlobBlock("id"), BlobBlock("ie")])
                            done.append((name, name.encode() + b"!"))
                        else:
                            blob.upload_blob(name.encode(), metadata={"n": str(number)})
                            done.append((name, name.encode()))
                        number += 1
                        if len(done) >= 60:
                            ended.set()
            except (AzureError, OSError):
                ended.set()
        self.box.get_blob_client("open").stage_block("id", b"staged")
        workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for worker in workers:
            worker.start()
        ended.wait()
        self.double.kill()
        for worker in workers:
            worker.join()
        self.service.close()
        type(self).double = Double(self.folder / "root")
        self.service = self.double.service()
        self.box = self.service.get_container_client("box")
        listed = set(self.names())
        self.assertGreaterEqual(len(done), 60)
        for name, body in done:
            self.assertIn(name, listed)
            self.assertEqual(self.get(name), body)
        staged = self.box.get_blob_client("open").get_block_list("uncommitted")[1]
        self.assertEqual([(block.id, block.size) for block in staged], [("id", 6)])
        self.assertEqual([path.name for path in (self.folder / "root").iterdir()], ["box"])

    def test_it_ends_amid_its_work(self):
        for done in (False, True):
            self.double.ask({"faults": [{"call": "put", "die": True, "done": done}]})
            with self.assertRaises(AzureError):
                self.put("a")
            self.assertEqual(self.double.process.wait(), 9)
            self.double.kill()
            self.service.close()
            type(self).double = Double(self.folder / "root")
            self.service = self.double.service()
            self.box = self.service.get_container_client("box")
            self.assertEqual(self.names(), ["a"] if done else [])

    def test_a_brief_one_leaves_nothing(self):
        brief = Double(self.folder / "brief", "--container", "box", "--brief")
        self.assertTrue((self.folder / "brief").exists())
        self.assertEqual(brief.end(), 0)
        self.assertFalse((self.folder / "brief").exists())

    def test_a_signal_ends_it(self):
        self.double.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.double.process.wait(), 0)


class FaultTests(Case):
    def setUp(self):
        super().setUp()
        self.put("a", b"a" * 1000)
        self.put("b", b"b" * 1000, metadata={"x": "y"})
        self.put("c", b"c")

    def test_which_requests(self):
        self.fail_with({"call": "get", "name": "^b$", "after": 1, "times": 1, "status": 503,
                        "code": "ServerBusy", "headers": {"Retry-After": "0"}})
        self.get("b")
        self.get("a")
        with self.refused(503, "ServerBusy"):
            self.get("b")
        self.get("b")
        self.fail_with({"call": "put", "every": 2, "status": 500})
        self.put("d")
        with self.refused(500, "InternalError"):
            self.put("e")
        self.put("f")
        self.assertEqual(self.names(), ["a", "b", "c", "d", "f"])
        # Their client tries again, and then it is done.
        self.fail_with({"status": 503, "code": "ServerBusy", "times": 2})
        with self.double.service(retry_total=3, initial_backoff=0, increment_base=0,
                                 random_jitter_range=0) as service:
            service.get_blob_client("box", "g").upload_blob(b"x")
        self.assertEqual(self.get("g"), b"x")

    def test_errors_after_the_deed(self):
        self.fail_with({"call": "put", "status": 500, "done": True})
        with self.refused(500, "InternalError"):
            self.put("new", b"done")
        self.fail_with({"call": "delete", "drop": True, "done": True})
        with self.assertRaises(AzureError):
            self.box.delete_blob("a")
        self.fail_with({"call": "put", "drop": True})
        with self.assertRaises(AzureError):
            self.put("never")
        self.fail_with({"call": "put", "reset": 10})
        with self.assertRaises(AzureError):
            self.put("never", b"x" * 1000)
        self.fail_with({"call": "put", "amnesia": True})
        self.put("c", b"forgotten")
        self.assertEqual(self.names(), ["b", "c", "new"])
        self.assertEqual((self.get("c"), self.get("new")), (b"c", b"done"))

    def test_bodies(self):
        for fault, got in (({"cut": 10}, 10), ({"cut": 0}, 0), ({"length": 5}, 1000)):
            self.fail_with({"call": "get", **fault})
            sas = self.double.ask({"sas": {"permissions": "r"}})["sas"]
            with urllib.request.urlopen(f"{self.double.url}/box/a?{sas}") as answer:
                with self.assertRaises(http.client.IncompleteRead) as caught:
                    answer.read()
            self.assertEqual(len(caught.exception.partial), got)
        self.fail_with({"call": "get", "flip": 3})
        self.assertEqual(self.get("a"), b"aaa`" + b"a" * 996)
        self.fail_with({"call": "get", "short": 3})
        self.assertEqual(self.get("a"), b"a" * 997)
        self.fail_with({"call": "get", "drip": 200, "seconds": 0.01})
        self.assertEqual(self.get("a"), b"a" * 1000)
        self.fail_with({"call": "get", "md5": True})
        told = self.box.download_blob("a")
        self.assertNotEqual(bytes(told.properties.content_settings.content_md5),
                            hashlib.md5(b"a" * 1000).digest())
        self.fail_with({"call": "head", "etag": True})
        blob = self.box.get_blob_client("a")
        self.assertNotEqual(blob.get_blob_properties().etag, blob.get_blob_properties().etag)
        self.fail_with({"call": "head", "header": ["x-ms-meta-x", "z"]})
        self.assertEqual(self.box.get_blob_client("b").get_blob_properties().metadata, {"x": "z"})

    def test_what_is_not_heeded(self):
        self.fail_with({"call": "get", "ignore": ["range", "x-ms-range", "if-match"]})
        sas = self.double.ask({"sas": {"permissions": "r"}})["sas"]
        request = urllib.request.Request(f"{self.double.url}/box/a?{sas}", headers={
            "Range": "bytes=3-4", "If-Match": '"0x1"'})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual((answer.status, answer.read()), (200, b"a" * 1000))

    def test_planting(self):
        names = ["../up", "/abs", "d//e", ".", "x\u0000y"]
        self.double.ask({"plant": {"box": {name: name for name in names}}})
        self.assertEqual(self.names(), sorted([*names, "a", "b", "c"]))
        connection = http.client.HTTPConnection(self.double.url.split("/")[2], timeout=20)
        for name in names:
            sas = self.double.ask({"sas": {"container": "box", "name": name}})["sas"]
            connection.request("GET", f"/{ACCOUNT}/box/{urllib.parse.quote(name)}?{sas}")
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read()), (200, name.encode()))
        connection.close()

    def test_listings(self):
        def listed(**fault):
            self.fail_with({"call": "list", **fault})
            return self.names(results_per_page=2)
        self.assertEqual(listed(lose="^b"), ["a", "c"])
        self.assertEqual(listed(invent=["z"], times=1), ["a", "b", "z", "c"])
        self.assertEqual(listed(reverse=True), ["b", "a", "c"])
        self.assertEqual(listed(replace=["<Name>a<", "<Name>q<"]), ["q", "b", "c"])
        for fault in ({"drop": True}, {"cut": 300}, {"cut": 0}, {"short": 40}):
            with self.assertRaises((AzureError, OSError)):
                listed(after=1, **fault)
        for how in ("same", "first", "blank"):
            self.fail_with({"call": "list", "endless": how})
            pages = self.box.list_blobs(results_per_page=2).by_page()
            got = [[blob.name for blob in next(pages)] for _ in range(5)]
            self.assertEqual(got[0], ["a", "b"])
            self.assertEqual(got[2:], {"same": [["c"]] * 3, "first": [["a", "b"]] * 3,
                                       "blank": [[]] * 3}[how])

    def test_an_error_that_tells_secrets(self):
        self.fail_with({"status": 403, "code": "AuthorizationFailure", "echo": True})
        sas = self.double.ask({"sas": {"permissions": "r"}})["sas"]
        with BlobClient.from_blob_url(f"{self.double.url}/box/a?{sas}", retry_total=0) as blob:
            with self.assertRaises(HttpResponseError) as caught:
                blob.download_blob()
        self.assertIn(urllib.parse.parse_qs(sas)["sig"][0],
                      urllib.parse.unquote(str(caught.exception)))
        with self.assertRaises(HttpResponseError) as caught:
            self.names()
        self.assertIn("SharedKey s4ltest:", str(caught.exception))


class RcloneTests(Case):
    """Somebody else's client, which comes with a signature in its address."""

    def rclone(self, *words, status=0):
        sas = self.double.ask({"sas": {"permissions": "rwdlac"}})["sas"]
        done = subprocess.run(
            ["/usr/bin/rclone", "--config", self.folder / "none.conf", "--retries", "1",
             "--low-level-retries", "2", *words], capture_output=True, text=True, env={
                 "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "RCLONE_CONFIG_AZ_TYPE":
                 "azureblob", "RCLONE_CONFIG_AZ_SAS_URL": f"{self.double.url}?{sas}",
                 "RCLONE_AZUREBLOB_CHUNK_SIZE": "1M", "RCLONE_AZUREBLOB_UPLOAD_CUTOFF": "2M"})
        self.assertEqual((done.returncode, done.stderr if done.returncode != status else ""),
                         (status, ""))
        return done.stdout

    def test_a_tree(self):
        tree = self.folder / "tree"
        (tree / "\u7535 \u5f71").mkdir(parents=True)
        (tree / "a b+%.txt").write_bytes(b"hello")
        (tree / "empty").write_bytes(b"")
        (tree / "\u7535 \u5f71" / "large.mkv").write_bytes(os.urandom(5_500_000))
        self.rclone("copy", tree, "az:box/in")
        # Of what is small, it makes one block.
        self.assertEqual(self.counts()["block"], 7)
        self.rclone("check", tree, "az:box/in")
        self.rclone("check", "--download", tree, "az:box/in")
        self.assertEqual(self.rclone("lsf", "-R", "--files-only", "az:box").splitlines(),
                         ["in/a b+%.txt", "in/empty", "in/\u7535 \u5f71/large.mkv"])
        self.assertEqual(self.rclone("lsd", "az:").split()[-1], "box")
        back = self.folder / "back"
        self.rclone("copy", "az:box/in", back)
        self.assertEqual((back / "\u7535 \u5f71/large.mkv").read_bytes(),
                         (tree / "\u7535 \u5f71/large.mkv").read_bytes())
        self.assertEqual((back / "empty").stat().st_size, 0)
        for path in back.rglob("*.*"):
            there = tree / path.relative_to(back)
            self.assertEqual(path.stat().st_mtime_ns, there.stat().st_mtime_ns)
        (tree / "empty").unlink()
        (tree / "a b+%.txt").write_bytes(b"changed")
        self.rclone("check", tree, "az:box/in", status=1)
        self.rclone("sync", tree, "az:box/in")
        self.rclone("check", tree, "az:box/in")
        self.rclone("moveto", "az:box/in/a b+%.txt", "az:box/out/b")
        self.assertEqual(self.get("out/b"), b"changed")
        self.rclone("delete", "az:box")
        self.assertEqual(self.names(), [])

    def test_a_fault(self):
        self.put("a", b"x" * 100_000)
        self.fail_with({"call": "get", "flip": 5})
        self.rclone("copy", "az:box/a", self.folder / "back", status=1)


if __name__ == "__main__":
    unittest.main()
