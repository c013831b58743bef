"""rclone as a WebDAV server over a folder of its own.

dav_rclone.py prints its endpoint and its folder, as JSON, and serves until its standard input ends.
The user is reader, the password "pass:word ä".
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

top = tempfile.mkdtemp(prefix="s4l-rclone-")
os.chmod(top, 0o755)
files = f"{top}/files"
os.mkdir(files)
environment = {"PATH": os.environ["PATH"], "HOME": top, "RCLONE_CONFIG": f"{top}/none",
               "RCLONE_USER": "reader", "RCLONE_PASS": "pass:word ä", "LC_ALL": "C.UTF-8"}
child = subprocess.Popen(
    ["rclone", "serve", "webdav", files, "--addr", "127.0.0.1:0", "--baseurl", "/some/base",
     "--dir-cache-time", "0s", "--poll-interval", "0"],
    stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=subprocess.PIPE, env=environment,
    encoding="utf-8")
for line in child.stderr:
    found = re.search(r"(http://127\.0\.0\.1:\d+)", line)
    if found and not found.group(1).endswith(":0"):
        break
    sys.stderr.write(line)
else:
    sys.exit("rclone did not start")
threading.Thread(target=lambda: [None for _ in child.stderr], daemon=True).start()
print(json.dumps({"endpoint": found.group(1), "folder": files}), flush=True)
sys.stdin.read()
child.terminate()
child.wait()
shutil.rmtree(top, ignore_errors=True)
