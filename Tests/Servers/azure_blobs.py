"""What the double of Azure does to blobs."""

import base64
import binascii
import email.utils
import hashlib
import re
import time
import urllib.parse
import uuid
import xml.etree.ElementTree

import azure_listing
import azure_trust
from azure_door import Answer, Ask, http_date
from azure_shelf import tag
from azure_trust import Refusal

HELD = {"content-type": "Content-Type", "content-encoding": "Content-Encoding",
        "content-language": "Content-Language", "content-disposition": "Content-Disposition",
        "cache-control": "Cache-Control"}
MOST_BLOCK = 4000 << 20
MOST_PUT = 5000 << 20
WRITES = {"put", "blocklist", "copy", "metadata", "properties", "tier", "snapshot"}
READS = {"get", "head"}


def crc64(data):
    return base64.b64encode(azure_trust.crc64.compute(data, 0).to_bytes(8, "little")).decode()


def md5(data):
    return base64.b64encode(hashlib.md5(data).digest()).decode()


class Blobs:
    """Half of the double: it has `shelf`, `settings` and `account`."""

    def check_body(self, ask):
        given = ask.headers.get("content-md5")
        crc = ask.headers.get("x-ms-content-crc64")
        if given and crc:
            raise Refusal(400, "BothCrc64AndMd5HeaderPresent")
        wanted = [("Md5Mismatch", given, lambda: ask.body.md5),
                  ("Crc64Mismatch", crc, lambda: crc64(ask.body.bytes()))]
        if ask.call == "put":
            wanted.append(("Md5Mismatch", ask.headers.get("x-ms-blob-content-md5"),
                           lambda: ask.body.md5))
        for code, said, found in wanted:
            if said is None:
                continue
            try:
                right = len(base64.b64decode(said, validate=True)) == (16 if "Md5" in code else 8)
            except binascii.Error:
                right = False
            if not right:
                raise Refusal(400, "InvalidMd5" if "Md5" in code else "InvalidHeaderValue")
            if said != found():
                raise Refusal(400, code)

    def container(self, ask):
        if ask.container not in self.shelf.containers:
            raise Refusal(404, "ContainerNotFound")
        return self.shelf.containers[ask.container]

    def blob(self, ask):
        container = self.container(ask)
        if ask.name not in container.blobs:
            raise Refusal(404, "BlobNotFound")
        return container.blobs[ask.name]

    def conditions(self, ask, blob):
        """Whether it is to be done to what is there, which may be nothing."""
        reads = ask.call in READS
        match, other = ask.headers.get("if-match"), ask.headers.get("if-none-match")
        for tags in (match, other):
            if tags and "," in tags:
                raise Refusal(400, "MultipleConditionHeadersNotSupported")
        held = f'"{blob.etag}"' if blob else None
        quoted = [tags and tags.strip() for tags in (match, other)]
        match, other = (tags if not tags or tags == "*" or tags[0] == '"' else f'"{tags}"'
                        for tags in quoted)
        if match and (held is None or match not in ("*", held)):
            raise Refusal(412, "ConditionNotMet")
        if other == "*" and reads:
            raise Refusal(400, "UnsatisfiableCondition")
        if other == "*" and held:
            raise Refusal(*((409, "BlobAlreadyExists") if ask.call in WRITES
                            else (412, "ConditionNotMet")))
        if other and held == other:
            raise Refusal(304 if reads else 412, "ConditionNotMet")
        for header in ("if-modified-since", "if-unmodified-since"):
            if header not in ask.headers or not blob:
                continue
            try:
                moment = email.utils.parsedate_to_datetime(ask.headers[header]).timestamp()
            except ValueError:
                raise Refusal(400, "InvalidHeaderValue") from None
            if header == "if-modified-since" and blob.modified <= moment:
                raise Refusal(304 if reads else 412, "ConditionNotMet")
            if header == "if-unmodified-since" and blob.modified > moment:
                raise Refusal(412, "ConditionNotMet")
        lease = blob.facts.get("lease") if blob else None
        if lease and not reads:
            given = ask.headers.get("x-ms-lease-id")
            if given is None:
                raise Refusal(412, "LeaseIdMissing")
            if given != lease:
                raise Refusal(412, "LeaseIdMismatchWithBlobOperation")

    def metadata(self, ask):
        found, size = {}, 0
        for name, value in ask.given:
            if not name.lower().startswith("x-ms-meta-"):
                continue
            name = name[len("x-ms-meta-"):]
            if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
                raise Refusal(400, "InvalidMetadata" if name else "EmptyMetadataKey")
            if not value.isascii():
                raise Refusal(400, "InvalidHeaderValue")
            if name.lower() in (other.lower() for other in found):
                raise Refusal(400, "InvalidMetadata")
            found[name] = value
            size += len(name) + len(value)
        if size > 8192:
            raise Refusal(400, "MetadataTooLarge")
        return found

    def given(self, ask, *, plain):
        """What a request says of the blob that it makes."""
        facts = {"metadata": self.metadata(ask), "headers": {},
                 "tier": ask.headers.get("x-ms-access-tier")}
        for header in HELD:
            other = ask.headers.get(header) if plain else None
            value = ask.headers.get("x-ms-blob-" + header, other)
            if value:
                facts["headers"][header] = value
        facts["headers"].setdefault("content-type", "application/octet-stream")
        return facts

    def keep(self, container, ask, facts, pieces):
        blob = container.blobs.get(ask.name)
        if blob:
            facts.update(created=blob.created, lease=blob.facts.get("lease"),
                         snapshots=blob.facts.get("snapshots"))
        if ask.fault.get("amnesia"):
            return tag(), int(time.time())
        blob = container.put(ask.name, facts, pieces)
        container.drop_staged(ask.name)
        return blob.etag, blob.modified

    def made(self, etag, modified, status=201, **more):
        return Answer(status, {
            "ETag": f'"{etag}"', "Last-Modified": http_date(modified),
            "x-ms-request-server-encrypted": "true", **more})

    # Blobs

    def do_put(self, ask):
        container = self.container(ask)
        kind = ask.headers.get("x-ms-blob-type")
        if kind is None:
            raise Refusal(400, "MissingRequiredHeader", "x-ms-blob-type is missing.")
        if kind != "BlockBlob":
            raise Refusal(400, "InvalidHeaderValue", f"The double knows no {kind}.")
        if ask.body.length > MOST_PUT:
            raise Refusal(413, "RequestBodyTooLarge")
        self.conditions(ask, container.blobs.get(ask.name))
        facts = self.given(ask, plain=True)
        facts["md5"] = ask.body.md5
        more = {"Content-MD5": facts["md5"]}
        if "x-ms-content-crc64" in ask.headers:
            more["x-ms-content-crc64"] = ask.headers["x-ms-content-crc64"]
        return self.made(*self.keep(container, ask, facts, [ask.body.piece()]), **more)

    def do_block(self, ask):
        container = self.container(ask)
        for header in ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since"):
            if header in ask.headers:
                raise Refusal(400, "ConditionHeadersNotSupported")
        block = self.block(ask.query.get("blockid"))
        if ask.body.length == 0:
            raise Refusal(400, "InvalidHeaderValue", "A block cannot be empty.")
        if ask.body.length > MOST_BLOCK:
            raise Refusal(413, "RequestBodyTooLarge")
        staged = container.staged.get(ask.name, {})
        if any(len(other) != len(block) for other in staged):
            raise Refusal(400, "InvalidBlobOrBlock")
        if block not in staged and len(staged) >= 2 * self.settings["blocks"]:
            raise Refusal(409, "BlockCountExceedsLimit")
        if "content-md5" in ask.headers:
            more = {"Content-MD5": ask.body.md5}
        else:
            more = {"x-ms-content-crc64": crc64(ask.body.bytes())}
        if not ask.fault.get("amnesia"):
            container.stage(ask.name, block, ask.body.path or ask.body.data)
        return Answer(201, {"x-ms-request-server-encrypted": "true", **more})

    def block(self, text):
        try:
            block = base64.b64decode(text or "", validate=True)
        except binascii.Error:
            block = b""
        if not 0 < len(block) <= 64:
            raise Refusal(400, "InvalidQueryParameterValue" if text else
                          "MissingRequiredQueryParameter", f"blockid: {text}")
        return block

    def do_blocklist(self, ask):
        container = self.container(ask)
        self.conditions(ask, container.blobs.get(ask.name))
        try:
            root = xml.etree.ElementTree.fromstring(ask.body.bytes())
        except xml.etree.ElementTree.ParseError:
            raise Refusal(400, "InvalidXmlDocument") from None
        if root.tag != "BlockList":
            raise Refusal(400, "InvalidXmlDocument")
        if len(root) > self.settings["blocks"]:
            raise Refusal(409, "BlockCountExceedsLimit")
        staged = container.staged.get(ask.name, {})
        committed = container.committed_pieces(ask.name)
        pieces, blocks = [], []
        for item in root:
            block = self.block(item.text)
            if item.tag not in ("Latest", "Committed", "Uncommitted"):
                raise Refusal(400, "InvalidXmlNodeValue")
            if item.tag != "Committed" and block in staged:
                pieces.append(container.staged_piece(ask.name, block))
            elif item.tag != "Uncommitted" and block in committed:
                pieces.append(committed[block])
            else:
                raise Refusal(400, "InvalidBlockList")
            blocks.append((base64.b64encode(block).decode(), pieces[-1][2]))
        facts = self.given(ask, plain=False)
        facts["md5"] = ask.headers.get("x-ms-blob-content-md5")
        facts["blocks"] = blocks
        more = {"x-ms-content-crc64": crc64(ask.body.bytes())}
        return self.made(*self.keep(container, ask, facts, pieces), **more)

    def do_blocks(self, ask):
        container = self.container(ask)
        blob, staged = container.blobs.get(ask.name), container.staged.get(ask.name)
        if not blob and not staged:
            raise Refusal(404, "BlobNotFound")
        which = ask.query.get("blocklisttype", "committed").lower()
        if which not in ("committed", "uncommitted", "all"):
            raise Refusal(400, "InvalidQueryParameterValue")

        def element(kind, blocks):
            inner = "".join(f"<Block><Name>{name}</Name><Size>{size}</Size></Block>"
                            for name, size in blocks)
            return f"<{kind}>{inner}</{kind}>"
        text = ""
        if which != "uncommitted":
            text += element("CommittedBlocks", blob.facts.get("blocks") or [] if blob else [])
        if which != "committed":
            text += element("UncommittedBlocks", [
                (base64.b64encode(block).decode(), size)
                for block, size in sorted((staged or {}).items())])
        answer = azure_listing.document(self.settings, f"<BlockList>{text}</BlockList>")
        if blob:
            answer.headers.update({
                "ETag": f'"{blob.etag}"', "Last-Modified": http_date(blob.modified),
                "x-ms-blob-content-length": str(blob.length)})
        return answer

    def traits(self, blob):
        """The headers that tell of a blob."""
        headers = {
            "ETag": f'"{blob.etag}"', "Last-Modified": http_date(blob.modified),
            "x-ms-creation-time": http_date(blob.created), "x-ms-blob-type": "BlockBlob",
            "x-ms-lease-status": "locked" if blob.facts.get("lease") else "unlocked",
            "x-ms-lease-state": "leased" if blob.facts.get("lease") else "available",
            "x-ms-server-encrypted": "true", "Accept-Ranges": "bytes",
            "x-ms-access-tier": blob.facts.get("tier") or "Hot"}
        if not blob.facts.get("tier"):
            headers["x-ms-access-tier-inferred"] = "true"
        for name, value in blob.facts["headers"].items():
            headers[HELD[name]] = value
        for name, value in blob.metadata.items():
            headers["x-ms-meta-" + name] = value
        return headers

    def do_head(self, ask):
        blob = self.blob(ask)
        self.conditions(ask, blob)
        headers = self.traits(blob)
        if blob.md5:
            headers["Content-MD5"] = blob.md5
        headers["Content-Length"] = str(blob.length if ask.method == "HEAD" else 0)
        return Answer(200, headers)

    def do_get(self, ask):
        blob = self.blob(ask)
        self.conditions(ask, blob)
        if blob.facts.get("tier") == "Archive":
            raise Refusal(409, "BlobArchived")
        headers = self.traits(blob)
        start, end = self.range(ask, blob)
        file = blob.path.open("rb")
        file.seek(blob.offset + (start or 0))
        if start is None:
            if blob.md5:
                headers["Content-MD5"] = blob.md5
            return Answer(200, headers, file=(file, blob.length))
        length = end - start + 1
        headers["Content-Range"] = f"bytes {start}-{end}/{blob.length}"
        if blob.md5:
            headers["x-ms-blob-content-md5"] = blob.md5
        for header, name, digest in (
                ("x-ms-range-get-content-md5", "Content-MD5", md5),
                ("x-ms-range-get-content-crc64", "x-ms-content-crc64", crc64)):
            if ask.headers.get(header, "").lower() == "true":
                if length > 4 << 20:
                    file.close()
                    raise Refusal(400, "OutOfRangeQueryParameterValue")
                headers[name] = digest(file.read(length))
                file.seek(blob.offset + start)
        return Answer(206, headers, file=(file, length))

    def range(self, ask, blob):
        text = ask.headers.get("x-ms-range") or ask.headers.get("range")
        if text is None:
            return None, None
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", text)
        if not match or match[2] and int(match[2]) < int(match[1]):
            raise Refusal(400, "InvalidHeaderValue", f"the range {text}")
        if int(match[1]) >= blob.length:
            raise Refusal(416, "InvalidRange", headers={"Content-Range": f"bytes */{blob.length}"})
        end = int(match[2]) if match[2] else blob.length - 1
        return int(match[1]), min(end, blob.length - 1)

    def do_delete(self, ask):
        container, blob = self.container(ask), self.blob(ask)
        self.conditions(ask, blob)
        how = ask.headers.get("x-ms-delete-snapshots")
        if blob.facts.get("snapshots") and how not in ("include", "only"):
            raise Refusal(409, "SnapshotsPresent")
        if how == "only":
            container.change(ask.name, snapshots=None)
        elif not ask.fault.get("amnesia"):
            container.delete(ask.name)
        return Answer(202, {"x-ms-delete-type-permanent": "true"})

    def change(self, ask, status=200, **facts):
        container, blob = self.container(ask), self.blob(ask)
        self.conditions(ask, blob)
        blob = container.change(ask.name, **facts)
        return self.made(blob.etag, blob.modified, status)

    def do_metadata(self, ask):
        return self.change(ask, metadata=self.metadata(ask))

    def do_properties(self, ask):
        self.blob(ask)
        facts = self.given(ask, plain=False)
        return self.change(
            ask, headers=facts["headers"], md5=ask.headers.get("x-ms-blob-content-md5"))

    def do_tier(self, ask):
        return self.change(ask, tier=ask.headers.get("x-ms-access-tier"))

    def do_snapshot(self, ask):
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.0000000Z", time.gmtime())
        answer = self.change(
            ask, 201, snapshots=(self.blob(ask).facts.get("snapshots") or []) + [moment])
        answer.headers["x-ms-snapshot"] = moment
        return answer

    def do_lease(self, ask):
        container, blob = self.container(ask), self.blob(ask)
        action, held = ask.headers.get("x-ms-lease-action"), blob.facts.get("lease")
        if action == "acquire":
            if held:
                raise Refusal(409, "LeaseAlreadyPresent")
            lease = ask.headers.get("x-ms-proposed-lease-id") or str(uuid.uuid4())
        elif action in ("release", "break"):
            if action == "release" and held != ask.headers.get("x-ms-lease-id"):
                raise Refusal(409, "LeaseIdMismatchWithLeaseOperation")
            lease = None
        else:
            raise Refusal(400, "InvalidHeaderValue", f"the double knows no lease {action}")
        blob = container.change(ask.name, lease=lease)
        status = {"acquire": 201, "release": 200, "break": 202}[action]
        return self.made(blob.etag, blob.modified, status, **{
            "x-ms-lease-id": lease or held or "", "x-ms-lease-time": "0"})

    def do_copy(self, ask):
        container = self.container(ask)
        self.conditions(ask, container.blobs.get(ask.name))
        url = urllib.parse.urlsplit(ask.headers["x-ms-copy-source"])
        account, place, name = Ask.place(url.path)
        source = self.shelf.containers.get(place)
        if account != self.account or not source or name not in source.blobs:
            raise Refusal(404, "CannotVerifyCopySource")
        blob = source.blobs[name]
        facts = {part: blob.facts.get(part) for part in ("headers", "md5", "blocks", "tier")}
        facts["metadata"] = self.metadata(ask) or blob.metadata
        pieces = [(blob.path, blob.offset, blob.length)]
        return self.made(*self.keep(container, ask, facts, pieces), 202, **{
            "x-ms-copy-id": str(uuid.uuid4()), "x-ms-copy-status": "success"})
