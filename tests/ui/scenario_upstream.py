# SPDX-License-Identifier: GPL-3.0-or-later
"""A provider for the scenario to send a key to."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream(ThreadingHTTPServer):
    """Stands in for OpenAI and keeps the Authorization it was sent."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._answer({"object": "list", "data": []})

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.authorization = self.headers.get("Authorization", "")
            message = {"role": "assistant", "content": "Hello from upstream"}
            self._answer({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o",
                          "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                          "usage": {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4}})

        def _answer(self, body):
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.authorization = ""
        threading.Thread(target=self.serve_forever, daemon=True).start()
