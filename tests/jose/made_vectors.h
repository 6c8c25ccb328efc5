/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_JOSE_MADE_VECTORS_H
#define USHER_TESTS_JOSE_MADE_VECTORS_H

/* clang-format off */
/* Written by make_vectors.py; see there. */

/* RSA, key of RFC 7515, A.2: valid tokens. */
#define MADE_PS256 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.hr8PaTwkBg3mYManJAYJm0TFZFdTGGLeK7snBG1JkWruzRB7Ke_" \
	"l9V0W_l6tze0B7MFt1MYW7WgJj6S9yp2IBVXHttcPnPC5OkREuuac43qwc2sMLz49uKX16r_8TL6Iajt" \
	"ykmfYtEZVBaW9xevYVeqsxty8Md4M5A0ilNZB-9XquOYJLTQA__F6FYNXSW1Mq4oczWLytJn2J4pa9YH" \
	"5-pJeqBHy1Dz0GmvvyMfKCg7gZ03xzcaE0GoV2WeqCbsO02kGKyf38G0vbuC5QK43D5YH8STjY-Xd6nK" \
	"SDVIY06XHpgH_da_A1ZBxCZ5MG9E6XsAG0blTxtvxC4LVG7dEHw"
#define MADE_RS256_SMALL \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MCwianRpIjoiajAifQ.Lmf_nq68-VcGj8bp302w-7jElBPXclaBiOM1" \
	"KwQJb8EXbXj7ZL94AP_HHhTNmBiPbi4yj9tRwXbrczWiIfmJdmeD9Opo3kywDLXCLykZDbMTA9qkt1tc" \
	"ST6k3m8FGgnxREwowtDCvoTgNqa6uH3jcd_sHcsG5YqYQr65qraWOdjI0Yc75ShwSPexGhzItSXNJfjV" \
	"MGHKSufZjiFy1BLVIEiFIW_G9b6pW4Mt0FKjFucnghwHNPem9ob-acwwOtU36MiqPN06MmsiqEfJFTH0" \
	"r1Ag5Bqzpu2VBdzik6Atv3Dxbb3LArpUe8g5LWslnv7GvtGoc1ey8DNEnEZNTgI92Q"
/* The signatures above, with s encoded as s + n. */
#define MADE_RS256_PLUS_N \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MCwianRpIjoiajAifQ.0GAVqZGgwwtsXlQXRLAUMeRXEdIBVEamAN9L" \
	"UNCaEPf6-VIv_IUu62OklSa0FIy5Z4Tji2XgyhHHvp8rXrq8tbtxxQQhVdDVPKJTfw2ehRxsT8TnOC6I" \
	"WJRkQQNULQ2IALrEoj-AkUKDnjWnWURMaOGfq4sCHlLMb6G4F96RGCMjGfvTgv0qGJKP3uQjuqr5Ugg0" \
	"KQeLv-tsh2ZbwXeWMQ87aNBhmjbkRx-aayn4SBd35aeKm1QWZgGBDWKgZPScBEt-KM9zVIRrx_5PnF5L" \
	"xkUr3FBBQXkyHaAjBi-tR0mLhpbHriICACFFXDqbMjf8-tirwMcTX9FmfJqkGOgneg"
/* The same for PS256. */
#define MADE_PS256_SMALL \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MCwianRpIjoiajEifQ.JPpROwUguBmjKarWuvarMir-lOhDU2fvpbKD" \
	"PGmc4jIsZkLoe2e0QrUjbUFi1TkikLXaV--HOWSY4oDwMYKAEOtmSOGpVSPlsB7_q2v98kwQIr3mltRi" \
	"ijI1KlRIw0IvghcPhnC0SdOJkKVOy-gO3J4y3YO5ILpaeh_Yzqo_mfpchaD-iMlv4I7facun1xYOy7mS" \
	"f_iAVy1foN5zM1ZwW2lDoAZkUD0T6VsUUrxm8w4Q2ojg5qk9EXAc5v-4vm_WVbuMO_E_-iLAi7fkwYPV" \
	"0OUkpDLc2XOhv6CtCpHUGPYVXvtyJPlndkYGXL8_OOau_Fsh1afvmI41avUyP3TwVA"
