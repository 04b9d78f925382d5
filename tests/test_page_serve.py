"""The page is served on this machine only, and forbids a browser every other."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from agent.page import build_page, serve_page
from agent.page_serve import launch
from guidelines.home import Home
from guidelines.problem import Problem
from tests.recorded_agent import record


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} on 127.0.0.1: another program"):
            serve_page(record(tmp_path).ask, Home(tmp_path), port=port)


def test_a_browser_may_ask_nothing_of_another_host(tmp_path: Path) -> None:
    page = build_page(record(tmp_path).ask, Home(tmp_path), ["q?"])
    try:
        url = launch(page, port=0)
        assert url.startswith("http://127.0.0.1:")
        reply = httpx.get(url)
        policy = reply.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "connect-src 'self'" in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert httpx.get(f"{url}gradio_api/runs").status_code == 404
        assert httpx.get(f"{url}monitoring").status_code in (403, 404)
        upload = httpx.post(f"{url}gradio_api/upload", files={"files": ("a.txt", b"ab")})
        assert upload.status_code == 413
        config = httpx.get(f"{url}config").json()
        assert config["analytics_enabled"] is False
        assert config["run_history"] is False
    finally:
        page.close()
