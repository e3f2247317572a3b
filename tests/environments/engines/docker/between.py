"""A socket between the harness and the Docker engine, for an engine in trouble."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

DOCKER = "/var/run/docker.sock"


class Between:
    """Hands bytes on between the harness and the engine; ``delay`` seconds late, not at all, or in other words.

    It falls silent by itself where the harness says ``silenced_by``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.delay = 0.0
        self.silent = threading.Event()
        self.silenced_by = b""
        self.words: tuple[bytes, bytes] = (b"", b"")
        self.ends: list[socket.socket] = []
        self.server: socket.socket | None = None

    def begin(self) -> None:
        self.path.unlink(missing_ok=True)
        self.server = server = socket.socket(socket.AF_UNIX)
        server.bind(str(self.path))
        server.listen()
        threading.Thread(target=self.accept, args=(server,), daemon=True).start()

    def accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(DOCKER)
                self.ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self.hand_on, args=(source, sink), daemon=True).start()

    def hand_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                time.sleep(self.delay)
                if self.silenced_by and self.silenced_by in data:
                    self.silent.set()
                if not self.silent.is_set():
                    sink.sendall(data.replace(*self.words) if self.words[0] else data)
            sink.shutdown(socket.SHUT_WR)

    def stop(self) -> None:
        """As an engine that is stopped: nobody listens, and every connection is at its end."""
        for end in filter(None, (self.server, *self.ends)):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()
        self.path.unlink(missing_ok=True)
