/* settings.c - every setting: its key, type, default, range and sentence. */
#include "settings.h"

#define AT(member) offsetof(struct config, member)
#define TEXT(member, fallback, help)                                        \
	{#member, SETTING_TEXT, AT(member), fallback, 0, 4096, NULL, false, \
	 help, NULL}
#define SECRET(member, fallback, help)                                     \
	{#member, SETTING_TEXT, AT(member), fallback, 0, 4096, NULL, true, \
	 help, NULL}
#define INT(member, fallback, min, max, help)                                \
	{#member, SETTING_INT, AT(member), fallback, min, max, NULL, false, \
	 help, NULL}
#define BOOL(member, fallback, help)                                     \
	{#member, SETTING_BOOL, AT(member), fallback, 0, 0, NULL, false, \
	 help, NULL}
#define RATE(member, fallback, help)                                     \
	{#member, SETTING_RATE, AT(member), fallback, 0, 0, NULL, false, \
	 help, NULL}
/* One OpenID provider of any name. */
#define OIDC_KEY(n, member) "oidc" #n "_" #member
#define OIDC_TEXT(n, member, fallback, max, help)                       \
	{OIDC_KEY(n, member), SETTING_TEXT, AT(oidc[(n) - 1].member),   \
	 fallback, 0, max, NULL, false, help, NULL}
#define OIDC(n)                                                          \
	OIDC_TEXT(n, name, "", 32,                                       \
		  "Name in paths, of a-z, 0-9, - and _, such as keycloak; " \
		  "empty is off."),                                      \
	OIDC_TEXT(n, label, "", 64, "Its name for people."),             \
	OIDC_TEXT(n, issuer, "", 512,                                    \
		  "Issuer; /.well-known/openid-configuration is below it."), \
	OIDC_TEXT(n, client_id, "", 512, "Our client id there."),        \
	{OIDC_KEY(n, client_secret), SETTING_TEXT,                       \
	 AT(oidc[(n) - 1].client_secret), "", 0, 4096, NULL, true,       \
	 "Its secret; empty for a public client.", NULL},                \
	OIDC_TEXT(n, scopes, "openid email profile", 512,                \
		  "Scopes to ask for, separated by spaces.")
/* The first of a section. */
#define SECTION(title, key, type, member, fallback, words, help)         \
	{key, type, AT(member), fallback, 0, 4096, words, false, help, title}

