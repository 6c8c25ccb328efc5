# SPDX-License-Identifier: Apache-2.0
"""The FastCGI boundary and the processes, with an echo server (see process.mk), and some cases with
the real server.

    V=asan /usr/bin/python3 tests/process/test_boundary.py [boundary peers lifecycle ...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import daemon  # noqa: E402
from cases_boundary import Boundary  # noqa: E402
from cases_commands import Commands  # noqa: E402
from cases_grants import Grants, Log, MasterKey  # noqa: E402
from cases_jobs import Jobs  # noqa: E402
from cases_lifecycle import Lifecycle  # noqa: E402
from cases_peers import Peers  # noqa: E402
from cases_reload import Reload  # noqa: E402
from cases_sockets import Sockets  # noqa: E402
from cases_store import Store  # noqa: E402
from cases_units import Units  # noqa: E402

if __name__ == "__main__":
    sys.exit(daemon.run("process", [Commands, Units, Sockets, Boundary, Peers, Lifecycle, Reload,
                                    Grants, Log, MasterKey, Store, Jobs]))
