/* webauthn_vectors.h - what authenticators have signed: the test vectors of W3C
 * WebAuthn Level 3 section 16, and recordings of real ones that py_webauthn
 * (duo-labs, BSD 3-clause) keeps in its tests. Data only; base64url. */
#ifndef WEBAUTHN_VECTORS_H
#define WEBAUTHN_VECTORS_H

#include <stdbool.h>
#include <stdint.h>

struct registration_vector {
	const char *of, *rp_id, *origin, *challenge, *client_data, *attestation;
	const char *credential_id;
	uint32_t sign_count;
};
struct assertion_vector {
	const char *of, *rp_id, *origin, *challenge, *key, *client_data;
	const char *authenticator_data, *signature;
	uint32_t sign_count;
	bool is_verified;
};

static const struct registration_vector registrations[] = {
	{"the specification, 16.2: none, ES256",
	 "example.org",
	 "https://example.org",
	 "AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA",
	 "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQU1NUHQ0VXh4R1RT"
	 "dG5jZHE0MTdZRHdCRmk4dnBJYS1wdzhvT3VWVzRUQSIsIm9yaWdpbiI6Imh0dHBzOi8v"
	 "ZXhhbXBsZS5vcmciLCJjcm9zc09yaWdpbiI6ZmFsc2UsImV4dHJhRGF0YSI6ImNsaWVu"
	 "dERhdGFKU09OIG1heSBiZSBleHRlbmRlZCB3aXRoIGFkZGl0aW9uYWwgZmllbGRzIGlu"
	 "IHRoZSBmdXR1cmUsIHN1Y2ggYXMgdGhpczogQmtRZURqZGNUQnJYQmlBd0pUTEU1USJ9",
	 "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikv6vDdDKViwYzYNOtZGHJxHNa5_jt"
	 "1GWSpeDwFFKy5LVZAAAAAIRGzLmrHbN0dQsjZ_9vOh8AIPkfOR20ybL94OpwGJy6P7Y_"
	 "V5umEiszrZT_PsMwCEvkpQECAyYgASFYIK_voW-XypstI-"
	 "uGzLZAmNINuQhWBi6yScM6m2cvJt9hIlggkwpWuHovymYzSwNFir-"
	 "HlxfBLMaO1zKQry4mZHlrkiA",
	 "-R85HbTJsv3g6nAYnLo_tj9Xm6YSKzOtlP8-wzAIS-Q",
	 0},
	{"the specification, 16.3: packed by the key itself, ES256",
	 "example.org",
	 "https://example.org",
	 "eGnCt3LUtY66k3jPjynibPk1qnffDaifqZwL3Ap29-U",
	 "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiZUduQ3QzTFV0WTY2"
	 "azNqUGp5bmliUGsxcW5mZkRhaWZxWndMM0FwMjktVSIsIm9yaWdpbiI6Imh0dHBzOi8v"
	 "ZXhhbXBsZS5vcmciLCJjcm9zc09yaWdpbiI6ZmFsc2UsImV4dHJhRGF0YSI6ImNsaWVu"
	 "dERhdGFKU09OIG1heSBiZSBleHRlbmRlZCB3aXRoIGFkZGl0aW9uYWwgZmllbGRzIGlu"
	 "IHRoZSBmdXR1cmUsIHN1Y2ggYXMgdGhpczogVTloVFh2S0UyVVJrTW5iXzB4WUhWZyJ9",
	 "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZyZjc2lnWEYwRAIgBnogdUq5JQBdvzeAl8kh"
	 "IAMVgccyKNH7T1uIG819qYMCIH_HsUdVjHwOujrxi9nRIfo9OibRf-PyICchePRztgBt"
	 "aGF1dGhEYXRhWKS_q8N0MpWLBjNg061kYcnEc1rn-"
	 "O3UZZKl4PAUUrLktV0AAAAA34UOCdtq-9-"
	 "rUWl3kVBs_AAgRV7zTiBDqH2z1K_rObvLbMMt-"
	 "TR8eJqGXs3KEpy-9YylAQIDJiABIVgg6xUcgXayJcxlFVn-zwevRQ_YWAIEZlazTBj2z"
	 "xk4Q8UiWCCSe4qkJ6K-G4g00jOi009h8Tv9RBGcMl1YluGD_uSE8g",
	 "RV7zTiBDqH2z1K_rObvLbMMt-TR8eJqGXs3KEpy-9Yw",
	 0},
	{"a security key, recorded: none, ES256",
	 "localhost",
	 "http://localhost:5000",
	 "TwN7n4WTyGKLc4ZY-qGsFqKnHM4nglqsyV0ICJlN2TO9XiRyFtrkaDwUvsql-"
	 "gkLJXP6fnF1MlrZ53Mm4R7Cvw",
	 "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiVHdON240V1R5R0tM"
	 "YzRaWS1xR3NGcUtuSE00bmdscXN5VjBJQ0psTjJUTzlYaVJ5RnRya2FEd1V2c3FsLWdr"
	 "TEpYUDZmbkYxTWxyWjUzTW00UjdDdnciLCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0"
	 "OjUwMDAiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	 "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVjESZYN5YgOjGh0NBcPZHZgW4_krrmi"
	 "hjLHmVzzuoMdl2NFAAAAFwAAAAAAAAAAAAAAAAAAAAAAQPctcQPE5oNRRJk_nO_371mf"
	 "7qE7qIodzr0eOf6ACvnMB1oQG165dqutoi1U44shGezu5_gkTjmOPeJO0N8a7P-"
	 "lAQIDJiABIVggSFbUJF-"
	 "42Ug3pdM8rDRFu_N5oiVEysPDB6n66r_7dZAiWCDUVnB39FlGypL-"
	 "qAoIO9xWHtJygo2jfDmHl-_eKFRLDA",
	 "9y1xA8Tmg1FEmT-c7_fvWZ_uoTuoih3OvR45_oAK-"
	 "cwHWhAbXrl2q62iLVTjiyEZ7O7n-CROOY494k7Q3xrs_w",
	 23},
};

