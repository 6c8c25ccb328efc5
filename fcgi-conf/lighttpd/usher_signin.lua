-- SPDX-License-Identifier: Apache-2.0
-- See usher_signin.conf.
lighty.r.req_env["USHER_USER"] = lighty.r.req_env["REMOTE_USER"]
