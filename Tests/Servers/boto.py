#!/usr/bin/env python3
"""Lets a test use boto3 as somebody else's client of the same server.

usage: boto.py ENDPOINT

Each line of input is {"call": NAME, "with": {ARGUMENTS}}: a method of the client, in Python's
spelling. The answer is one line: {"answer": ...} or {"error": CODE, "status": NUMBER}. Bodies go
in and come out in base64 as "Body64", times as text. It ends when its input ends.
"""

import base64
import json
import sys

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError as missing:
    sys.exit(f"boto.py: {missing}; run it with .scratch/venv/bin/python3, which `make venv` makes")


def perform(client, line):
    given = json.loads(line)
    arguments = given.get("with", {})
    if "Body64" in arguments:
        arguments["Body"] = base64.b64decode(arguments.pop("Body64"))
    try:
        answer = getattr(client, given["call"])(**arguments)
    except botocore.exceptions.ClientError as error:
        response = error.response
        return {"error": response["Error"]["Code"],
                "status": response["ResponseMetadata"]["HTTPStatusCode"]}
    except (botocore.exceptions.BotoCoreError, AttributeError, TypeError) as error:
        return {"error": f"{type(error).__name__}: {error}", "status": 0}
    if "Body" in answer:
        answer["Body64"] = base64.b64encode(answer.pop("Body").read()).decode()
    return {"answer": answer}


def main():
    client = boto3.client(
        "s3", endpoint_url=sys.argv[1], aws_access_key_id="test",
        aws_secret_access_key="testtest", region_name="us-east-1",
        config=botocore.config.Config(
            s3={"addressing_style": "path"}, request_checksum_calculation="when_required",
            response_checksum_validation="when_required"))
    print(sys.argv[1], flush=True)
    for line in sys.stdin:
        print(json.dumps(perform(client, line), default=str), flush=True)


if __name__ == "__main__":
    main()
