# SPDX-License-Identifier: Apache-2.0
"""Reads the rows of a store with the LMDB library alone."""
import contextlib
import ctypes

READ_ONLY, NEXT, TENANT = 0x20000, 8, 8


class Value(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p)]

    def bytes(self):
        return ctypes.string_at(self.data, self.size)


def check(code):
    if code != 0:
        raise OSError("LMDB error %d" % code)


@contextlib.contextmanager
def reading(folder):
    lmdb = ctypes.CDLL("liblmdb.so.0")
    env, txn = ctypes.c_void_p(), ctypes.c_void_p()
    check(lmdb.mdb_env_create(ctypes.byref(env)))
    try:
        check(lmdb.mdb_env_set_maxdbs(env, ctypes.c_uint(64)))
        check(lmdb.mdb_env_open(env, str(folder).encode(), READ_ONLY, 0o600))
        check(lmdb.mdb_txn_begin(env, None, READ_ONLY, ctypes.byref(txn)))
        yield lmdb, txn
        lmdb.mdb_txn_abort(txn)
    finally:
        lmdb.mdb_env_close(env)


def rows(folder, table):
    """[(tenant id, rest of the key, row)]"""
    found = []
    with reading(folder) as (lmdb, txn):
        dbi, cursor = ctypes.c_uint(), ctypes.c_void_p()
        check(lmdb.mdb_dbi_open(txn, table.encode(), 0, ctypes.byref(dbi)))
        check(lmdb.mdb_cursor_open(txn, dbi, ctypes.byref(cursor)))
        key, row = Value(), Value()
        while lmdb.mdb_cursor_get(cursor, ctypes.byref(key), ctypes.byref(row), NEXT) == 0:
            whole = key.bytes()
            found.append((int.from_bytes(whole[:TENANT], "big"),
                          whole[TENANT:], row.bytes()))
        lmdb.mdb_cursor_close(cursor)
    return found
