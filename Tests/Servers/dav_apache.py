"""An apache with mod_dav over a folder of its own.

dav_apache.py [CERTIFICATE KEY] prints its endpoint and its folder, as JSON, and serves until its
standard input ends. The same files are below /open to all, below /basic and below /digest to the user
reader, whose password is "pass:word ä", and below /read to be read only. The file `log` in the folder
above has a line for each request: method, path, status, and the headers Depth and Authorization (its
first word). As root it works as nobody, whom the folder belongs to.
"""
import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

MODULES = "/usr/lib/apache2/modules"
PASSWORD = "pass:word ä"
secure = sys.argv[1:3]

top = tempfile.mkdtemp(prefix="s4l-apache-")
os.chmod(top, 0o755)
files = f"{top}/files"
os.mkdir(files)
os.mkdir(f"{top}/locks")
if os.geteuid() == 0:
    for path in (files, f"{top}/locks"):
        os.chown(path, 65534, 65534)
with open(f"{top}/basic", "w") as file:
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    file.write("reader:{SHA}" + digest + "\n")
with open(f"{top}/digest", "w") as file:
    file.write("reader:here:" + hashlib.md5(f"reader:here:{PASSWORD}".encode()).hexdigest() + "\n")

modules = ["mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic",
           "auth_digest", "alias", "dav", "dav_fs"] + (["socache_shmcb", "ssl"] if secure else [])
loads = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules)


def configure(port):
    tls = f"SSLEngine on\nSSLCertificateFile {secure[0]}\nSSLCertificateKeyFile {secure[1]}" \
        if secure else ""
    with open(f"{top}/conf", "w") as file:
        file.write(f"""
ServerRoot {top}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
{loads}
User nobody
Group nogroup
PidFile {top}/pid
DefaultRuntimeDir {top}
ErrorLog {top}/errors
LogFormat "%m %U %>s %{{Depth}}i %{{Authorization}}i" plain
CustomLog {top}/log plain
DocumentRoot {files}
DavLockDB {top}/locks/lock
KeepAliveTimeout 60
MaxKeepAliveRequests 0
StartServers 1
ServerLimit 2
ThreadsPerChild 32
MaxRequestWorkers 64
Alias /open {files}
Alias /basic {files}
Alias /digest {files}
Alias /read {files}
{tls}
<Location /open>
  Dav On
  Require all granted
</Location>
<Location /basic>
  Dav On
  AuthType Basic
  AuthName here
  AuthUserFile {top}/basic
  Require valid-user
</Location>
<Location /digest>
  Dav On
  AuthType Digest
  AuthName here
  AuthUserFile {top}/digest
  Require valid-user
</Location>
<Location /read>
  Dav On
  <LimitExcept GET HEAD OPTIONS PROPFIND>
    Require all denied
  </LimitExcept>
</Location>
""")


def answers(port, child):
    while child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


def start():
    """Apache opens its port by itself; if another has taken it meanwhile, another one is tried."""
    for _ in range(20):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        configure(port)
        child = subprocess.Popen(
            [shutil.which("apache2", path="/usr/sbin:/usr/bin"), "-f", f"{top}/conf",
             "-DFOREGROUND"], stdin=subprocess.DEVNULL, stdout=sys.stderr)
        if answers(port, child):
            return port, child
    sys.exit(open(f"{top}/errors").read() if os.path.exists(f"{top}/errors") else "no apache2")


port, child = start()
scheme = "https" if secure else "http"
print(json.dumps({"endpoint": f"{scheme}://127.0.0.1:{port}", "folder": files}), flush=True)
sys.stdin.read()
child.terminate()
child.wait()
shutil.rmtree(top, ignore_errors=True)