#define MADE_PS256_PLUS_N \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MCwianRpIjoiajEifQ.xvJnRegEgc4I-DgEIFkOaFaREqZtNVgUHa6Z" \
	"YjYtg2kP8hwdEy1rLRkA5FNJUa1MigyLU3oWQf91Lep5bkOzUD9UGPthzKgK4AuQ-1CDabVpbqgpF6eO" \
	"mYf0jOiX1kXGPoWrZd9yHJEs-DQ7bK5305_ma0O0WYKOpwLXO9I6eES2zhWWJp4psCm-LpMC3Js698jx" \
	"eJ5BzDDymiNcILsxbC_552b-9LVO1PeA7ZO8JD5hPhRkTQWsgOqfipYo6I86cT5gJ-N5HDwJq25rSLAs" \
	"59ovnGhqc_8-12PtfSFToM6vd9Ru0GEU-p8Si460zB_lOGIlIxdQCCxXS0mJClrZ9Q"
/* A salt of another length. */
#define MADE_PS256_SALT_0 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.CBiW9qFOJmro27FsCVEuoXrfE2D_EioFYfHgdGsGbk8Yu5skiZ7" \
	"NX04UZ3hHCLiX7o3NSt-z0H1pzN8nNLYS-l9g4iQEIlNFgDNw56SmeMGTOlek8-WnCbG-E5V_EA82BOu" \
	"aStttsx728vUkFzNfckqxO3vNb_ExIyoGqPlQxrsByXVopeXve2DtEkC1vquKutk5Dy2RMM45rIeyPOk" \
	"GBzZl-baEJPT34PEMJ_jQJC25scscr6NergBhRhQynf_tz42CsyOU6AQmA9z2UrTrSPw9Gb-G2MmDJ0e" \
	"ODtoQTuE19kO3F7FB8a5uiGMlrUDI1DJTjH9Pp29QdIPyVTLt7w"
#define MADE_PS256_SALT_20 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.VCVWRU49dMTSZJOPQbPWdP4Ah-ffVJep6N114DngHVq-VcUUvKX" \
	"rkrLhxov51cUyjU_qiqzBbLgs5aPeBkohbru2QQqXeef_VKRVl3fBdBgGPClfXZI8z0UoregLHoVqVhm" \
	"VS48r7Xgp2WrlUZIfqZMjphLWgHXPD_zxEa2hghd8yl6DYSvOcDV_XcGP9FnSF3EtsRpUlgGz7exoKoX" \
	"2X4aJjqEkbdv8jVaA6SmcP-rLx1dKxrPWsgb5pBxLiKikKPXR5zg5pAoccWXXmdUuSoTFkSiy_4ShNYo" \
	"F16cNbX8VCSZENdiXovlyqR0a_L7KqZJihPm5cY3tAp1WMj8p5A"
#define MADE_PS256_SALT_222 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.UBbtRhzimAHTBG26l7gpKMuWS8EQOkYc6yuRqA_v1HyP4-a5TM3" \
	"AUkvi5EpyiYmkl-FEZQA3_whSHLrVw2MEFLrh28TU-x05OF9uwUDu4PJYCbV0BIdn_NaNHlDyR4d_S2w" \
	"p9suuv0ZoN46Et0olCqij6Y4_yMpLm64UStZiyR5aiqnNJksK2xoQMHEb1_ikFG8RUpTbJfU45WoBIUC" \
	"ubes1MJhDZ3tyQdSXoLjBCurA37cAac73GAr6xG5zSfK-EqRlNzXrEelL8MV3k18L1qxq_V-Fpw4i5A4" \
	"G_yxgEmPJ8MM_h9JVpKYnBJxQeR1pQkNlLCVRDMES-KxDY4SyGw"
