/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_JOSE_VECTORS_H
#define USHER_TESTS_JOSE_VECTORS_H

/* clang-format off */
/*
 * Keys and tokens that others have published, copied unchanged. Those that no specification has
 * are in made_vectors.h. All these keys are public.
 */

/* RFC 8037, appendix A: key, thumbprint, and a JWS whose payload is plain text. */
#define RFC8037_D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define RFC8037_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define RFC8037_THUMBPRINT "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
#define RFC8037_INPUT "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
#define RFC8037_SIGNATURE \
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_M" \
	"uM0KAg"

/* RFC 7515, A.2: RS256. */
#define RFC7515_N \
	"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ" \
	"PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0" \
	"LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD" \
	"Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2" \
	"PAcDTW9gb54h4FRWyuXpoQ"
#define RFC7515_E "AQAB"
#define RFC7515_RS256 \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9" \
	"leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2Vt" \
	"Qgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKB" \
	"YNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN" \
	"9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI" \
	"8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"

/* RFC 7515, A.3: ES256. */
#define RFC7515_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define RFC7515_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define RFC7515_ES256 \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9" \
	"leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXF" \
	"CgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

/* The worked example of this server: its key, and RPTs under both names of the algorithm. */
#define WIRE_AS_D "PpwRh1xADn_sf_cJswy-QsM0mP0B-r9_lVCToIrZ-Kc"
#define WIRE_AS_X "0J602yobleLNroUabOfJjqKW1MbLVEQ32MiWCFyfkog"
#define WIRE_AS_KID "6zEXpJ9dJrYNnU-953QlNpjVMija8USdJ4ImE94ZF5o"
#define WIRE_RPT_CLAIMS \
	"{\"iss\":\"https://as.example.com\",\"sub\":\"rqp-5c1e90\",\"aud\":\"https://photoz" \
	".example.com\",\"client_id\":\"c-viewer\",\"jti\":\"rpt-0001\",\"iat\":1800000000,\"" \
	"exp\":1800000600}"
#define WIRE_RPT_ED25519 \
	"eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZDI1NTE5Iiwia2lkIjoiNnpFWHBKOWRKcllOblUtOTUzUWxO" \
	"cGpWTWlqYThVU2RKNEltRTk0WkY1byJ9.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwic3V" \
	"iIjoicnFwLTVjMWU5MCIsImF1ZCI6Imh0dHBzOi8vcGhvdG96LmV4YW1wbGUuY29tIiwiY2xpZW50X2l" \
	"kIjoiYy12aWV3ZXIiLCJqdGkiOiJycHQtMDAwMSIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDA" \
	"wNjAwfQ.5igWzWOOkuqKRv10gw_vX8OZMPp52isBbRjnE7Dhhb2fOVvEHDHpUbbH_xx13o2ahwWOGuJY" \
	"fGebfYYasgnQBQ"
#define WIRE_RPT_EDDSA \
	"eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSIsImtpZCI6IjZ6RVhwSjlkSnJZTm5VLTk1M1FsTnBq" \
	"Vk1pamE4VVNkSjRJbUU5NFpGNW8ifQ.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwic3ViI" \
	"joicnFwLTVjMWU5MCIsImF1ZCI6Imh0dHBzOi8vcGhvdG96LmV4YW1wbGUuY29tIiwiY2xpZW50X2lkI" \
	"joiYy12aWV3ZXIiLCJqdGkiOiJycHQtMDAwMSIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwN" \
	"jAwfQ.YvXMJdhZzkjySyRRfrzguDE7UcB-jg1Lo42e-08iieLbi9bigNW-vdN-qPqQV_mV-cCoE_kW2B" \
	"NEgbxuUjivBw"
#define WIRE_RPT_PERMISSIONS_CLAIMS \
	"{\"iss\":\"https://as.example.com\",\"sub\":\"rqp-5c1e90\",\"aud\":\"https://photoz" \
	".example.com\",\"client_id\":\"c-viewer\",\"jti\":\"rpt-0001\",\"iat\":1800000000,\"" \
	"exp\":1800000600,\"permissions\":[{\"resource_id\":\"r-photo1\",\"resource_scope" \
	"s\":[\"view\"],\"exp\":1800000600}]}"
