"""A real HTTP server that speaks as vLLM does, and breaks as servers do; knows no model.

with StubVLLM(Reply(reasoning="2.1 fits", content="2.1")) as stub:
    ChatVLLM(base_url=stub.url, model=stub.model, api_key="none")
"""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

Field = Literal["reasoning", "reasoning_content", "both", "tags"]


@dataclass(frozen=True)
class Reply:
    """What the next completion says, and how it breaks.

    Args:
        reasoning: The thinking.
        content: The answer.
        field: The name that carries the thinking; "both" sends one of them as null, "tags" puts
            the thinking into the content.
        size: Characters in a delta; 0 sends each part whole.
        bytewise: Send every byte of the stream by itself.
        drop_after: Deltas after which the connection breaks.
        status: Answer with this HTTP status instead.
        hang_s: Seconds of silence after the first delta.
        wait_s: Seconds of silence before any header.
        retry_after: The header of that name, where the status refuses.
        pause_s: Seconds of silence after each delta.
        pieces: The deltas of the content, instead of `content` cut by `size`.
        raw: Whole `data:` lines in place of every delta.
        finish: What the last delta gives as the reason; None leaves that delta out.
        stay_s: Seconds that the stream stays open after its last delta, without `[DONE]`.
    """

    reasoning: str = ""
    content: str = "2.1"
    field: Field = "reasoning"
    size: int = 0
    bytewise: bool = False
    drop_after: int | None = None
    status: int = 200
    hang_s: float = 0.0
    wait_s: float = 0.0
    retry_after: str = ""
    pause_s: float = 0.0
    pieces: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    finish: str | None = "stop"
    stay_s: float = 0.0

    def message(self) -> dict[str, Any]:
        """Return the assistant's message, as a whole reply carries it."""
        if self.field == "tags":
            return {"content": f"<think>{self.reasoning}</think>{self.content}"}
        return {**self._named(self.reasoning), "content": self.content}

    def deltas(self) -> Iterator[dict[str, Any]]:
        """Yield the deltas of a stream; vLLM's first one has the role and no text."""
        yield {"role": "assistant", "content": ""}
        if self.pieces:
            yield from ({"content": part} for part in self.pieces)
            return
        if self.field == "tags":
            parts = self._cut(str(self.message()["content"]))
            yield from ({"content": part} for part in parts)
            return
        yield from (self._named(part) for part in self._cut(self.reasoning))
        nulls = {"reasoning": None, "reasoning_content": None} if self.field == "both" else {}
        yield from ({**nulls, "content": part} for part in self._cut(self.content))

    def _named(self, text: str) -> dict[str, Any]:
        if self.field == "both":
            return {"reasoning_content": None, "reasoning": text, "content": None}
        return {self.field: text}

    def _cut(self, text: str) -> list[str]:
        step = self.size or max(len(text), 1)
        return [text[n : n + step] for n in range(0, len(text), step)]


class StubVLLM:
    """The server, on a free port of 127.0.0.1; `requests` holds every body it was sent."""

    def __init__(self, reply: Reply | None = None, *, model: str = "stub") -> None:
        self.reply, self.model = reply or Reply(), model
        self.requests: list[dict[str, Any]] = []
        self.replies: list[Reply] = []
        """What the next requests get, one each, before `reply` serves all that follow."""
        self._over = threading.Event()
        # Set once a client has gone away in the middle of a stream.
        self.left = threading.Event()
        stub = self

        class Handler(_Handler):
            owner = stub

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def reply_to(self, body: dict[str, Any]) -> Reply:
        """Say what a request gets; a test may let it depend on what was asked."""
        return self.replies.pop(0) if self.replies else self.reply

    def besides(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what a whole reply has besides; a test may give a prompt's log-probabilities."""
        return {}

    def wait(self, seconds: float) -> None:
        """Be silent, though not beyond the test's end."""
        if seconds:
            self._over.wait(seconds)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing where a client went away: tests stop streams on purpose."""


class _Handler(BaseHTTPRequestHandler):
    owner: StubVLLM
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self._json(200, {"object": "list", "data": [{"id": self.owner.model}]})
        else:
            self._json(200 if self.path == "/health" else 404, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.owner.requests.append(body)
        reply = self.owner.reply_to(body)
        self.owner.wait(reply.wait_s)
        if reply.status != 200:
            headers = {"Retry-After": reply.retry_after} if reply.retry_after else {}
            refusal = {"error": {"message": "engine is dead", "code": reply.status}}
            self._json(reply.status, refusal, headers)
        elif body.get("stream"):
            try:
                self._stream(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                self.owner.left.set()
        else:
            self.owner.wait(reply.hang_s)
            message = {"role": "assistant", "tool_calls": [], **reply.message()}
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
            whole = {**self._head("chat.completion"), "choices": [choice], "usage": USAGE}
            self._json(200, {**whole, **self.owner.besides(body)})

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": self.owner.model}

    def _json(self, status: int, body: dict[str, Any], more: dict[str, str] | None = None) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, reply: Reply) -> None:
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in reply.raw:
            self._send(f"{line}\n\n".encode(), reply)
        for sent, delta in enumerate(() if reply.raw else reply.deltas()):
            if sent == reply.drop_after:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
            self._event(reply, [choice])
            self.owner.wait(reply.hang_s if sent == 0 else reply.pause_s)
        if reply.finish is not None and not reply.raw:
            last = {"index": 0, "delta": {"content": ""}, "finish_reason": reply.finish}
            self._event(reply, [last])
            self._event(reply, [], usage=USAGE)
        self.owner.wait(reply.stay_s)
        if not reply.stay_s:
            self._send(b"data: [DONE]\n\n", reply)
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, reply: Reply, choices: list[dict[str, Any]], **more: object) -> None:
        body = {**self._head("chat.completion.chunk"), "choices": choices, **more}
        self._send(f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode(), reply)

    def _send(self, data: bytes, reply: Reply) -> None:
        for part in [bytes([b]) for b in data] if reply.bytewise else [data]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.flush()


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