/* Other hashes. */
#define MADE_PS256_MGF_SHA1 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.jFfj7DZctwXZBRWY1Hhi-aDeEZy_GNCrUBrY_GvGCzQMONm7Sbv" \
	"jK5F6F1vkgeubTohj2qYgbXWDHwQWTIv7mzGW6C3MO2QzXS19CHF6vR5h2Ai69LZpJTGnyazR-tHSlxH" \
	"vJsnuVrw_loVx2HFb_xObbdhdjgXVgdzc0eWWiTGRjxW1Kg8yFJcrgi4qpx7yMlstZQwwALimdNBreak" \
	"8iY37dnlpDT8EzkexmuNL4Sfr3Nf2tcnR0YtZj0HFJHtqWsqLVD_Te8KkX5BYZzDpE6SMBPPmQ2drhaf" \
	"rpVVYmk1GpJwTAcB7YdRpItpJuvICp6d4flqyDNap3rf4cANtOA"
#define MADE_PS256_SHA384 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.hPO1OeSPblnLe3Hv64ViaO4QicB47uRYLNkZ1WHisykaSROva8T" \
	"AmDt9qFT3OV_7S5R3FCdSLEA64yMKxPLwnvfCFdv1PCUOMV51zsL1u6XgxCiuEdYmSnbu72koXaPUxix" \
	"A6Cufe1Iph4DjsgW-_BjNPWNuHeSRGlZJx1mJV1QCFutZX-Hrsy9pCjxVBInozFB1bi98YlapR69rhYo" \
	"Zxpps_nWLfJfbiEny4g10hD4E7SudOhuo9aux0gb1Ogp3nq8fzTjc_Jnkt-YZ4GbAoNvDa5g_3mro-0q" \
	"0XVQK0qB2PqKCzqEiZDE4Dv5fnMCCdoRuzolxCnom41Y7assAxQ"
#define MADE_RS256_SHA1 \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.UrW6aX4nVZub3ZkNT5RghLtYjqvjcUWEyg1QJATDJUTrLD8Js_s" \
	"QnmbqgGYMJqiAK-7ucmkncN66ns_Rked3pMl9Iwq94_wqWui4kOO1RLMcziSzKgObyAf4HkM00bM48TK" \
	"ANqWAwu70p3kA3aWkF5moJwRaj0K7h12iMg7HNj-3xJZyuD4qoDVj9qddJy5wpmsMgR46hBMZZZhpu00" \
	"cKKwtVnVtyOuFL3LxlOq0kkRzT-c77ETWMXuEDdAb059NabvZe4jOdi_IDA-YjBwRNRd-qsix0ieDoyv" \
	"fPE2-cQgZTAZwnKmdTC5hEMnVHBZ_I2UNQ3cM84ygr0ueAok2LA"
#define MADE_RS256_SHA512 \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.cFVRWUpPWejpGCny_aUJh2-rp4eH6VLNNM4xCBGG1SvLY09Icou" \
	"72x2T-G8rtHQQYigmBjq1MagB8nysLl3UrM6hBIB_EVcmXDlMBgnDLXnBD-RR78etrmPsvqubQH2zCZS" \
	"XklqgRkQtkocytEMIamRfFyCYLLsHgIzxDSnEmCFjZhvOifCcEN2WvB-5Hb45ev3aupN7G2E0GqH2cuV" \
	"OX8dYlKomi7Wxw5RB6VNUaHeuseZ5PDbKbt2NpmPkAqpCwwnuy-Q0AjfzDds0zmwXLftKLw7g884qMb8" \
	"xc0y7ZTVWImaBAhpj9ZoesfEPllcPeccT2gXF_86r3jMRPUdIfw"
/* The header names one algorithm, the signature is of another. */
#define MADE_PS256_BY_RS256 \
	"eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.PnDVxcMHMYxcF32HnM1Fy7EHV884uTnL7EZh6bjQwLvdr5eZQSX" \
	"G82BWW8o5EsYGf9yUtO4x1XYHeDvu04nniQJF57A1EfVhACJI0H_0dpqnA_aQSCruQBL8b2VDSLVeM_e" \
	"Jalb7SAa84rNrCJu1e_ATNjPaMfPgI5xEmJM5GJIYwYdCRQIeoz-ym7ftJUME4iWLunzYijXKauJ1Z0t" \
	"3voEuPPXLjWYj7X6-gSRtVMmjWpWTRk7cDkFYGMsXlOqGY2FF45NL5GJRv2IzkFLjEPdA-CfOrssgFVk" \
	"leWdWqeM_QnJLjOqrN5UMKSXaImj7DtUqn-JtarKI3e65N_1XSw"
