"""Who asks the double of Azure, and whether they may: answered with the code by which Microsoft's
own client signs. It is made to sign the same request, and has to come to the same signature."""

import calendar
import email.utils
import ipaddress
import time
import urllib.parse

from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.pipeline.transport import HttpRequest
from azure.storage.blob._shared import authentication
from azure.storage.blob._shared.shared_access_signature import _SharedAccessHelper
from azure.storage.blob._shared_access_signature import _BlobSharedAccessHelper
from azure.storage.extensions.checksums import crc64

SKEW = 15 * 60

# What belongs to a signature in an address, and not to what is asked.
SAS = {"sv", "ss", "srt", "sp", "st", "se", "sip", "spr", "sr", "si", "sig", "ses", "rscc", "rscd",
       "rsce", "rscl", "rsct", "sdd", "snapshot"}

# A shared access signature of before this is made of other lines.
OLDEST_SAS = "2020-12-06"


class Refusal(Exception):
    def __init__(self, status, code, message="", **more):
        super().__init__(message or code)
        self.status, self.code, self.more = status, code, more


class Policy(authentication.SharedKeyCredentialPolicy):
    """Theirs, which also tells what it signed."""

    def _add_authorization_header(self, request, string_to_sign):
        self.signed = string_to_sign
        super()._add_authorization_header(request, string_to_sign)


def failed(detail):
    return Refusal(
        403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the "
        "value of Authorization header is formed correctly including the signature.", detail=detail)


def signed(account, key, method, url, headers):
    """The header that their client would send with this, and what it signed for that."""
    sent = {name.lower(): value.strip() for name, value in headers.items()
            if name.lower() != "authorization"}
    # Their client never sends this header, and leaves its line empty by asking for another name.
    if "range" in sent:
        sent["byte_range"] = sent["range"]
    request = HttpRequest(method, url, headers=sent)
    policy = Policy(account, key)
    policy.on_request(PipelineRequest(request, PipelineContext(None)))
    return request.headers["Authorization"], policy.signed


def check_key(account, key, method, url, headers, now):
    """That the owner of the key asks this, and now."""
    if "x-ms-version" not in headers:
        raise Refusal(400, "MissingRequiredHeader", "x-ms-version is missing.")
    date = headers.get("x-ms-date") or headers.get("date")
    moment = email.utils.parsedate_to_datetime(date).timestamp() if date else None
    if moment is None:
        raise failed("The Date header in the request is missing or is not formatted correctly.")
    if abs(now - moment) > SKEW:
        raise failed(f"Request date header too {'old' if moment < now else 'new'}: '{date}'")
    given = headers["authorization"]
    wanted, text = signed(account, key, method, url, headers)
    if given != wanted:
        raise failed(f"The MAC signature found in the HTTP request '{given.rpartition(':')[2]}' "
                     f"is not the same as any computed signature. Server used following string "
                     f"to sign: '{text}'.")


def moment(text):
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", "%Y-%m-%dT%H:%MZ"):
        try:
            return calendar.timegm(time.strptime(text, form))
        except ValueError:
            continue
    raise failed(f"{text} is no time")


def sas_signature(account, key, given, container, name):
    """What has to stand in `sig`."""
    service = "sr" in given
    sas = _BlobSharedAccessHelper() if service else _SharedAccessHelper()
    sas.add_base(given.get("sp"), given.get("se"), given.get("st"), given.get("sip"),
                 given.get("spr"), given.get("sv"))
    sas.add_encryption_scope(encryption_scope=given.get("ses"))
    if not service:
        sas.add_account(given.get("ss"), given.get("srt"))
        sas.add_account_signature(account, key)
        return sas.query_dict["sig"]
    if given["sr"] not in ("b", "c"):
        raise failed("the double knows signatures for blobs and containers only")
    sas.add_id(given.get("si"))
    sas.add_resource(given["sr"])
    sas.add_override_response_headers(
        *(given.get(part) for part in ("rscc", "rscd", "rsce", "rscl", "rsct")))
    path = container if given["sr"] == "c" else f"{container}/{name}"
    sas.add_resource_signature(account, key, path)
    return sas.query_dict["sig"]


def check_sas(account, key, query, container, name, needs, now):
    """That the bearer of this signature may do it: any of the rights `needs`, of a `kind`."""
    given = {part: query[part] for part in SAS if part in query}
    if given.get("sv", "") < OLDEST_SAS:
        raise failed(f"sv is mandatory, and {OLDEST_SAS} or later for the double")
    if sas_signature(account, key, given, container, name) != given["sig"]:
        raise failed("Signature did not match.")
    if "se" not in given or moment(given["se"]) <= now:
        raise failed(f"Signature not valid in the specified time frame: Expiry [{given.get('se')}]")
    if "st" in given and moment(given["st"]) > now:
        raise failed(f"Signature not valid in the specified time frame: Start [{given['st']}]")
    if given.get("spr") == "https":
        raise Refusal(403, "AuthorizationProtocolMismatch")
    if "sip" in given:
        first, _, last = given["sip"].partition("-")
        here = ipaddress.ip_address("127.0.0.1")
        if not ipaddress.ip_address(first) <= here <= ipaddress.ip_address(last or first):
            raise Refusal(403, "AuthorizationSourceIPMismatch")
    kind, rights = needs
    if "sr" not in given:
        if "b" not in given.get("ss", ""):
            raise Refusal(403, "AuthorizationServiceMismatch")
        if kind not in given.get("srt", ""):
            raise Refusal(403, "AuthorizationResourceTypeMismatch")
    elif kind == "s" or kind == "c" and rights != "l" or given["sr"] == "b" and kind != "o":
        raise Refusal(403, "AuthorizationFailure")
    if not set(rights) & set(given.get("sp", "")):
        raise Refusal(403, "AuthorizationPermissionMismatch")


def token(account, key, *, container=None, name=None, permissions="rwdlc", start=None, expiry=None,
          seconds=3600, ip=None, protocol=None, services="b", types="sco"):
    """A shared access signature that their client makes: of the account, a container or a blob."""
    from azure.storage.blob import _shared_access_signature as theirs
    from azure.storage.blob._shared.shared_access_signature import SharedAccessSignature
    expiry = expiry or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    common = {"permission": permissions, "expiry": expiry, "start": start, "ip": ip,
              "protocol": protocol}
    if not container:
        return SharedAccessSignature(account, key).generate_account(services, types, **common)
    maker = theirs.BlobSharedAccessSignature(account, key)
    if name:
        return maker.generate_blob(container, name, **common)
    return maker.generate_container(container, **common)


def pairs(query):
    """The parameters of an address, as the service reads them."""
    parts = [part.partition("=") for part in query.split("&") if part]
    return {urllib.parse.unquote_plus(name): urllib.parse.unquote_plus(value)
            for name, _, value in parts}
