# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks run against: stores, servers on Unix sockets, and one nginx before all."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flows"))
import servers  # noqa: E402

STATIC = 330    # bytes, as the trivial server's answer


class Store:
    """A filled store: see fill.c.  Of a small one there are as many lines as of the one it stands
    beside, so that the program that makes the load has as much to read: it is not what is
    measured."""

    def __init__(self, build, folder, count, beside=None):
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(mode=0o755)
        subprocess.run([build / "bench" / "fill", self.folder, str(count)], check=True)
        lines = []
        for part in sorted(self.folder.glob("lines.*")):
            lines += part.read_text(encoding="ascii").splitlines(True)
        random.Random(1).shuffle(lines)
        self.count = beside.count if beside else len(lines)
        lines *= -(-self.count // len(lines))
        self.lines = self.folder / "lines"
        self.lines.write_text("".join(lines[:self.count]), encoding="ascii")


class Usherd(servers.Process):
    """usherd, or one of its variants, on a filled store, with two workers."""

    def __init__(self, program, store, name):
        self.socket = store.folder / (name + ".sock")
        self.config = store.folder / (name + ".conf")
        self.config.write_text(f'listen = "{self.socket}"\nworkers = 2\n'
                               f'store = "{store.folder}/store"\n'
                               f'master_key = "{store.folder}/master.key"\n', encoding="ascii")
        os.chmod(self.config, 0o600)
        super().__init__([str(program), "-c", str(self.config)],
                         str(store.folder / (name + ".log")), start_new_session=True)

    def start(self):
        super().start()
        servers.wait_for(lambda: not self.alive() or "serving on" in self.text(), what="usherd")
        if not self.alive():
            raise RuntimeError("usherd did not start:\n" + self.text())

    def private_dirty(self):
        """KiB of the process that has most, among the children."""
        pids = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.child.pid)], check=True,
                              capture_output=True, text=True).stdout.split()
        return max(private_dirty(pid) for pid in pids)


def private_dirty(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines()
                if line.startswith("Private_Dirty:"))


class Front(servers.Process):
    """nginx, a port for each upstream, with the files of fcgi-conf/nginx as they are shipped."""

    def __init__(self, folder, backends):
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir()
        (self.folder / "static").mkdir()
        (self.folder / "static" / "fixed").write_text("x" * STATIC, encoding="ascii")
        names = ["static", *backends]
        self.port = dict(zip(names, servers.free_ports(len(names))))
        for name, backend in backends.items():
            self.ship(name, backend.socket)
        self.conf = self.folder / "nginx.conf"
        self.conf.write_text(self.around(backends), encoding="ascii")
        super().__init__(["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.conf),
                          "-e", str(self.folder / "error.log")], str(self.folder / "front.log"))

    def ship(self, name, sock):
        """The shipped files again for each upstream, under another name."""
        for path in sorted((servers.CONF / "nginx").iterdir()):
            text = path.read_text(encoding="utf-8")
            text = text.replace(servers.SHIPPED_SOCKET, str(sock))
            text = text.replace("upstream usher {", f"upstream {name} {{")
            text = text.replace("fastcgi_pass usher;", f"fastcgi_pass {name};")
            text = text.replace("include usher_params;", f"include {name}_usher_params;")
            (self.folder / f"{name}_{path.name}").write_text(text, encoding="utf-8")

    def around(self, backends):
        temp = "".join(f"{kind}_temp_path {self.folder}/tmp_{kind}; " for kind in
                       ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        upstreams = "\n\t".join(f"include {name}_usher_upstream.conf;" for name in backends)
        hosts = "\n\t".join(f"server {{ listen 127.0.0.1:{self.port[name]} backlog=4096; "
                            f"include {name}_usher.conf; }}" for name in backends)
        return f"""
daemon off; pid {self.folder}/nginx.pid; {user}
worker_processes 2; events {{ worker_connections 4096; }}
http {{
	access_log off; keepalive_requests 100000000; {temp}
	{upstreams}
	server {{ listen 127.0.0.1:{self.port["static"]}; root {self.folder}/static; }}
	{hosts}
}}
"""

    def start(self):
        super().start()
        servers.wait_for(lambda: not self.alive() or
                         servers.connects(2, ("127.0.0.1", self.port["static"])), what="nginx")
        if not self.alive():
            raise RuntimeError("nginx did not start:\n" + self.text())


class BenchFixture:
    """All of it, in a folder that is there for this."""

    def __init__(self, build, folder, rows):
        self.build = pathlib.Path(build).resolve()
        folder = pathlib.Path(folder).resolve()
        folder.mkdir()
        bench = self.build / "bench"
        self.large = Store(self.build, folder / "large", rows)
        self.small = Store(self.build, folder / "small", 1000, self.large)
        self.backends = {
            "trivial": Usherd(bench / "usherd-trivial", self.small, "trivial"),
            "small": Usherd(self.build / "usherd", self.small, "small"),
            "large": Usherd(self.build / "usherd", self.large, "large"),
            "single": Usherd(bench / "usherd-single", self.large, "single"),
        }
        self.front = Front(folder / "front", self.backends)
        self.lines = {"static": self.small, "trivial": self.large, "small": self.small,
                      "large": self.large, "single": self.large}

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        try:
            for backend in self.backends.values():
                backend.start()
            self.front.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self.front, *self.backends.values()):
            process.stop()

    def load(self, kind, backend, clients, seconds):
        """What load.c says."""
        out = subprocess.run([self.build / "bench" / "load", kind, str(self.front.port[backend]),
                              str(clients), str(seconds), self.lines[backend].lines],
                             check=True, capture_output=True, text=True, timeout=seconds + 60)
        return json.loads(out.stdout)

    def program(self, *argv, **more):
        """The output of one of the programs in build/…/bench."""
        out = subprocess.run([self.build / "bench" / argv[0], *map(str, argv[1:])], check=True,
                             capture_output=True, text=True, timeout=300,
                             env=dict(os.environ, **more))
        return out.stdout
