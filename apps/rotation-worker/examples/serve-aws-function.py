"""Serves a rotation function that was written for AWS Lambda, unmodified, as rotation-worker invokes it.

    python3 serve-aws-function.py 9000 sql-server/lambda_function.py [--host 0.0.0.0 --certificate c.pem --key k.pem]

The file's lambda_handler(event, context) gets each event. Its errors are reported as Lambda reports them: the class and the
message, and the header X-Amz-Function-Error, without which an error would look like a success. Without a certificate the server
listens on loopback only.
"""

import argparse
import http.server
import importlib.util
import json
import logging
import pathlib
import re
import ssl
import sys

PATH = re.compile(r"/2015-03-31/functions/[A-Za-z0-9_-]+/invocations")
MAX_EVENT_BYTES = 65_536
# A client that sends nothing must not hold a thread; seconds.
TIMEOUT = 30


def load(file):
    """The module in a file. What lies beside it can be imported, as in a package for Lambda."""
    sys.path.insert(0, str(file.parent))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def handler_for(function):
    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = TIMEOUT

        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            if not PATH.fullmatch(self.path):
                return self.answer(404, {"Message": "no such function"})
            if not 0 < length <= MAX_EVENT_BYTES:
                return self.answer(413, {"Message": "the event is empty or too large"})
            try:
                event = json.loads(self.rfile.read(length))
                answer = function(event, None)
            except Exception as error:  # Whatever it raises, the caller must hear of it.
                logging.getLogger().error("%s: %s", type(error).__name__, error)
                failure = {"errorType": type(error).__name__, "errorMessage": str(error)}
                return self.answer(200, failure, {"X-Amz-Function-Error": "Unhandled"})
            return self.answer(200, answer)

        def answer(self, status, body, headers=None):
            text = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            """The function logs for itself."""

    return Handler


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("port", type=int)
    options.add_argument("file", type=pathlib.Path)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--certificate")
    options.add_argument("--key")
    given = options.parse_args()
    if given.host not in ("127.0.0.1", "::1", "localhost") and not given.certificate:
        options.error("--certificate and --key are required with a host other than loopback")
    logging.basicConfig(level=logging.INFO)
    module = load(given.file.resolve())
    server = http.server.ThreadingHTTPServer((given.host, given.port), handler_for(module.lambda_handler))
    if given.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.certificate, given.key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(f"listening on port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
