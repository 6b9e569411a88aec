"""Receivers of this machine: a mail server and a web endpoint that really listen, and answer as they are told."""

from __future__ import annotations

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class MailBox:
    """What the mail server took. `refuse` maps a recipient to the line it is refused with; `busy` answers mails."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    busy: str = ""
    hang: threading.Event | None = None

    @property
    def got(self) -> list[tuple[str, str]]:
        """(recipient, subject) of every mail taken."""
        return [(str(m["To"]), str(m["Subject"]).strip()) for m in self.mails]


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """Run a mail server that speaks enough SMTP for a client that speaks it properly."""
    box = MailBox()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            if box.hang:
                box.hang.wait(30)
                return
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                word = line[:4].upper()
                if word == "EHLO":
                    self.say("250 here")
                elif word == "RCPT":
                    to = line[line.index("<") + 1 : line.index(">")]
                    self.say(box.refuse.get(to, "250 ok"))
                elif word == "DATA":
                    self.say("354 go on")
                    data = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        data += part[1:] if part.startswith(b"..") else part
                    if not box.busy:
                        box.mails.append(email.message_from_bytes(data, policy=default))
                    self.say(box.busy or "250 taken")
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()


@dataclass
class Asked:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def id(self) -> str:
        return self.headers.get("Idempotency-Key", "")


@dataclass
class Endpoint:
    """What came in, and how it is answered: `status` and `body`, or nothing at all (`silent`)."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    status: int = 200
    body: str = '{"errcode": 0, "code": 0}'
    silent: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web_endpoint() -> Iterator[Endpoint]:
    """Run a web endpoint."""
    here = Endpoint()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            here.asked.append(Asked(self.path, dict(self.headers), json.loads(raw or b"{}")))
            if here.silent:
                self.close_connection = True
                return
            self.send_response(here.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(here.body.encode())

        def log_message(self, *args: Any) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        here.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield here
        server.shutdown()
