# SPDX-License-Identifier: Apache-2.0
"""Counts the rows of a table in the running server's database with the LMDB library alone."""
import ctypes

READ_ONLY = 0x20000


class Stat(ctypes.Structure):
    _fields_ = [("page_size", ctypes.c_uint), ("depth", ctypes.c_uint),
                ("branches", ctypes.c_size_t), ("leaves", ctypes.c_size_t),
                ("overflow", ctypes.c_size_t), ("entries", ctypes.c_size_t)]


def check(code):
    if code != 0:
        raise OSError("LMDB error %d" % code)


def count(folder, table):
    lmdb = ctypes.CDLL("liblmdb.so.0")
    env, txn, dbi, stat = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_uint(), Stat()
    check(lmdb.mdb_env_create(ctypes.byref(env)))
    try:
        check(lmdb.mdb_env_set_maxdbs(env, ctypes.c_uint(64)))
        check(lmdb.mdb_env_open(env, str(folder).encode(), READ_ONLY, 0o600))
        check(lmdb.mdb_txn_begin(env, None, READ_ONLY, ctypes.byref(txn)))
        check(lmdb.mdb_dbi_open(txn, table.encode(), 0, ctypes.byref(dbi)))
        check(lmdb.mdb_stat(txn, dbi, ctypes.byref(stat)))
        lmdb.mdb_txn_abort(txn)
    finally:
        lmdb.mdb_env_close(env)
    return stat.entries
