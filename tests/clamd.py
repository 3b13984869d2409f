"""A small server that speaks clamd's INSTREAM, in a process of its own, as good as it is told."""

import socketserver
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The standard test text of antivirus programs, put together so that no scanner minds this file.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MODES = ("honest", "silent", "hangs up", "error", "unterminated", "babbles")


@contextmanager
def clamd(address: str, mode: str = "honest") -> Iterator[str]:
    """A server; the address is a path, or a port of the loopback address (0 for any)."""
    command = [sys.executable, "-m", "tests.clamd", address, mode]
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.kill()


class Session(socketserver.StreamRequestHandler):
    """One conversation."""

    mode = MODES[0]

    def handle(self) -> None:
        if self.mode == "hangs up":
            return
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = bytearray()
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.answer(bytes(content))

    def answer(self, content: bytes) -> None:
        found = EICAR.encode() in content
        said = b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0"
        if self.mode == "silent":
            time.sleep(60)
        elif self.mode == "error":
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif self.mode == "unterminated":
            self.wfile.write(said.rstrip(b"\0"))
        elif self.mode == "babbles":
            self.wfile.write(b"stream: OK perhaps\0" + b"x" * 100_000)
        else:
            self.wfile.write(said)


def main(address: str, mode: str) -> None:
    """Serve until killed; prints the address as the setting writes it."""
    Session.mode = mode
    if "/" in address:
        server: socketserver.BaseServer = socketserver.ThreadingUnixStreamServer(address, Session)
        sys.stdout.write(f"clamd://{address}\n")
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", int(address)), Session)
        sys.stdout.write(f"clamd://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
