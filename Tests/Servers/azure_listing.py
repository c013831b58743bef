"""The pages of blobs that the double of Azure lists."""

import base64
import bisect
import re
import urllib.parse
from xml.sax.saxutils import escape

from azure_door import Answer, http_date
from azure_shelf import unit_key
from azure_trust import Refusal

# What XML has no way to say, so that names are given percent-encoded.
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BLANK_FOR_EVER = 10 ** 9


def mark(name, turn=0):
    return f"2!{turn}!{base64.urlsafe_b64encode(name.encode()).decode()}"


def unmark(text):
    """After which name a page begins, and which of the empty pages before it this is."""
    if not text:
        return "", 0
    try:
        _, turn, name = text.split("!")
        return base64.urlsafe_b64decode(name).decode(), int(turn)
    except ValueError:
        raise Refusal(400, "InvalidQueryParameterValue", "the marker") from None


def size(text):
    try:
        most = int(text)
    except ValueError:
        raise Refusal(400, "InvalidQueryParameterValue", "maxresults") from None
    if most <= 0:
        raise Refusal(400, "OutOfRangeQueryParameterValue", "maxresults")
    return min(most, 5000)


def spoken(text, kind="Name"):
    if UNSPEAKABLE.search(text):
        return f'<{kind} Encoded="true">{urllib.parse.quote(text, safe="")}</{kind}>'
    return f"<{kind}>{escape(text, {chr(13): '&#xD;'})}</{kind}>"


def document(settings, text):
    body = ('<?xml version="1.0" encoding="utf-8"?>' + text).encode()
    if settings["bom"]:
        body = b"\xef\xbb\xbf" + body
    answer = Answer(200, {"Content-Type": "application/xml"}, body)
    answer.chunked = settings["chunked"]
    return answer


def listed_names(container, settings, include):
    """Names of all that can be listed, sorted, and what they are sorted by."""
    keys, names = container.names(settings["order"])
    more = set()
    if settings["folders"]:
        for name in names:
            parts = name.split("/")[:-1]
            more.update("/".join(parts[:count + 1]) for count in range(len(parts)))
    if "uncommittedblobs" in include:
        more.update(container.staged)
    more -= set(container.blobs)
    if not more:
        return keys, names
    key = unit_key if settings["order"] == "utf16" else str.encode
    both = sorted((key(name), name) for name in [*names, *more] if name)
    return [key for key, _ in both], [name for _, name in both]


def entries(container, ask, settings, most, after):
    """So many names and prefixes of a page, and whether there are more."""
    prefix, delimiter = ask.query.get("prefix", ""), ask.query.get("delimiter", "")
    include = ask.query.get("include", "").split(",")
    key = unit_key if settings["order"] == "utf16" else str.encode
    keys, names = listed_names(container, settings, include)

    def group(name):
        end = name.find(delimiter, len(prefix)) if delimiter else -1
        return name[:end + len(delimiter)] if end >= 0 else None
    place = bisect.bisect_left(keys, key(prefix))
    if after:
        past = key(after) + (b"\xff\xff\xff" if group(after) else b"")
        place = max(place, bisect.bisect_right(keys, past))
    found = []
    while place < len(names) and names[place].startswith(prefix):
        if len(found) == most:
            return found, True
        name = names[place]
        if group(name):
            found.append((group(name), True))
            place = bisect.bisect_right(keys, key(group(name)) + b"\xff\xff\xff")
        else:
            found.append((name, False))
            place += 1
    return found, False


def entry(container, name, is_prefix, include):
    if is_prefix:
        return f"<BlobPrefix>{spoken(name)}</BlobPrefix>"
    blob = container.blobs.get(name)
    if not blob:
        folder = name not in container.staged
        more = "<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>"
        return (f"<Blob>{spoken(name)}<Properties><Content-Length>0</Content-Length>"
                f"<Last-Modified>{http_date(0)}</Last-Modified><Etag>0x8D0</Etag>"
                "<BlobType>BlockBlob</BlobType></Properties>"
                f"{more if folder and 'metadata' in include else ''}</Blob>")
    headers = blob.facts["headers"]
    text = (f"<Blob>{spoken(name)}<Properties><Creation-Time>{http_date(blob.created)}"
            f"</Creation-Time><Last-Modified>{http_date(blob.modified)}</Last-Modified>"
            f"<Etag>{blob.etag}</Etag><Content-Length>{blob.length}</Content-Length>"
            f"<Content-Type>{escape(headers['content-type'])}</Content-Type>")
    for header, kind in (("content-encoding", "Content-Encoding"),
                         ("content-language", "Content-Language"),
                         ("cache-control", "Cache-Control"),
                         ("content-disposition", "Content-Disposition")):
        value = headers.get(header)
        text += f"<{kind}>{escape(value)}</{kind}>" if value else f"<{kind} />"
    text += f"<Content-MD5>{blob.md5}</Content-MD5>" if blob.md5 else "<Content-MD5 />"
    text += (f"<BlobType>BlockBlob</BlobType><AccessTier>{blob.facts.get('tier') or 'Hot'}"
             "</AccessTier><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
             "<ServerEncrypted>true</ServerEncrypted></Properties>")
    if "metadata" in include:
        inner = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in blob.metadata.items())
        text += f"<Metadata>{inner}</Metadata>" if inner else "<Metadata />"
    return text + "</Blob>"


def invented(name):
    return (f"<Blob>{spoken(name)}<Properties><Last-Modified>{http_date(0)}</Last-Modified>"
            "<Etag>0x8D1</Etag><Content-Length>3</Content-Length><BlobType>BlockBlob</BlobType>"
            "</Properties></Blob>")


def page(container, ask, settings):
    fault, include = ask.fault, ask.query.get("include", "").split(",")
    most = size(ask.query.get("maxresults", "5000"))
    sent = ask.query.get("marker", "")
    after, turn = unmark(sent)
    blank = turn < settings["blanks"] or turn >= BLANK_FOR_EVER
    if blank:
        found, following = [], mark(after, turn + 1)
    else:
        found, is_more = entries(container, ask, settings, min(most, settings["page"]), after)
        following = mark(found[-1][0]) if is_more else ""
        if fault.get("endless") == "same":
            following = sent or mark(found[-1][0] if found else "")
        elif fault.get("endless") == "first":
            following = mark("", settings["blanks"])
        elif fault.get("endless") == "blank":
            following = mark(found[-1][0] if found else "", BLANK_FOR_EVER)
    if "lose" in fault:
        found = [item for item in found if not re.search(fault["lose"], item[0])]
    texts = [entry(container, name, is_prefix, include) for name, is_prefix in found]
    texts += [invented(name) for name in fault.get("invent", [])]
    if fault.get("reverse"):
        texts.reverse()
    told = "".join(spoken(ask.query[name], kind) for name, kind in (
        ("prefix", "Prefix"), ("marker", "Marker"), ("delimiter", "Delimiter"))
        if ask.query.get(name))
    if "maxresults" in ask.query:
        told += f"<MaxResults>{most}</MaxResults>"
    return document(settings, (
        f'<EnumerationResults ServiceEndpoint="{escape(ask.home)}/{ask.account}" '
        f'ContainerName="{ask.container}">{told}<Blobs>{"".join(texts)}</Blobs>'
        f"<NextMarker>{following}</NextMarker></EnumerationResults>"))
