# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fuzz/seeds/gate/: good requests of several shapes, and known bad ones."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "process"))

import raw_fcgi as f  # noqa: E402

body = b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Auma-ticket"
get = f.simple("/.well-known/uma2-configuration")
post = f.simple("/token", "POST", body, HTTP_AUTHORIZATION="Basic eDp5")
names = f.pairs({"FCGI_MAX_CONNS": "", "FCGI_MAX_REQS": "", "FCGI_MPXS_CONNS": ""})

seeds = {
    "get": f.request(get),
    "post": f.request(post, body),
    "close": f.request(get, keep=False),
    "padded": f.request(post, body, piece=20, padding=5),
    "bytewise": f.request(get, piece=1),
    "wide": f.begin() + f.stream(f.PARAMS, b"".join(f.pair(n, v, True, True)
                                                    for n, v in get.items())) + f.record(f.STDIN),
    "values": f.record(f.GET_VALUES, names, 0) + f.request(get),
    "unknown_type": f.record(77, b"x", 0) + f.request(get),
    "second": f.begin(1) + f.begin(2) + f.request(get)[16:],
    "abort": f.request(post, body)[:-8] + f.record(f.ABORT_REQUEST),
    "authorizer": f.begin(role=f.AUTHORIZER) + f.request(get)[16:],
    "killer": f.begin() + f.record(f.PARAMS, b"\xff" * 10),
    "twice": f.request(list(post.items()) + [("HTTP_AUTHORIZATION", "Bearer x")], body),
    "short": f.request(f.simple("/", "POST", body), body[:-1]),
    "two": f.request(get) + f.request(post, body, request_id=2),
}

for name, data in seeds.items():
    with open(os.path.join(HERE, "seeds", "gate", name), "wb") as out:
        out.write(data)
