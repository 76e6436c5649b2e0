"""A mail server of the tests' own: what it takes has really left."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What a mail server took; `answers` are what it says to the next mails instead, None hangs up on them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str | None] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer is None:
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        """Close it; also twice."""
        if self._controller.server:
            self._controller.stop()


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    try:
        yield box
    finally:
        box.stop()
