#!/usr/bin/env python3
"""Lets a test use azure-storage-blob as somebody else's client of the same server.

usage: azure_sdk.py CONNECTION

Each line of input is {"call": NAME, "container": NAME, ...}: put (name, body64, more arguments of
upload_blob as "with"), get (name), head (name), delete (name), names, create, blocks (name; those
that are not put together), stage (name, id; a block that is not). The answer is one line:
{"answer": ...} or {"error": CODE, "status": NUMBER}. It ends when its input ends.
"""

import base64
import json
import sys

try:
    from azure.core.exceptions import AzureError, HttpResponseError
    from azure.storage.blob import BlobServiceClient
except ImportError as missing:
    sys.exit(f"azure_sdk.py: {missing}; run it with .scratch/venv/bin/python3, which `make venv` "
             "makes")


def head(properties):
    return {"size": properties.size, "metadata": properties.metadata or {}, "etag": properties.etag,
            "type": properties.content_settings.content_type,
            "md5": (properties.content_settings.content_md5 or b"").hex(),
            "cache": properties.content_settings.cache_control, "tier": properties.blob_tier}


def answer(service, given):
    container = service.get_container_client(given["container"])
    call, name = given["call"], given.get("name")
    if call == "create":
        return container.create_container() and None
    if call == "names":
        return [blob.name for blob in container.list_blobs()]
    blob = container.get_blob_client(name)
    if call == "put":
        blob.upload_blob(base64.b64decode(given["body64"]), overwrite=True, **given.get("with", {}))
        return None
    if call == "get":
        return base64.b64encode(blob.download_blob().readall()).decode()
    if call == "head":
        return head(blob.get_blob_properties())
    if call == "delete":
        return blob.delete_blob()
    if call == "blocks":
        return [block.size for block in blob.get_block_list("uncommitted")[1]]
    if call == "stage":
        return blob.stage_block(given["id"], b"a block") and None
    raise ValueError(call)


def perform(service, line):
    try:
        return {"answer": answer(service, json.loads(line))}
    except HttpResponseError as error:
        return {"error": str(error.error_code), "status": error.status_code}
    except (AzureError, ValueError, KeyError, TypeError) as error:
        return {"error": f"{type(error).__name__}: {error}", "status": 0}


def main():
    service = BlobServiceClient.from_connection_string(
        sys.argv[1], api_version="2021-12-02", retry_total=0)
    print(sys.argv[1], flush=True)
    for line in sys.stdin:
        print(json.dumps(perform(service, line), default=str), flush=True)


if __name__ == "__main__":
    main()
