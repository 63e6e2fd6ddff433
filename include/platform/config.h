/* platform/config.h - every setting, read once before the workers start.
 * Order: built-in default, the file (conf/shopd.conf documents each key), the
 * environment (SHOPD_ and the key in upper case). */
#ifndef PLATFORM_CONFIG_H
#define PLATFORM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OIDC_SLOTS = 4 };

struct config {
	bool is_production; /* mode = production | development */
	/* server */
	const char *bind; /* numeric address */
	int64_t port;
	int64_t workers; /* 0: the cores of the cgroup, at least 2 */
	const char *public_url; /* for links in mails; "" from the request */
	const char *storefront_url; /* for links in feeds; "" public_url */
	const char *trusted_proxies; /* addresses, comma separated; "" none */
	const char *allowed_hosts;   /* comma separated; "" any */
	const char *cors_origins;    /* exact origins, comma separated */
	int64_t body_max;	      /* bytes, default of a route */
	int64_t request_timeout_ms;
	int64_t drain_timeout_ms;
	int64_t cache_bytes;	  /* a worker; 0 none */
	int64_t connections_max; /* a worker */
	bool seccomp; /* filter on */
	bool seccomp_tracing;
	const char *log_level; /* debug info warning error */
	/* database */
	const char *database_url;
	int64_t database_connections; /* a worker, quick lane */
	int64_t database_slow_connections;
	int64_t database_queue; /* the most that wait for a connection */
	int64_t database_timeout_ms; /* wait and answer, together */
	int64_t database_shapes;     /* assembled statements kept, a worker */
	bool database_prepare; /* off behind pgBouncer in transaction mode */
	/* auth */
	const char *token_keys; /* "kid:secret[,kid:secret]", the first signs */
	const char *data_keys;	/* the same form; the first seals, all open */
	int64_t access_token_seconds;
	int64_t refresh_token_seconds;
	int64_t step_up_seconds;
	bool cookie_secure; /* cookies of browsers: __Host-, over TLS only */
	bool staff_second_factor; /* no staff route without one */
	const char *webauthn_rp_id;   /* "" is the host of public_url */
	const char *webauthn_origins; /* exact, comma separated; "" public_url */
	int64_t password_reset_seconds;
	int64_t password_memory_kib;
	int64_t password_passes;
	int64_t password_threads; /* a worker */
	int64_t password_queue;
	/* social login */
	const char *social_redirect_uris; /* exact, comma separated */
	bool social_bare_tokens; /* {access_token}, {id_token}, {code} alone */
	const char *google_client_id; /* "" off */
	const char *google_client_secret;
	const char *google_issuer;
	const char *google_tokeninfo_url;
	const char *facebook_app_id; /* "" off */
	const char *facebook_app_secret;
	const char *facebook_graph_url;
	const char *facebook_dialog_url;
	struct oidc_slot {
		const char *name; /* "" off; in paths and session.method */
		const char *label; /* for people; "" is the name */
		const char *issuer;
		const char *client_id;
		const char *client_secret; /* "" for a public client */
		const char *scopes;	   /* separated by spaces */
	} oidc[OIDC_SLOTS];
	/* shop */
	bool demo; /* demo accounts with known passwords may be in the database */
	const char *shop_name;
	const char *currency; /* ISO 4217 */
	int64_t reservation_minutes;
	int64_t cart_days;
	int64_t changes_days; /* the delta feed goes back */
	bool review_moderation; /* a review waits for staff */
	/* privacy: days */
	int64_t erasure_days;	    /* in which it can be called off */
	int64_t erasure_order_days; /* that an open order delays it */
	int64_t export_days;	    /* that an archive is kept */
	int64_t retention_mail_days; /* 0 of these keeps for ever */
	int64_t retention_webhook_days;
	int64_t retention_job_days;
	int64_t retention_cart_days;
	int64_t retention_unverified_days;
	/* pictures */
	const char *media_storage; /* local s3 */
	const char *media_dir;
	const char *media_base_url; /* of the renditions; "" is /media/ here */
	int64_t media_upload_max;   /* bytes */
	int64_t media_pixels_max;
	int64_t media_side_max;
	int64_t media_frames_max;
	int64_t media_processes;  /* that decode at the same time */
	int64_t media_memory_mib; /* of one of them */
	int64_t media_seconds;
	int64_t media_unused_days; /* 0: kept for ever */
	const char *s3_url;
	const char *s3_bucket;
	const char *s3_region;
	const char *s3_access_key;
	const char *s3_secret_key;
	/* throttles: "N/second|minute|hour|day", "" off */
	const char *throttle_anon;
	const char *throttle_user;
	const char *throttle_key;
	const char *throttle_login;
	const char *throttle_register;
	/* stripe */
	const char *stripe_url; /* https://api.stripe.com or the emulator */
	const char *stripe_secret_key;
	const char *stripe_publishable_key;
	const char *stripe_webhook_secret;
	bool stripe_live; /* events must say the same livemode */
	bool stripe_manual_capture;
	/* mail */
	const char *smtp_url; /* smtp://host:port, smtps://; "" none */
	const char *smtp_user;
	const char *smtp_password;
	bool smtp_starttls;
	const char *mail_from;
	/* emulator (shopd emulate) */
	int64_t emulator_port;
	int64_t emulator_smtp_port;
	const char *emulator_webhook_url;
};
extern const struct config *const config;

/* file may be NULL. On false a sentence for each wrong value is on stderr. */
bool config_load(const char *file);
/* In production: no demo, default or short secret, no emulator; a sentence on
 * stderr for each that is wrong. True in development. */
bool config_is_safe(void);
/* Whether a provider in a slot may be called so: it is in paths, and beside
 * "password" and "google" in what is told of sessions. */
bool login_name_is_fine(const char *name);
/* conf/shopd.conf as the table says; `shopd config` prints it. */
void config_print(bool with_values);
/* For tests and commands: sets one key as a file would. */
bool config_set(const char *key, const char *value);

#endif
