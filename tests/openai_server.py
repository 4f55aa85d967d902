"""A small server on 127.0.0.1 that speaks OpenAI's chat completions over real HTTP, and fails in a server's ways.

For what a healthy vLLM cannot be made to do: refuse a key, be busy, break off in the middle of an answer.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "gemma-elsewhere"


def text_chunk(text: str, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


ANSWER = (text_chunk("A red "), text_chunk("circle.", "stop"), {"choices": [], "usage": {"prompt_tokens": 300}})


@dataclass(kw_only=True)
class OpenAIServer:
    """What it serves and how it fails; `asked` are the bodies of chat requests, `keys` what came as authorization.

    `status` answers everything but the list of models with that status, `models_status` the list; `cut` drops the
    connection after the chunks, `hold` waits there for the client to leave and then sets `left`.
    """

    cards: list[dict[str, Any]] = field(default_factory=lambda: [{"id": MODEL}])
    chunks: tuple[dict[str, Any], ...] = ANSWER
    status: int = 200
    models_status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    page: str | None = None
    cut_list: bool = False
    cut: bool = False
    hold: bool = False
    left: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    looks: int = 0
    url: str = ""
    connections: list[socket.socket] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """One connection to the server that is played."""

    played: OpenAIServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.played.connections.append(self.connection)

    def do_GET(self) -> None:
        self.played.looks += 1
        self.played.keys.append(self.headers["Authorization"])
        if self.played.page is not None:
            self.answer(200, self.played.page.encode(), "text/html")
        elif self.played.models_status != 200:
            self.refuse(self.played.models_status)
        elif self.played.cut_list:
            self.answer(200, b'{"object": "list", "da')
        else:
            self.answer(200, json.dumps({"object": "list", "data": self.played.cards}).encode())

    def do_POST(self) -> None:
        self.played.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.played.status != 200:
            self.refuse(self.played.status)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in self.played.chunks:
            self.event(json.dumps(chunk))
        if self.played.hold:
            self.wait_until_left()
        elif self.played.cut:
            self.close_connection = True
        else:
            self.event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

    def event(self, data: str) -> None:
        line = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
        self.wfile.flush()

    def wait_until_left(self) -> None:
        self.connection.settimeout(20)
        with suppress(OSError):
            if self.connection.recv(1) == b"":
                self.played.left.set()
        self.close_connection = True

    def refuse(self, status: int) -> None:
        body = {"error": {"message": f"refused with {status}", "type": "Error", "code": status}}
        self.answer(status, json.dumps(body).encode())

    def answer(self, status: int, body: bytes, media_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.played.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def handler_of(server: OpenAIServer) -> type[Handler]:
    return type("PlayingHandler", (Handler,), {"played": server})


@contextmanager
def running_server(server: OpenAIServer | None = None, port: int = 0) -> Iterator[OpenAIServer]:
    """Serve until left. A `port` that was closed before can be opened again: the server comes back."""
    served = server or OpenAIServer()
    http = ThreadingHTTPServer(("127.0.0.1", port), handler_of(served))
    http.daemon_threads = True
    served.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        http.shutdown()
        for connection in served.connections:  # a client keeps them open, and would still be answered
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        http.server_close()
        thread.join()