static const struct registration_vector certified = {
	"a YubiKey, recorded: packed, with the maker's certificate",
 "localhost",
 "http://localhost:5000",
 "8LBCiOY3q1cBZHFAWtS4AZZChzGphy67lK7I70zKi4yC7pgrQ2Pch7nAjLk1wq9gresh"
	 "IAsW2AjibhXjjI0TmQ",
 "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiOExCQ2lPWTNxMWNC"
	 "WkhGQVd0UzRBWlpDaHpHcGh5NjdsSzdJNzB6S2k0eUM3cGdyUTJQY2g3bkFqTGsxd3E5"
	 "Z3Jlc2hJQXNXMkFqaWJoWGpqSTBUbVEiLCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0"
	 "OjUwMDAiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
 "o2NmbXRmcGFja2VkZ2F0dFN0bXSjY2FsZyZjc2lnWEcwRQIhAOfrFlQpbavT6dJeTDJS"
	 "CDzYSYPjBDHli2-syT2c1IiKAiAx5gQ2z5cHjdQX-jEHTb7JcjfQoVSW8fXszF5ihSge"
	 "OGN4NWOBWQLBMIICvTCCAaWgAwIBAgIEKudiYzANBgkqhkiG9w0BAQsFADAuMSwwKgYD"
	 "VQQDEyNZdWJpY28gVTJGIFJvb3QgQ0EgU2VyaWFsIDQ1NzIwMDYzMTAgFw0xNDA4MDEw"
	 "MDAwMDBaGA8yMDUwMDkwNDAwMDAwMFowbjELMAkGA1UEBhMCU0UxEjAQBgNVBAoMCVl1"
	 "YmljbyBBQjEiMCAGA1UECwwZQXV0aGVudGljYXRvciBBdHRlc3RhdGlvbjEnMCUGA1UE"
	 "AwweWXViaWNvIFUyRiBFRSBTZXJpYWwgNzE5ODA3MDc1MFkwEwYHKoZIzj0CAQYIKoZI"
	 "zj0DAQcDQgAEKgOGXmBD2Z4R_xCqJVRXhL8Jr45rHjsyFykhb1USGozZENOZ3cdovf5K"
	 "e8fj2rxi5tJGn_VnW4_6iQzKdIaeP6NsMGowIgYJKwYBBAGCxAoCBBUxLjMuNi4xLjQu"
	 "MS40MTQ4Mi4xLjEwEwYLKwYBBAGC5RwCAQEEBAMCBDAwIQYLKwYBBAGC5RwBAQQEEgQQ"
	 "bUS6m_bsLkm5MAyP6SDLczAMBgNVHRMBAf8EAjAAMA0GCSqGSIb3DQEBCwUAA4IBAQBy"
	 "V9A83MPhFWmEkNb4DvlbUwcjc9nmRzJjKxHc3HeK7GvVkm0H4XucVDB4jeMvTke0WHb_"
	 "jFUiApvpOHh5VyMx5ydwFoKKcRs5x0_WwSWL0eTZ5WbVcHkDR9pSNcA_D_5AsUKOBcbp"
	 "F5nkdVRxaQHuuIuwV4k1iK2IqtMNcU8vL6w21U261xCcWwJ6sMq4zzVO8QCKCQhsoIaW"
	 "rwz828GDmPzfAjFsJiLJXuYivdHACkeJ5KHMt0mjVLpfJ2BCML7_rgbmvwL7wBW80VHf"
	 "NdcKmKjkLcpEiPzwcQQhiN_qHV90t-"
	 "p4iyr5xRSpurlP5zic2hlRkLKxMH2_kRjhqSn4aGF1dGhEYXRhWMRJlg3liA6MaHQ0Fw"
	 "9kdmBbj-SuuaKGMseZXPO6gx2XY0UAAAA0bUS6m_bsLkm5MAyP6SDLcwBAsyGQPDZRUY"
	 "db4m3rdWeyPaIMYlbmydGp1TP_33vE_lqJ3PHNyTd0iKsnKr5WjnCcBzcesZrDEfB_RB"
	 "LFzU3k46UBAgMmIAEhWCBAX_i3O3DvBnkGq_uLNk_PeAX5WwO_MIxBp0mhX6Lw7yJYIO"
	 "W-1-Fch829McWvRUYAHTWZTx5IycKSGECL1UzUaK_8",
 "",
 0};