#define MADE_RS256_BY_PS256 \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.RQGUH-Nq35j3cneojXfjjbs_f79BhkmCkQeInQLScFsXGKsxtSF" \
	"1-l-mjFitiQFoQHrZ-N2ZymlJYNSRSbLiYHYvlhB7civ-30U6DwFPF_JKSOfNTTIumo33XEOQzWESgH2" \
	"X9VTwhtip3EPcgPbpcj7EC6McXS2wMV7EQysyoCA77b-MwprZzelZZDED4TYAGp1s8DVBnkPKheCoIZ3" \
	"gtsLtPIKkgFfTJ_ucWLxc6B1PtokeDAEOwY8q1RIbfGbfK1bbdjh4wHGPrMvhisDFycGUq3vesdto321" \
	"conewJUOcWleDExOMcODMVo3sdx60iplwKT0PLhhpytGfBJ5W5Q"
/* Valid signatures by algorithms that are not accepted. */
#define MADE_RS384 \
	"eyJhbGciOiJSUzM4NCJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.bD7Z9HQwmU6UAfONkCEvhyheA2MgIMTrHQzSAzuxMCPdKux3Pwj" \
	"S2s7_zCc20I6YRZvgJHYqOSu93-gWNRIK38Lvmn2vUmCBimJuX6DmNwJRNn2mxko2jRS6u_E--fTSwTd" \
	"q7NBYZ42nJCFuunlDyi5PcyMSSLjYqprFvWAhoGvJKCIiYo-uxMglxPY3hERrtjF7p2qfMiWQyDrnhwl" \
	"o6AjoM9y1j1gThsbqpEuOqnwgDGJ8FmG8I142HzeS62htbSj0Bmf3TQzaI5KWixmiQu4ybRrf5MnFDWz" \
	"ugVFBbHr1IdsPf9M4SAmE_2U9O8J1Aj-t1aUS2l25M8_ssSFxRg"
#define MADE_RS512 \
	"eyJhbGciOiJSUzUxMiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.SzjILaHfok5Z7uyuonloeNe8oMobX5HvOXi_MXK1-Ucx6xogUoB" \
	"pTRcnV6sSE3dsVmCuAadsa9SN0wW2CNFgNcqCsnu-1R9-bT_wLFsoByLZ2ytXjtF-4q7tAiZ91LTG_lX" \
	"XINJzd1ntRLp3VPSReS22xWJ2k3DshYMD4Rol_Zn_6dBomp5krad7L2NCyUUArQC9EXHh1Q3lYeVoZXF" \
	"UVCAURwKmVLbWk-lo64oVRQHs_u7Fg0NN8q-7aCditCFdGKoAJo6J11PV6ySxMuQrB-7Wd1WUALh-ufK" \
	"uN8aI8mNw2xPUcUlBdpdS79RVIu8TCM8GsvGPxVNu-_fLtGFvvg"
#define MADE_RS1 \
	"eyJhbGciOiJSUzEifQ.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi03N" \
	"yIsImV4cCI6MTgwMDAwMDI5MH0.S3wxLR1j7B5JCtVmoA-HglOxgx0dsRWkEt5bpi-khER3EFbZMlGFu" \
	"bDaD8t72EpnnHZjdvhFGvt5pCCgNPRr6qoYuEAd-M8dCEtjgo_tYBjsVOz6dUNlVr-eiL-t2D2M1IGSv" \
	"EyLIsnm2H6qo6f0EcHLZbVLui_cfon6Tk6WRY-ij6Tf_8cdBTyAIIgVa0FXXDadMCx_3OL5K_PF32pW7" \
	"vmi5CubmmIJLRrxQ7K7ZbdQjFQbMvyBjwcQqipC0IO0GLCJHB-4sITf0cxGVzYKzdgilj6s-jZwKHKry" \
	"h8zwoPqNH9ATpfU6nhHBNoTQTcNDvOGqS5gBnQiI6FEz6oP2w"