const struct setting settings[] = {
	SECTION("Server", "mode", SETTING_MODE, is_production, "development",
		NULL,
		"production refuses to start on demo data, short or default "
		"secrets and the emulator."),
	TEXT(bind, "127.0.0.1", "Numeric address to listen on."),
	INT(port, "8000", 1, 65535, "Port to listen on."),
	INT(workers, "0", 0, 64,
	    "Worker processes; 0 takes the cores of the cgroup, at least 2."),
	TEXT(public_url, "",
	     "Origin for links in mails, such as https://shop.example; empty "
	     "takes the request's."),
	TEXT(storefront_url, "",
	     "Origin of the storefront, whose /products/SLUG feeds and sitemaps "
	     "link to; empty takes public_url."),
	TEXT(trusted_proxies, "",
	     "Addresses whose X-Forwarded-* headers count, comma separated."),
	TEXT(allowed_hosts, "",
	     "Host names that are answered, comma separated; empty takes any."),
	TEXT(cors_origins, "",
	     "Origins that browsers may call from, comma separated, exact."),
	INT(body_max, "1048576", 1024, 104857600,
	    "Bytes of a request body, unless its route has its own limit."),
	INT(request_timeout_ms, "15000", 100, 600000,
	    "Milliseconds until a request that waits is given up."),
	INT(drain_timeout_ms, "20000", 0, 600000,
	    "Milliseconds that running work may take after SIGTERM."),
	INT(cache_bytes, "67108864", 0, 68719476736,
	    "Bytes of public answers that a worker keeps in memory; 0 keeps "
	    "none."),
	INT(connections_max, "4096", 16, 65536, "Client connections a worker."),
	BOOL(seccomp, "on", "Filter system calls in the workers."),
	BOOL(seccomp_tracing, "off",
	     "Log system calls that the filter would refuse."),
	{"log_level", SETTING_WORD, AT(log_level), "info", 0, 0,
	 "debug info warning error", false,
	 "Least level that is logged: debug, info, warning or error.", NULL},

	SECTION("Database", "database_url", SETTING_TEXT, database_url,
		"postgresql:///shopd", NULL,
		"Connection URL of PostgreSQL, as libpq takes it."),
	INT(database_connections, "4", 1, 64,
	    "Connections a worker for quick statements."),
	INT(database_slow_connections, "1", 1, 16,
	    "Connections a worker for slow statements."),
	INT(database_queue, "256", 1, 65536,
	    "Requests a worker that may wait for a connection; past them 503."),
	INT(database_timeout_ms, "2000", 10, 600000,
	    "Milliseconds for a statement, with the wait for a connection."),
	INT(database_shapes, "512", 16, 2048,
	    "Filtered and cut statements a worker keeps prepared on each "
	    "connection; the longest unused makes room."),
	BOOL(database_prepare, "on",
	     "Prepare statements; off behind pgBouncer in transaction mode."),

	SECTION("Accounts", "token_keys", SETTING_TEXT, token_keys,
		"dev:development-only-secret-never-in-production", NULL,
		"Keys of access tokens, kid:secret[,kid:secret]; the first "
		"signs, all verify. At least 32 characters each."),
	SECRET(data_keys, "dev:development-only-secret-never-in-production",
	       "Keys of secrets that are sealed in the database, "
	       "kid:secret[,kid:secret]; the first seals, all open. At least "
	       "32 characters each; without them second factors are lost."),
	INT(access_token_seconds, "600", 10, 86400,
	    "Life of an access token."),
	INT(refresh_token_seconds, "1209600", 60, 31536000,
	    "Life of a refresh token."),
	INT(step_up_seconds, "600", 30, 86400,
	    "Seconds after a password or second factor in which a session may "
	    "refund, export and change rights; then it is asked again."),
	BOOL(cookie_secure, "on",
	     "Cookies of browser sessions are named __Host- and travel over "
	     "TLS only; off for development on plain HTTP. Production refuses "
	     "off."),
	BOOL(staff_second_factor, "on",
	     "Staff without a second factor may only enrol one; production "
	     "refuses off."),
	TEXT(webauthn_rp_id, "",
	     "Domain that passkeys belong to, such as shop.example; empty is the "
	     "host of public_url. Changing it makes all passkeys useless."),
	TEXT(webauthn_origins, "",
	     "Origins of the pages that ask for passkeys, comma separated, exact; "
	     "empty is public_url."),
	INT(password_reset_seconds, "600", 60, 86400,
	    "Life of a link to set a new password."),
	INT(password_memory_kib, "19456", 19456, 1048576,
	    "Memory of one Argon2id hash, in KiB."),
	INT(password_passes, "2", 2, 32, "Passes of one Argon2id hash."),
	INT(password_threads, "1", 1, 16, "Threads a worker that hash."),
	INT(password_queue, "32", 1, 4096,
	    "Passwords a worker that may wait for a thread; past them 503."),

	SECTION("Social login", "social_redirect_uris", SETTING_TEXT,
		social_redirect_uris, "", NULL,
		"Pages of the front-end that providers may send the browser "
		"back to, comma separated, exact; the first is the default."),
	BOOL(social_bare_tokens, "on",
	     "Also take access_token, id_token or code alone, as dj-rest-auth "
	     "does, once proved to be issued to this shop."),
	TEXT(google_client_id, "", "Google's client id; empty is off."),
	SECRET(google_client_secret, "", "Its secret."),
	TEXT(google_issuer, "https://accounts.google.com",
	     "Google's issuer; another one in tests."),
	TEXT(google_tokeninfo_url, "https://oauth2.googleapis.com/tokeninfo",
	     "Where Google tells whose an access token is."),
	TEXT(facebook_app_id, "", "Facebook's app id; empty is off."),
	SECRET(facebook_app_secret, "", "Its secret."),
	TEXT(facebook_graph_url, "https://graph.facebook.com/v19.0",
	     "Facebook's Graph API, with its version."),
	TEXT(facebook_dialog_url, "https://www.facebook.com/v19.0/dialog/oauth",
	     "Where Facebook asks the person."),
	OIDC(1),
	OIDC(2),
	OIDC(3),
	OIDC(4),

	SECTION("Shop", "shop_name", SETTING_TEXT, shop_name, "Demo Shop",
		NULL, "Name of the shop, in mails."),
	BOOL(demo, "off",
	     "The database holds demo accounts with known passwords."),
	{"currency", SETTING_CURRENCY, AT(currency), "EUR", 0, 0, NULL, false,
	 "Currency of the shop, ISO 4217.", NULL},
	INT(reservation_minutes, "15", 1, 1440,
	    "Minutes that a checkout holds its goods."),
	INT(cart_days, "30", 1, 3650, "Days until an idle cart is removed."),
	INT(changes_days, "30", 1, 3650,
	    "Days that the delta feed catalog-changes/ goes back."),
	BOOL(review_moderation, "on",
	     "Show a review only when staff have accepted it."),

	{"erasure_days", SETTING_INT, AT(erasure_days), "7", 0, 30, NULL,
	 false,
	 "Days in which a customer who asked to be erased may call it off; 0 "
	 "erases at once.",
	 "Privacy"},
	INT(erasure_order_days, "90", 0, 3650,
	    "Days after which an order that was not sent no longer delays an "
	    "erasure."),
	INT(export_days, "7", 1, 90,
	    "Days that an archive of somebody's data can be fetched."),
	INT(retention_mail_days, "180", 0, 3650,
	    "Days until it is forgotten which mails were sent to whom; 0, here "
	    "and below, keeps it."),
	INT(retention_webhook_days, "30", 0, 3650,
	    "Days until the words of a payment provider's event are emptied."),
	INT(retention_job_days, "90", 0, 3650,
	    "Days until a job on the dead shelf is removed."),
	INT(retention_cart_days, "30", 0, 3650,
	    "Days until addresses are taken out of carts that were ordered, "
	    "and out of orders that were never paid."),
	INT(retention_unverified_days, "180", 0, 3650,
	    "Days until an account is erased that never proved its address, "
	    "ordered nothing and was not used."),

	{"media_storage", SETTING_WORD, AT(media_storage), "local", 0, 0,
	 "local s3", false,
	 "Where pictures are kept: local (media_dir) or s3 (s3_url).",
	 "Pictures"},
	TEXT(media_dir, "var/media",
	     "Folder of the pictures, made when it is missing."),
	TEXT(media_base_url, "",
	     "Where browsers find the renditions, ending in /, such as a CDN's "
	     "https://img.shop.example/public/; empty is /media/ of this server."),
	INT(media_upload_max, "20971520", 1024, 104857600,
	    "Bytes of an uploaded picture."),
	INT(media_pixels_max, "50000000", 1, 1000000000,
	    "Pixels of an uploaded picture, looked at before it is decoded."),
	INT(media_side_max, "16384", 1, 65535,
	    "Pixels of its longer side."),
	INT(media_frames_max, "200", 1, 100000,
	    "Frames of an animation; the first is shown."),
	INT(media_processes, "1", 1, 16,
	    "Processes that decode pictures at the same time."),
	INT(media_memory_mib, "1024", 64, 65536, "Memory of one of them, MiB."),
	INT(media_seconds, "20", 1, 600, "Seconds that one picture may take."),
	INT(media_unused_days, "0", 0, 3650,
	    "Days until a picture that no product shows is removed; 0 keeps it."),
	TEXT(s3_url, "",
	     "Endpoint of an S3-compatible storage, such as "
	     "https://s3.eu-central-1.amazonaws.com."),
	TEXT(s3_bucket, "", "Its bucket, addressed by path."),
	TEXT(s3_region, "us-east-1", "Its region, which signatures name."),
	TEXT(s3_access_key, "", "Access key."),
	SECRET(s3_secret_key, "", "Secret key."),

	SECTION("Throttles, N/second, N/minute, N/hour or N/day; empty is off",
		"throttle_anon", SETTING_RATE, throttle_anon, "6000/minute",
		NULL, "Requests of one address without an account."),
	RATE(throttle_user, "6000/minute", "Requests of one account."),
	RATE(throttle_key,
	     "6000/minute", "Requests of one API key that has no rate of its own."),
	RATE(throttle_login, "10/minute", "Logins of one address."),
	RATE(throttle_register, "20/hour", "Registrations of one address."),

	SECTION("Stripe", "stripe_url", SETTING_TEXT, stripe_url,
		"http://127.0.0.1:8010", NULL,
		"https://api.stripe.com, or the emulator."),
	SECRET(stripe_secret_key, "sk_test_emulator", "Secret API key."),
	TEXT(stripe_publishable_key, "pk_test_emulator",
	     "Publishable key, given to browsers."),
	SECRET(stripe_webhook_secret, "whsec_emulator",
	       "Signing secret of the webhook endpoint."),
	BOOL(stripe_live, "off", "Accept live events rather than test ones."),
	BOOL(stripe_manual_capture, "off",
	     "Only authorise at checkout; staff captures."),

	SECTION("Mail", "smtp_url", SETTING_TEXT, smtp_url,
		"smtp://127.0.0.1:8025", NULL,
		"smtp://host:port or smtps://host:port; empty sends none."),
	TEXT(smtp_user, "", "Login name; empty for none."),
	SECRET(smtp_password, "", "Password of smtp_user."),
	BOOL(smtp_starttls, "off", "Demand STARTTLS on smtp://."),
	TEXT(mail_from, "shop@example.com", "Sender of all mail."),

	SECTION("Emulator (shopd emulate)", "emulator_webhook_url",
		SETTING_TEXT, emulator_webhook_url,
		"http://127.0.0.1:8000/api/v1/gateways/stripe/webhooks/", NULL,
		"Where the emulator sends its webhooks."),
	INT(emulator_port, "8010", 1, 65535, "Port of the emulated providers."),
	INT(emulator_smtp_port, "8025", 1, 65535, "Port of the mail catcher."),
	{0},
};