#define WIRE_RPT_PERMISSIONS \
	"eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZDI1NTE5Iiwia2lkIjoiNnpFWHBKOWRKcllOblUtOTUzUWxO" \
	"cGpWTWlqYThVU2RKNEltRTk0WkY1byJ9.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwic3V" \
	"iIjoicnFwLTVjMWU5MCIsImF1ZCI6Imh0dHBzOi8vcGhvdG96LmV4YW1wbGUuY29tIiwiY2xpZW50X2l" \
	"kIjoiYy12aWV3ZXIiLCJqdGkiOiJycHQtMDAwMSIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDA" \
	"wNjAwLCJwZXJtaXNzaW9ucyI6W3sicmVzb3VyY2VfaWQiOiJyLXBob3RvMSIsInJlc291cmNlX3Njb3B" \
	"lcyI6WyJ2aWV3Il0sImV4cCI6MTgwMDAwMDYwMH1dfQ.M30na_JCqEEqFPNiLBn7N9YadEjkJSwW5Yy0" \
	"SzLCtXh9zHgSpqY8xDkT-VYgi2reNM9CtuskmFF1E7eEDUh5DQ"

/* A client that signs its assertions; its DPoP proof contains a key, and is not accepted as a
 * token. */
#define WIRE_CLIENT_X "CYeE3qz-okrDi7xotXLyQw55tee4nsLlX3TrouES2P4"
#define WIRE_CLIENT_KID "TIuiG29GJtFSu1tqeVq-a1NMZtaLTdiMwRcpHv_SeB0"
#define WIRE_ASSERTION \
	"eyJ0eXAiOiJKV1QiLCJhbGciOiJFZDI1NTE5Iiwia2lkIjoiVEl1aUcyOUdKdEZTdTF0cWVWcS1hMU5N" \
	"WnRhTFRkaU13UmNwSHZfU2VCMCJ9.eyJpc3MiOiJjLXNpZ25lZCIsInN1YiI6ImMtc2lnbmVkIiwiYXV" \
	"kIjoiaHR0cHM6Ly9hcy5leGFtcGxlLmNvbSIsImp0aSI6ImNhLTAwMDEiLCJpYXQiOjE4MDAwMDAwMDA" \
	"sImV4cCI6MTgwMDAwMDA2MH0.SSh4OqmTmVb5Bs_cJYqo7824pFBAhSmN9z28MFDTQSlqFOOyHGzbXdT" \
	"me42tDzvd1UJp8k2nWtdAN24sRK6RBQ"
#define WIRE_DPOP \
	"eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVkMjU1MTkiLCJqd2siOnsia3R5IjoiT0tQIiwiY3J2Ijoi" \
	"RWQyNTUxOSIsIngiOiJDWWVFM3F6LW9rckRpN3hvdFhMeVF3NTV0ZWU0bnNMbFgzVHJvdUVTMlA0In19" \
	".eyJqdGkiOiJkcC0wMDAxIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vYXMuZXhhbXBsZS5jb20" \
	"vdG9rZW4iLCJpYXQiOjE4MDAwMDAwMDB9.1mVzZ11RsOGWqt2MrVWhokawbaEf763Y808qOctS5RsQAO" \
	"c-ozFEV6Vn2XYoD1iFimvhHlERQl2R7OepcWsaCw"

/* An identity provider and its ID Token. */
#define WIRE_IDP_X "FOom4WtGW3di_BDgcRIRcxfoTAwhVOh0Kf00z_AbLTI"
#define WIRE_IDP_KID "xg7QbDXLebVwv3Bc-b-gG5d_tH0tfYwJjBvMmf28qKs"
#define WIRE_ID_TOKEN \
	"eyJ0eXAiOiJKV1QiLCJhbGciOiJFZDI1NTE5Iiwia2lkIjoieGc3UWJEWExlYlZ3djNCYy1iLWdHNWRf" \
	"dEgwdGZZd0pqQnZNbWYyOHFLcyJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI" \
	"6ImJvYi03NyIsImF1ZCI6WyJjLXZpZXdlciIsImh0dHBzOi8vYXMuZXhhbXBsZS5jb20iXSwiYXpwIjo" \
	"iYy12aWV3ZXIiLCJpYXQiOjE3OTk5OTk5OTAsImV4cCI6MTgwMDAwMDI5MCwiZW1haWwiOiJib2JAZXh" \
	"hbXBsZS5uZXQiLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.GSUadtBx7NCTyVu-Ama6eS9gxhIOjGztuqj" \
	"HF5WSR23AsH8qczEFiotSVuzQhpzjXin3BxKcg2WZNlhvNdXDBQ"

#endif