/* HMACs whose secret is a public key in some form, or empty. */
#define MADE_HMACS \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.AwFFV1wz7VhNkyfwJ3resVaK6i3aNrwgkn-p3Py04Z8", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.KG0HheDk5FYwQHcRO0OgZI3AdQXbun7LA7jpQXYJ6YY", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.rF5s8wjv9RQLFyZFPXaC26L0aCqNOWva8C_AAYOEYnE", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.fdo03iSkPzKG59lOD1L56Zudq6oA5Cf_sSwvEUTJ3y8", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.IVcNkh7TXdo1ck00n9qe805UQsCrQ685Gp5rNUzcKNI", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.qAGKmS-sHQGaw-NJ1EbFrT6AixS8KDepi9IuYCK-qMQ", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.r8Jm00k64NIFRfTdBTfr_tesav2UEgC9VhQhA8PW1JE", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.xarm22Yw4AJwa9tCs_7MRw1LKuQKySbfRThuM955f-U", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.NCKH6OXZrvWKKfqE4Y83ic2NETzYzDGDkHZpjDJarpg", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.gvskrkdkRSou701-pJAYW4ZCG_Eyw4jK_Yg-JEVjG_U", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.fATtjFA4GQKKPKjp80zZPJjIre0pkjnpbqGQrPv8t2s", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.qFU5i9gK-x0MfDNqsE2RCsDVUUSQEs-7oU6suWDHM5E", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.KuS6_dLECT9m6Uyb5WaGgvwdS_KLtF3q4Hwe9KtiASc", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.Gh0KSq5YW-5QDzjUMY7YHnnHMmgH-Hlf8pjLrA6fvSk", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.hc4QjRu2y1CZxqxYLyOxY29Ip55kwmbOx7nZnurfyNs", \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.mkry3Jj5fouDaEZrYjpxQXC9xz4ABFnp61cGQviVdis", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.IFzPk3yNtGuqCUCYvdVsc2C05C9terJBBmsi8ocS6U8", \
	"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.6_Qykdx86QrQf4f6iOMrOkiocMDYArPDwAp33LkXbi2ETmlWjBO" \
	"engstuqel6SS7DYI-JWrPP9JbbcGdq4Jtvw", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.UZfoXa-xMSugu65XeoohdEw9VHYFzHkfjLZDzCZUfgc", \
	"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.KGqaORGJPTtboL5d4_b5Y9_8fL0Fk6pDJIUC4MkQPgHi4cO2sTY" \
	"QvwyZU_D4WEg984KFArpjwSpakKnoCJuW5w", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.4yPDpIPyShIERfHQa19Fiu1Jfl6j_ebYebx1wYsrWyg", \
	"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.cXGixn9t4GU8jGYvqlOTBZnBZTTFwS2edGelLnzGu63P5PKNEVn" \
	"6tfBJ1WKGpBAwYIzbkrsLFWgGcRZc8gozpQ", \
	"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.4yPDpIPyShIERfHQa19Fiu1Jfl6j_ebYebx1wYsrWyg", \
	"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.cXGixn9t4GU8jGYvqlOTBZnBZTTFwS2edGelLnzGu63P5PKNEVn" \
	"6tfBJ1WKGpBAwYIzbkrsLFWgGcRZc8gozpQ", \
	"eyJhbGciOiJIUzM4NCJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.i0-cZrEngJ8jTzbQWDnBu4wD2WpnEbLwJy-KRN6l60fj9pX7EAy" \
	"U0rlT2-ZKaRIi", \
	"eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.IEBx85kPhTsimQ2hknfcEV95410BugWson0o_LzlwNN1Zo2Rxbo" \
	"jn33SBGo6uDPGNJVye8qtoywUyZyeh8tPLA", \
	"eyJhbGciOiJoczI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.i1xHRX4Mx6kcCLB2AnSHZcfrHJLgsGWWLpgTXf181nk"

/* ECDSA, key of RFC 7515, A.3: valid tokens. */
#define MADE_ES256 \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.ccrgTKsUWEPrHVbPjA7FcJ85apin5DR-2D_hrdLtPkuDFSrIBfe" \
	"erSuA-86w1FbJwCyY5aig1TnsARUVMTG3Pw"
