# SPDX-License-Identifier: Apache-2.0
"""Required and forbidden settings of the systemd units (T-F01)."""
import unittest


def unit(name):
    """{setting: [values]} of a unit."""
    found = {}
    with open("packaging/systemd/" + name) as lines:
        for line in lines:
            if "=" in line and not line.startswith("#"):
                key, _, value = line.strip().partition("=")
                found.setdefault(key, []).append(value)
    return found


class Units(unittest.TestCase):
    def test_peers(self):
        """the service has no user namespace, which would make all its peers nobody [T-F01]"""
        self.assertNotIn("PrivateUsers", unit("usherd.service"))

    def test_socket(self):
        """only usherd and the web server have access to the socket and its directory [T-F01]"""
        found = unit("usherd.socket")
        self.assertEqual(found["SocketMode"], ["0660"])
        self.assertEqual(found["DirectoryMode"], ["0750"])
        folder = found["ListenStream"][0].rsplit("/", 1)[0]
        self.assertEqual(found["ExecStartPre"], ["/usr/bin/install -d -m 0750 -o %s -g %s %s" % (
            found["SocketUser"][0], found["SocketGroup"][0], folder)])

    def test_cores(self):
        """the service leaves no core and gains no privileges [T-X05]"""
        found = unit("usherd.service")
        self.assertEqual((found["LimitCORE"], found["NoNewPrivileges"]), (["0"], ["yes"]))

    def test_watchdog(self):
        """systemd restarts a master that sends no watchdog message [T-O06]"""
        service = unit("usherd.service")
        self.assertEqual(service["Type"], ["notify"])
        self.assertTrue(service["WatchdogSec"])
