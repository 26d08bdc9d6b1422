"""A real web server on loopback whose answers a test sets, and which remembers what it was asked."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """``pages`` maps a path to (status, headers, body) or to a function that writes the answer itself."""

    def __init__(self, host="127.0.0.1", port=0, ssl_context=None):
        site = self
        self.pages = {}
        self.asked = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                page = site.pages.get(self.path, (404, {}, b"no such page"))
                self.close_connection = True
                try:
                    if callable(page):
                        page = page(self)
                    if page:
                        status, headers, body = page
                        self.send_response(status)
                        for name, value in {"Content-Length": str(len(body)), **headers}.items():
                            self.send_header(name, value)
                        self.end_headers()
                        self.wfile.write(body)
                except OSError:
                    pass  # the other side has had enough, as it should

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_):
                pass

        self.server = Server((host, port), Handler)
        if ssl_context:
            self.server.socket = ssl_context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def html(self, path, body, **headers):
        self.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8", **headers}, body.encode())

    def paths(self):
        return [path for path, _ in self.asked if path != "/robots.txt"]