/* r, then s, begins with a zero byte. */
#define MADE_ES256_SHORT_R \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.AHYoxzczivhYxXdJxl8TnX01AsriCi-TceDrlmvkqD9HaTdOCCv" \
	"Zuk487jf6-AFXr3rcvVplwbUJVh-bvefmGA"
#define MADE_ES256_SHORT_S \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.OmwUAmjXv65PT7k9CBn2TDvC2nVFzAXc429hRYo3T4wAtYU-ZQb" \
	"uAvABbQ1Xh7UQn5Atqo7FLMljh3X6fgztwQ"
/* In DER, with another hash, under another name. */
#define MADE_ES256_DER \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.MEYCIQCzU_gA0Wuyfnaa_-ktBXHp-ugjleVrEYZYep2EsAHxVwI" \
	"hAIc5Ka82AzdzFIXyRLcVGwAfNB0CbYC-7oQbwZI-cdyf"
#define MADE_ES256_SHA512 \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvYi0" \
	"3NyIsImV4cCI6MTgwMDAwMDI5MH0.PsIyKSqNp7_FYJtZHgCe3bkrTIRVv6Q8X3H1AJ0rLM8QEqRU0sm" \
	"yKyXnTqaDw_enWx7XORIl3UmCzPzpg6PXVA"
#define MADE_ES256K \
	"eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm5ldCIsInN1YiI6ImJvY" \
	"i03NyIsImV4cCI6MTgwMDAwMDI5MH0.2gKHUtxAWGxe4MduNB0MMorCNvfTW61FzaabqF_aQE65uWCe2" \
	"qywQmQun0nFNppb23is_eHWOeG517fIUQOpQA"
/* A point of P-256, and x as x + p. */
#define MADE_P256_SMALL_X "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAU"
#define MADE_P256_SMALL_X_Y "RZJDuapYGAb-kTvOmYF63hHKUDxk2aPFM0FcCDJI-8w"
#define MADE_P256_SMALL_X_PLUS_P "_____wAAAAEAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAQ"

/* Ed25519: all encodings of the points of small order. */
#define MADE_ED25519_SMALL \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA", \
	"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA", \
	"JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU", \
	"JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU", \
	"xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o", \
	"xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o", \
	"7P_______________________________________38", \
	"7P________________________________________8", \
	"7f_______________________________________38", \
	"7f________________________________________8", \
	"7v_______________________________________38", \
	"7v________________________________________8"
/* Points that are encoded with y + p. */
#define MADE_ED25519_WIDE \
	"8P_______________________________________38", \
	"8P________________________________________8", \
	"8f_______________________________________38", \
	"8f________________________________________8", \
	"8v_______________________________________38", \
	"8v________________________________________8", \
	"8________________________________________38", \
	"8_________________________________________8", \
	"9v_______________________________________38", \
	"9v________________________________________8", \
	"9________________________________________38", \
	"9_________________________________________8", \
	"-________________________________________38", \
	"-_________________________________________8", \
	"_P_______________________________________38", \
	"_P________________________________________8", \
	"_f_______________________________________38", \
	"_f________________________________________8", \
	"_________________________________________38", \
	"__________________________________________8"
/* Values that are not points. */
#define MADE_ED25519_OFF \
	"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"CwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"DQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", \
	"FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
/* The key of RFC 8037 plus each point of small order (CVE-2025-69277). */
#define MADE_ED25519_MIXED \
	"kVgxKpqNbjs0yJHW1hRE-LghHFEX660VvbC9aLB-AkU", \
	"rTio8LIqt8pG7O57vvErXzNsGCZS-sNDkvhZ29lman0", \
	"O1tHXEuC3RVyeZ_FRvTGwD5HjGZUqkx_lFs0fqMq9g0", \
	"FqVn_n1O9UgqtAEsNpv4xfEejQwlWdzaUP3llwj4ruU", \
	"XKfO1WVykcTLN24pKeu7B0fe467oFFLqQk9Cl0-B_bo", \
	"QMdXD03VSDW5ExGEQQ7UoMyT59mtBTy8bQemJCaZlYI", \
	"sqS4o7R9IuqNhmA6uQs5P8G4c5mrVbOAa6TLgVzVCfI"

#endif
