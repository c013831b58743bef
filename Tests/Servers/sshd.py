"""An sshd on loopback that lets in whoever holds the key that it makes, as the user it runs as.

sshd.py FOLDER prints its port and serves until its standard input ends. It makes these in FOLDER: the
client's key, `key`; its own, in the form in which a client knows it, `known`; and a log.

The port is opened here, and every connection is handed to an sshd of its own, as inetd does.
"""
import os
import selectors
import shutil
import socket
import subprocess
import sys

folder = sys.argv[1]
path = os.environ["PATH"] + ":/usr/sbin:/sbin"
sshd = shutil.which("sshd", path=path)
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
if os.geteuid() == 0:
    # Its processes that have no privileges live there.
    os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
for name in ["host", "key"]:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", f"{folder}/{name}"],
        check=True, stdin=subprocess.DEVNULL)
shutil.copy(f"{folder}/key.pub", f"{folder}/authorized")
with open(f"{folder}/host.pub") as file:
    public = file.read()
with open(f"{folder}/known", "w") as file:
    file.write(f"[127.0.0.1]:{port} {public}")
owner = os.stat(folder)
for name in ["key", "known"]:
    os.chown(f"{folder}/{name}", owner.st_uid, owner.st_gid)
with open(f"{folder}/config", "w") as file:
    file.write(f"""
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile none
LoginGraceTime 30
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PrintMotd no
UseDNS no
""")

print(port, flush=True)
children = []
log = open(f"{folder}/log", "ab")
selector = selectors.DefaultSelector()
selector.register(listener, selectors.EVENT_READ)
selector.register(0, selectors.EVENT_READ)
while all(key.fileobj is listener for key, _ in selector.select()):
    connection, _ = listener.accept()
    with connection:
        children.append(subprocess.Popen(
            [sshd, "-i", "-e", "-f", f"{folder}/config"], stdin=connection, stdout=connection,
            stderr=log))
    children = [child for child in children if child.poll() is None]
for child in children:
    # Asked to end, one to which nobody has logged in yet may take its time.
    child.kill()
    child.wait()
