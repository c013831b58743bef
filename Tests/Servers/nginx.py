"""An nginx that offers HTTP/2 over TLS and serves a folder of its own.

nginx.py FOLDER CERTIFICATE KEY BEHIND prints its port and serves until its standard input ends. What
is asked for below /echo it asks the server at the port BEHIND. With a word more all goes there, the
calls of CloudDrive2 as gRPC. Its own port is opened here and handed over, so that it is free for
certain.
"""
import os
import shutil
import socket
import subprocess
import sys

folder, certificate, key, behind = sys.argv[1:5]
passing = f"""
    location /clouddrive. {{ grpc_pass grpc://127.0.0.1:{behind}; }}
    location / {{ proxy_pass http://127.0.0.1:{behind}; client_max_body_size 0; }}
""" if sys.argv[5:] else ""
listener = socket.create_server(("127.0.0.1", 0), backlog=512)
port = listener.getsockname()[1]
os.set_inheritable(listener.fileno(), True)
user = "user root;" if os.geteuid() == 0 else ""
with open(f"{folder}/nginx.conf", "w") as file:
    file.write(f"""
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl http2; ssl_certificate {certificate}; ssl_certificate_key {key};
    root {folder}/files;
{passing}
    location /echo {{ proxy_pass http://127.0.0.1:{behind}; add_header X-Line $connection; }}
    location /protocol {{ add_header X-Line $connection; return 200 $server_protocol; }}
  }}
}}
""")
environment = dict(os.environ, NGINX=f"{listener.fileno()};", PATH=os.environ["PATH"] + ":/usr/sbin")
child = subprocess.Popen(
    [shutil.which("nginx", path=environment["PATH"]), "-c", f"{folder}/nginx.conf", "-p", folder,
     "-e", "stderr"],
    stdin=subprocess.DEVNULL, pass_fds=[listener.fileno()], env=environment)
print(port, flush=True)
sys.stdin.read()
child.terminate()
child.wait()
