#!/usr/bin/env python3
"""Runs moto's S3 on a free port of loopback: prints the endpoint, ends when standard input ends.

It takes any signature and any checksum, so it proves nothing about those; it is for what a gateway
lacks: conditions on completing and deleting, and checksums that are kept and given back.
"""

import logging
import os
import sys
import threading

try:
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server
except ImportError as missing:
    sys.exit(f"s3_moto.py: {missing}; use .scratch/venv/bin/python3, which `make venv` makes")


def main():
    # What is outside must not matter, and moto checks neither.
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testtest")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.port}", flush=True)
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
