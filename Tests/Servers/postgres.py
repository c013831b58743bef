#!/usr/bin/env python3
"""A PostgreSQL server in a folder of its own, on a free port of loopback and a socket there.

postgres.py [--no-fsync] [--room MIB] prints one line of JSON and serves until its standard input
ends: `folder`, `socket` (the folder of the socket), `port`, `user` and `password` of the one who
may do everything; its log is `folder`/log. Whoever connects needs the password. The order of texts
is that of English, not that of bytes, as on many a server.

With --room there is a tablespace `small` on a file system of so many MiB.

Asked with a line of JSON it answers with one: {"sql": TEXT, "database": NAME} (a text, in `rows`),
{"stop": "fast" or "immediate"}, {"start": true}. As root it runs the server as another user.
"""
import argparse
import glob
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

parser = argparse.ArgumentParser()
parser.add_argument("--no-fsync", action="store_true")
parser.add_argument("--room", type=int)
options = parser.parse_args()

programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"),
                  key=lambda path: float(path.split("/")[4]))
if not programs:
    sys.exit("postgres.py: there is no PostgreSQL: apt-get install postgresql")
programs = os.path.dirname(programs[-1])
for name in list(os.environ):
    if name.startswith("PG"):
        del os.environ[name]
os.environ["LC_ALL"] = "C.UTF-8"

folder = tempfile.mkdtemp(prefix="s4l-postgres-", dir="/tmp")
password = secrets.token_hex(12)
lowered = ["setpriv", "--pdeathsig", "INT"]
whose = ""
if os.geteuid() == 0:
    names = [entry.pw_name for entry in pwd.getpwall()]
    owner = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    whose = f",uid={owner.pw_uid},gid={owner.pw_gid}"
    lowered += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
os.chmod(folder, 0o755)


def run(words, **more):
    return subprocess.run([*lowered, *words], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, cwd=folder, **more)


with open(f"{folder}/password", "w") as file:
    file.write(password + "\n")
run([f"{programs}/initdb", "--pgdata", f"{folder}/data", "--username", "admin",
     "--pwfile", f"{folder}/password", "--auth", "scram-sha-256", "--encoding", "UTF8",
     "--locale-provider", "icu", "--icu-locale", "en", "--locale", "C.UTF-8", "--no-sync"],
    stderr=subprocess.DEVNULL)
with open(f"{folder}/data/postgresql.conf", "a") as file:
    file.write(f"""
listen_addresses = '127.0.0.1'
unix_socket_directories = '{folder}'
max_connections = 100
lc_messages = 'C'
max_wal_size = '1GB'
fsync = {'off' if options.no_fsync else 'on'}
""")
before = []
if options.room:
    os.mkdir(f"{folder}/small")
    # In a name space of its own: the mount is gone with the last process of the server.
    mount = f"mount -t tmpfs -o size={options.room}m,mode=700{whose} small {folder}/small"
    if os.geteuid() == 0:
        before = ["unshare", "--mount", "sh", "-c", f'{mount} && exec "$@"', "sh"]
    else:
        back = f"unshare --user --map-user={os.getuid()} --map-group={os.getgid()}"
        before = ["unshare", "--map-root-user", "--mount", "sh", "-c",
                  f'{mount} && exec {back} "$@"', "sh"]


class Running:
    """One life of the server; `is_ready` is false if it did not come to serve."""

    def __init__(self, port):
        self.log = open(f"{folder}/log", "ab")
        self.ready = threading.Event()
        self.is_ready = False
        self.process = subprocess.Popen(
            [*before, *lowered, f"{programs}/postgres", "-D", f"{folder}/data", "-p", str(port)],
            stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=subprocess.PIPE, cwd=folder)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        self.ready.wait()

    def read(self):
        for line in self.process.stderr:
            self.log.write(line)
            self.log.flush()
            if b"ready to accept connections" in line:
                self.is_ready = True
                self.ready.set()
        self.ready.set()

    def stop(self, how):
        self.process.send_signal(signal.SIGQUIT if how == "immediate" else signal.SIGINT)
        self.process.wait()
        self.reader.join()
        self.log.close()


def ask(sql, database):
    done = subprocess.run(
        [f"{programs}/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", folder, "-p", str(port), "-U",
         "admin", "-d", database, "-c", sql], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, env={**os.environ, "PGPASSWORD": password})
    return {"rows": done.stdout} if done.returncode == 0 else {"error": done.stderr}


def answer(question):
    global server
    if "sql" in question:
        return ask(question["sql"], question.get("database", "postgres"))
    if "stop" in question:
        if server:
            server.stop(question["stop"])
        server = None
        return {"ok": True}
    if "start" in question:
        server = server or Running(port)
        return {"ok": True} if server.is_ready else {"error": open(f"{folder}/log").read()}
    return {"error": "what is asked?"}


server = None
try:
    for _ in range(20):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        server = Running(port)
        if server.is_ready:
            break
        # Somebody else has taken the port meanwhile.
        server.stop("immediate")
    if not server.is_ready:
        sys.exit("postgres.py: " + open(f"{folder}/log").read())
    if options.room:
        made = ask(f"CREATE TABLESPACE small LOCATION '{folder}/small'", "postgres")
        if "error" in made:
            sys.exit("postgres.py: " + made["error"])
    print(json.dumps({"folder": folder, "socket": folder, "port": port, "user": "admin",
                      "password": password}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
finally:
    if server:
        server.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)