static const struct assertion_vector assertions[] = {
	{"the specification, 16.2: ES256",
	 "example.org",
	 "https://example.org",
	 "OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag",
	 "pQECAyYgASFYIK_voW-XypstI-"
	 "uGzLZAmNINuQhWBi6yScM6m2cvJt9hIlggkwpWuHovymYzSwNFir-"
	 "HlxfBLMaO1zKQry4mZHlrkiA",
	 "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiT2NEblVoUVh1bFRVUG8z"
	 "SlVYVDBJOTdwdnp6WUJQOXRaY2hYeWF2MDFBZyIsIm9yaWdpbiI6Imh0dHBzOi8vZXhh"
	 "bXBsZS5vcmciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	 "v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LUZAAAAAA",
	 "MEYCIQD1Ck4uRAkknEqFO6NhKC8JhB303UVHoTqHeAIY3v_NOAIhAISArA8Lk1OBdPV1"
	 "vxGh3V14xuSGAT-TcpXqE2U-Mx6H",
	 0,
	 false},
	{"the specification, 16.3: ES256",
	 "example.org",
	 "https://example.org",
	 "RHihCxNSNI3RYME1Ow1Gm12xnrkcJ_ffpv7Tn-Jq8gs",
	 "pQECAyYgASFYIOsVHIF2siXMZRVZ_s8Hr0UP2FgCBGZWs0wY9s8ZOEPFIlggknuKpCei"
	 "vhuINNIzotNPYfE7_UQRnDJdWJbhg_7khPI",
	 "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiUkhpaEN4TlNOSTNSWU1F"
	 "MU93MUdtMTJ4bnJrY0pfZmZwdjdUbi1KcThncyIsIm9yaWdpbiI6Imh0dHBzOi8vZXhh"
	 "bXBsZS5vcmciLCJjcm9zc09yaWdpbiI6ZmFsc2UsImV4dHJhRGF0YSI6ImNsaWVudERh"
	 "dGFKU09OIG1heSBiZSBleHRlbmRlZCB3aXRoIGFkZGl0aW9uYWwgZmllbGRzIGluIHRo"
	 "ZSBmdXR1cmUsIHN1Y2ggYXMgdGhpczogZ1RiNTNyejZFaFNXb21YR3ppbUMxUSJ9",
	 "v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LUJAAAAAA",
	 "MEQCIDMQuUMZA8QB8b4r3I0jpAB2gtu93PhGmUlHt_Rl2vhAAiBOlN0ABHsxYGGzuZdy"
	 "t-_ZWZSoPvWEs7a4Jeo1UCUbZg",
	 0,
	 false},
	{"recorded: ES256",
	 "localhost",
	 "http://localhost:5000",
	 "xi30GPGAFYRxVDpY1sM10DaLzVQG66nv-"
	 "_7RUazH0vI2YvG8LYgDEnvN5fZZNVuvEDuMi9te3VLqb42N0fkLGA",
	 "pQECAyYgASFYIIeDTe-gN8A-"
	 "zQclHoRnGFWN8ehM1b7yAsa8I8KIvmplIlgg4nFGT5px8o6gpPZZhO01wdy9crDSA_Ng"
	 "tkx0vGpvPHI",
	 "eyJjaGFsbGVuZ2UiOiJ4aTMwR1BHQUZZUnhWRHBZMXNNMTBEYUx6VlFHNjZudi1fN1JV"
	 "YXpIMHZJMll2RzhMWWdERW52TjVmWlpOVnV2RUR1TWk5dGUzVkxxYjQyTjBma0xHQSIs"
	 "ImNsaWVudEV4dGVuc2lvbnMiOnt9LCJoYXNoQWxnb3JpdGhtIjoiU0hBLTI1NiIsIm9y"
	 "aWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NTAwMCIsInR5cGUiOiJ3ZWJhdXRobi5nZXQi"
	 "fQ",
	 "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MBAAAATg",
	 "MEUCIGisVZOBapCWbnJJvjelIzwpixxIwkjCCb5aCHafQu68AiEA88v-"
	 "2pJNNApPFwAKFiNuf82-2hBxYW5kGwVweeoxCwo",
	 78,
	 false},
	{"recorded: RS256, user verified",
	 "localhost",
	 "http://localhost:5000",
	 "iPmAi1Pp1XL6oAgq3PWZtZPnZa1zFUDoGbaQ0_KvVG1lF2s3Rt_3o4uSzccy0tmcTIpT"
	 "TT4BU1T-I4maavndjQ",
	 "pAEDAzkBACBZAQDfV20epzvQP-HtcdDpX-cGzdOxy73WQEvsU7Dnr9UWJophEfpngouv"
	 "gnRLXaEUn_d8HGkp_HIx8rrpkx4BVs6X_B6ZjhLlezjIdJbLbVeb92BaEsmNn1HW2N9X"
	 "j2QM8cH-yx28_vCjf82ahQ9gyAr552Bn96G22n8jqFRQKdVpO-f-bvpvaP3IQ9F5LCX7"
	 "CUaxptgbog1SFO6FI6ob5SlVVB00lVXsaYg8cIDZxCkkENkGiFPgwEaZ7995SCbiyCpU"
	 "JbMqToLMgojPkAhWeyktu7TlK6UBWdJMHc3FPAIs0lH_2_2hKS-"
	 "mGI1uZAFVAfW1X-mzKL0czUm2P1UlUox7IUMBAAE",
	 "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiaVBtQWkxUHAxWEw2b0Fn"
	 "cTNQV1p0WlBuWmExekZVRG9HYmFRMF9LdlZHMWxGMnMzUnRfM280dVN6Y2N5MHRtY1RJ"
	 "cFRUVDRCVTFULUk0bWFhdm5kalEiLCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0OjUw"
	 "MDAiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	 "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
	 "iOHKX3erU5_OYP_r_9HLZ-CexCE4bQRrxM8WmuoKTDdhAnZSeTP0sjECjvjfeS8MJzN1"
	 "ArmvV0H0C3yy_FdRFfcpUPZzdZ7bBcmPh1XPdxRwY747OrIzcTLTFQUPdn1U-"
	 "izCZtP_78VGw9pCpdMsv4CUzZdJbEcRtQuRS03qUjqDaovoJhOqEBmxJn9Wu8tBi_Qx7"
	 "A33RbYjlfyLm_EDqimzDZhyietyop6XUcpKarKqVH0M6mMrM5zTjp8xf3W7odFCadXEJ"
	 "g-ERZqFM0-"
	 "9Uup6kJNLbr6C5J4NDYmSm3HCSA6lp2iEiMPKU8Ii7QZ61kybXLxsX4w4Dm3fOLjmDw",
	 1,
	 true},
	{"recorded: EdDSA",
	 "localhost",
	 "http://localhost:5000",
	 "eZ4eeA3O4jy5FIzqDaSJ6JDNGu0bBc5zI1DjQ_kLso1WNqkG6k5mCYf1dtQhVUiBWZWl"
	 "ZkzR5MFeeWCpJRUNXw",
	 "pAEBAycgBiFYIMz6_SUFLiDid2Yhlq0YboyJ-CDrIrNpkPUGmJp4D3Dp",
	 "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiZVo0ZWVBM080ank1Rkl6"
	 "cURhU0o2SkROR3UwYkJjNXpJMURqUV9rTHNvMVdOcWtHNms1bUNZZjFkdFFoVlVpQlda"
	 "V2xaa3pSNU1GZWVXQ3BKUlVOWHciLCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0OjUw"
	 "MDAiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	 "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MBAAAABw",
	 "RRWV8mYDRvK7YdQgdtZD4pJ2dh1D_IWZ_D6jsZo6FHJBoenbj0CVT5nA20vUzlRhN4R6"
	 "dOEUHmUwP1F8eRBhBg",
	 7,
	 false},
	{"recorded: ES256, user verified, counting seconds",
	 "localhost",
	 "http://localhost:5000",
	 "6zrSRX8CxwPSXEArXyXL2tpb6rB7Star0rLVIj5rvf74mZKF5ir715Xmgz5tA_GyHexN"
	 "4oXfrQ889ArVCLaRdA",
	 "pQECAyYgASFYIFm1Py-FzzFOuwXbRbTr95SiDxuB1BkZsEEJxFhquzqkIlggL1U1T713"
	 "Jo_2muzhXvpbwRNdoAs8CYK6PflvY1MBdCI",
	 "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiNnpyU1JYOEN4d1BTWEVB"
	 "clh5WEwydHBiNnJCN1N0YXIwckxWSWo1cnZmNzRtWktGNWlyNzE1WG1nejV0QV9HeUhl"
	 "eE40b1hmclE4ODlBclZDTGFSZEEiLCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0OjUw"
	 "MDAiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	 "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFYN-Mog",
	 "MEUCIQDBqeI274exaKWGQz37g7yo1--TVcZSCcYVftZ1AnEJkQIgNw-nlx-"
	 "_U9rVfFfER8oX6BlYZTuPFyGaL_wCDY23s0E",
	 1625263266,
	 true},
};

#endif
