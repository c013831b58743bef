import Doubles
import Foundation
import System
import Testing
import Values

/// A stand-in for the services that lend keys: an instance's metadata, a container's service and
/// the Security Token Service, on a port of this machine.
///
/// It checks signatures with the library of the services' makers, and each test shows that this
/// library gets the same keys from it.
final class Lending {
  private static let program = """
    import datetime, json, sys, threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.parse import parse_qs
    import botocore.auth as auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    options = json.loads(sys.argv[1])
    calls = []
    lock = threading.Lock()

    def is_signed(handler, body):
        given = handler.headers["Authorization"]
        names = given.split("SignedHeaders=")[1].split(",")[0].split(";")
        headers = {n: handler.headers[n] for n in names if n not in ("host", "x-amz-date")}
        headers.pop("x-amz-security-token", None)
        moment = datetime.datetime.strptime(handler.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        url = "http://" + handler.headers["Host"] + handler.path
        request = AWSRequest("POST", url, headers, body)
        keys = Credentials(options["access"], options["secret"], options.get("session"))
        with lock:
            auth.get_current_datetime = lambda *_: moment
            auth.SigV4Auth(keys, "sts", options["region"]).add_auth(request)
        return request.headers["Authorization"] == given

    def keys(session):
        count = len([c for c in calls if c.endswith("!")])
        return {"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "LENT%d" % count,
                "SecretAccessKey": "hidden/%d" % count, session: "token+%d" % count,
                "Expiration": options["expires"]}

    XML = '''<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <%(a)sResult><AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser><Credentials>
    <AccessKeyId>%(AccessKeyId)s</AccessKeyId><SecretAccessKey>%(SecretAccessKey)s</SecretAccessKey>
    <SessionToken>%(Token)s</SessionToken><Expiration>%(Expiration)s</Expiration>
    </Credentials></%(a)sResult></AssumeRoleResponse>'''

    class Service(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *_): pass
        def say(self, status, text):
            text = text if isinstance(text, str) else json.dumps(text, indent=1)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())
        def body(self):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        def call(self, name, lends=False):
            with lock:
                calls.append(name + ("!" if lends else ""))
                if len(calls) <= options.get("failing", 0):
                    self.say(503, "not now")
                    return False
            if options.get("answer"):
                status, text = options["answer"]
                self.say(status, text)
                return False
            return True
        def do_PUT(self):
            self.body()
            if not self.call("PUT " + self.path): return
            seconds = self.headers["x-aws-ec2-metadata-token-ttl-seconds"]
            self.say(200 if seconds == "21600" else 400, "imds-token")
        def do_GET(self):
            if self.path == "/calls":
                return self.say(200, calls)
            roles = "/latest/meta-data/iam/security-credentials/"
            if self.path.startswith(roles):
                name = self.path[len(roles):]
                if not self.call("GET " + self.path, name == "a%20role"): return
                if self.headers["x-aws-ec2-metadata-token"] != "imds-token":
                    return self.say(401, "")
                if not name:
                    return self.say(200, options.get("role", "a role"))
                return self.say(200, keys("Token"))
            if not self.call("GET " + self.path, True): return
            if self.headers["Authorization"] != options.get("authorization"):
                return self.say(403, "who are you")
            self.say(200, keys("Token"))
        def do_POST(self):
            body = self.body()
            form = {k: v[0] for k, v in parse_qs(body.decode()).items()}
            action = form["Action"]
            if not self.call("POST " + action, True): return
            if action == "AssumeRole" and not is_signed(self, body):
                return self.say(403, "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>"
                    "<Message>not so</Message></Error></ErrorResponse>")
            expected = options.get("form", {})
            if any(form.get(k) != v for k, v in expected.items()):
                return self.say(400, "<ErrorResponse><Error><Code>ValidationError</Code>"
                    "<Message>other values</Message></Error></ErrorResponse>")
            self.say(200, XML % dict(keys("Token"), a=action))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_port, flush=True)
    server.serve_forever()
    """

  let endpoint: String
  private let process: System.Process

  /// Starts it without anything of ours that is open, which a child of Foundation would keep open.
  init(_ options: [String: Any]) throws {
    var options = options
    if options["expires"] == nil { options["expires"] = "2027-01-15T20:00:00Z" }
    let text = try JSONSerialization.data(withJSONObject: options)
    let ends = try System.Pipe().release()
    let reader = FileHandle(fileDescriptor: ends.reader, closeOnDealloc: true)
    let writer = Descriptor(owning: ends.writer)
    process = try System.Process.start(
      program: Path(text: "/usr/bin/env"),
      arguments: [Python.program, "-c", Lending.program].map { Array($0.utf8) } + [Array(text)],
      stdout: writer.number)
    try writer.close("pipe")
    var line: [UInt8] = []
    while let byte = try reader.read(upToCount: 1)?.first, byte != 10 { line.append(byte) }
    let port = try #require(Int(String(decoding: line, as: UTF8.self)))
    endpoint = "http://127.0.0.1:\(port)"
  }

  deinit {
    process.terminate()
    do { _ = try process.wait() } catch { Issue.record(error) }
  }
}
