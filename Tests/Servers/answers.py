"""What S3 says when it does not do as it is asked, and a request that it does as asked."""

import datetime
import email.utils
import hashlib
import hmac
import time

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
BOMB = ('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "' + "x" * 64 + '">'
        + "".join(f'<!ENTITY {new} "{f"&{old};" * 16}">'
                  for old, new in zip("abcdefgh", "bcdefghi"))
        + f']>\n<ListBucketResult xmlns="{NAMESPACE}"><Name>&i;</Name></ListBucketResult>')


def error(status, code, headers=None, more=""):
    body = f"{XML}<Error><Code>{code}</Code><Message>as asked for</Message>{more}</Error>"
    return {"status": status, "headers": headers or {}, "body": body}


def date(offset):
    return email.utils.formatdate(time.time() + offset, usegmt=True)


# A named fault that is an answer, made of its rule.
ANSWERS = {
    "answer": lambda rule: rule,
    "slow-down": lambda rule: error(
        503, "SlowDown",
        {"Retry-After": str(rule["retry_after"])} if "retry_after" in rule else {}),
    "internal-error": lambda rule: error(500, "InternalError"),
    "request-timeout": lambda rule: error(400, "RequestTimeout"),
    "ok-error": lambda rule: error(200, rule.get("code", "InternalError")),
    "redirect": lambda rule: error(
        rule.get("status", 301),
        "TemporaryRedirect" if rule.get("status") == 307 else "PermanentRedirect",
        {**({"Location": rule["location"]} if "location" in rule else {}),
         **({"x-amz-bucket-region": rule["region"]} if "region" in rule else {})}),
    "wrong-region": lambda rule: error(
        400, "AuthorizationHeaderMalformed", more=f"<Region>{rule['region']}</Region>"),
    "skew": lambda rule: error(
        403, "RequestTimeTooSkewed", {"Date": date(rule.get("seconds", 3600))}),
    "expired-token": lambda rule: error(400, "ExpiredToken"),
    "precondition": lambda rule: error(412, "PreconditionFailed"),
    "conflict": lambda rule: error(409, "ConditionalRequestConflict"),
    "forbidden": lambda rule: error(403, "AccessDenied"),
    "garbage": lambda rule: {"status": 200, "body": XML + "<ListBucketResult><Contents><Key>a</Ke"},
    "bomb": lambda rule: {"status": 200, "body": BOMB},
}


def signed(method, target, path):
    """A request without a body, signed with the key of the tests."""
    host = f"{target[0]}:{target[1]}"
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, scope = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d/us-east-1/s3/aws4_request")
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = (f"{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n"
                 f"x-amz-date:{stamp}\n\n{names}\nUNSIGNED-PAYLOAD")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4testtest"
    for word in scope.split("/") + [text]:
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    return (f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nx-amz-date: {stamp}\r\n"
            "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\nContent-Length: 0\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={names}, "
            f"Signature={key.hex()}\r\nConnection: close\r\n\r\n").encode()
