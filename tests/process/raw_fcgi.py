# SPDX-License-Identifier: Apache-2.0
"""A raw FastCGI client (FastCGI 1.0, 3 to 6): builds and sends records, reads responses.

    c = Connection("/run/usher/usherd.sock")
    c.send(request({"REQUEST_METHOD": "GET", "REQUEST_URI": "/"}))
    answer = c.answer()
    answer.status, answer.headers, answer.body
"""
import socket
import struct

BEGIN_REQUEST, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, STDERR, DATA = range(1, 9)
GET_VALUES, GET_VALUES_RESULT, UNKNOWN_TYPE = 9, 10, 11
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
REQUEST_COMPLETE, CANT_MPX_CONN, OVERLOADED, UNKNOWN_ROLE = range(4)
KEEP_CONN = 1

PATIENCE = 30  # seconds; no test depends on speed


def record(kind, content=b"", request_id=1, padding=0, version=1):
    return struct.pack(">BBHHBB", version, kind, request_id, len(content), padding, 0) \
        + content + b"\0" * padding


def begin(request_id=1, role=RESPONDER, keep=True, padding=0):
    body = struct.pack(">HB5x", role, KEEP_CONN if keep else 0)
    return record(BEGIN_REQUEST, body, request_id, padding)


def length(n, wide=None):
    """A length in one byte, or in four if it must be or `wide` is set."""
    if wide or n > 127:
        return struct.pack(">I", n | 0x80000000)
    return bytes([n])


def pair(name, value, wide_name=None, wide_value=None):
    name, value = as_bytes(name), as_bytes(value)
    return length(len(name), wide_name) + length(len(value), wide_value) + name + value


def pairs(params):
    items = params.items() if isinstance(params, dict) else params
    return b"".join(pair(name, value) for name, value in items)


def stream(kind, content, request_id=1, piece=65535, padding=0, end=True):
    """A stream as records of at most `piece` bytes, ended by an empty one."""
    out = b"".join(record(kind, content[i:i + piece], request_id, padding)
                   for i in range(0, len(content), piece))
    return out + (record(kind, b"", request_id) if end else b"")


def request(params, body=b"", request_id=1, keep=True, piece=65535, padding=0):
    """A whole request; the caller sets CONTENT_LENGTH."""
    return begin(request_id, keep=keep, padding=padding) \
        + stream(PARAMS, pairs(params), request_id, piece, padding) \
        + stream(STDIN, body, request_id, piece, padding)


def simple(uri="/", method="GET", body=b"", **more):
    """Parameters like those of the shipped nginx file."""
    params = {"REQUEST_METHOD": method, "REQUEST_URI": uri, "HTTP_HOST": "as.example.com",
              "HTTPS": "on", "REMOTE_ADDR": "192.0.2.1",
              "CONTENT_LENGTH": str(len(body)) if method in ("POST", "PUT") else ""}
    params.update(more)
    return params


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


class Record:
    def __init__(self, kind, request_id, content):
        self.kind, self.request_id, self.content = kind, request_id, content


class Answer:
    """The content of FCGI_STDOUT, parsed as CGI output (RFC 3875, 6)."""

    def __init__(self, out, app_status, protocol_status):
        self.app_status, self.protocol_status = app_status, protocol_status
        self.raw = out
        head, _, self.body = out.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
        self.header_list = lines
        self.headers = {name.lower(): value for name, value in lines}
        status = self.headers.get("status", "")
        self.status = int(status.split(" ")[0]) if status else None


class Closed(Exception):
    """The peer closed before a response was complete."""


class Connection:
    def __init__(self, path, patience=PATIENCE):
        if ":" in path and "/" not in path:
            host, port = path.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
        else:
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.socket.connect(path)
        self.socket.settimeout(patience)
        self.pending = b""

    def send(self, data):
        self.socket.sendall(data)
        return self

    def send_slowly(self, data, step=1):
        for i in range(0, len(data), step):
            self.socket.sendall(data[i:i + step])
        return self

    def read(self, n):
        while len(self.pending) < n:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                raise Closed()
            self.pending += more
        out, self.pending = self.pending[:n], self.pending[n:]
        return out

    def record(self):
        version, kind, request_id, size, padding, _ = struct.unpack(">BBHHBB", self.read(8))
        if version != 1:
            raise ValueError("record of version %d" % version)
        content = self.read(size)
        self.read(padding)
        return Record(kind, request_id, content)

    def answer(self, request_id=1):
        out, ended = b"", False
        while True:
            r = self.record()
            if r.request_id != request_id:
                raise ValueError("record of request %d" % r.request_id)
            if r.kind == STDOUT and not ended:
                out += r.content
                ended = not r.content
            elif r.kind == END_REQUEST:
                app_status, protocol_status = struct.unpack(">IB3x", r.content)
                return Answer(out, app_status, protocol_status)
            elif r.kind != STDERR:
                raise ValueError("record of type %d" % r.kind)

    def ask(self, params, body=b"", **more):
        return self.send(request(params, body, **more)).answer(more.get("request_id", 1))

    def is_closed(self):
        """Waits until the peer closes; False if it sends data or stays open."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
