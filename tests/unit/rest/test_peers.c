/* test_peers.c - where a request comes from: origins, proxies, hosts, rates. */
#include "items.h"

#include <platform/metrics.h>

static void a_preflight_is_answered_before_all_else(void **state)
{
	(void)state;
	assert_int_equal(send("OPTIONS", BASE "mine/",
			      WITH("Origin", "https://a.example",
				   "Access-Control-Request-Method", "GET"),
			      NULL), 200);
	assert_string_equal(answered("Access-Control-Allow-Origin"),
			    "https://a.example");
	assert_has(answered("Access-Control-Allow-Headers"), "idempotency-key");
	assert_string_equal(answered("Access-Control-Allow-Credentials"),
			    "true");
	assert_string_equal(answer_body(), "");
}

static void only_listed_origins_are_allowed(void **state)
{
	static const char *const bad[] = {
		"null", "https://a.example.evil.test", "http://a.example",
		"https://a.example:443", "https://A.example",
		"https://a.exampl",
		"https://a.example/", "https://xa.example", "", "*", ",",
		"https://a.example,https://b.example:8443",
		"https://b.example", "https://a.example https://evil.test",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(send("GET", BASE "items/",
				      WITH("Origin", bad[i]), NULL), 200);
		assert_null(answered("Access-Control-Allow-Origin"));
		assert_null(answered("Access-Control-Allow-Credentials"));
		send("OPTIONS", BASE "items/",
		     WITH("Origin", bad[i], "Access-Control-Request-Method",
			  "GET"), NULL);
		assert_null(answered("Access-Control-Allow-Origin"));
		assert_null(answered("Access-Control-Allow-Methods"));
	}
	assert_int_equal(send("GET", BASE "nothing/",
			      WITH("Origin", "https://b.example:8443"), NULL),
			 404);
	assert_string_equal(answered("Access-Control-Allow-Origin"),
			    "https://b.example:8443");
	assert_has(answered("Access-Control-Expose-Headers"), "Retry-After");
}

static void forwarded_headers_count_only_from_our_proxies(void **state)
{
	(void)state;
	send("GET", BASE "items/",
	     WITH("X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto",
		  "https", "X-Forwarded-Host", "evil.test", "X-Request-Id",
		  "mine"), NULL);
	assert_string_equal(sent.req.client_address, "192.0.2.7");
	assert_string_equal(absolute_url(&sent.req, "/x/"),
			    "http://shop.example/x/");
	assert_string_not_equal(answered("X-Request-Id"), "mine");
	send("GET", BASE "items/",
	     WITH("(peer)", "10.1.2.3", "X-Forwarded-For",
		  "198.51.100.1, 203.0.113.9, 10.9.9.9", "X-Forwarded-Proto",
		  "https", "X-Forwarded-Host", "www.shop.example",
		  "X-Request-Id", "trace-1.2_3"), NULL);
	assert_string_equal(sent.req.client_address, "203.0.113.9");
	assert_string_equal(absolute_url(&sent.req, "/x/"),
			    "https://www.shop.example/x/");
	assert_string_equal(answered("X-Request-Id"), "trace-1.2_3");
	send("GET", BASE "items/",
	     WITH("(peer)", "10.1.2.3", "X-Forwarded-For", "junk",
		  "X-Forwarded-Host", "a/b", "X-Request-Id", "a b"), NULL);
	assert_string_equal(sent.req.client_address, "10.1.2.3");
	assert_string_equal(sent.req.http.host, "shop.example");
	assert_int_equal(strlen(answered("X-Request-Id")), 36);
}

static void a_foreign_host_is_refused_when_hosts_are_listed(void **state)
{
	(void)state;
	assert_true(config_set("allowed_hosts", "shop.example, [::1]"));
	assert_int_equal(send("GET", BASE "items/", NULL, NULL), 200);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(host)", "SHOP.example:8000"), NULL), 200);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(host)", "[::1]:80"), NULL), 200);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(host)", "evil.test"), NULL), 400);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(host)", "shop.example.evil.test"), NULL),
			 400);
	assert_true(config_set("allowed_hosts", ""));
}

static void the_rate_moves_with_the_address_not_with_a_header(void **state)
{
	(void)state;
	assert_true(config_set("throttle_anon", "2/minute"));
	assert_int_equal(send("GET", BASE "items/", NULL, NULL), 200);
	assert_string_equal(answered("RateLimit-Limit"), "2");
	assert_string_equal(answered("RateLimit-Remaining"), "1");
	assert_int_equal(send("GET", BASE "items/", NULL, NULL), 200);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("X-Forwarded-For", "203.0.113.77"), NULL),
			 429);
	assert_string_equal(answered("RateLimit-Remaining"), "0");
	assert_string_equal(answered("Retry-After"), "30");
	assert_string_equal(answer_body(),
			    "{\"detail\":\"Request was throttled. Expected "
			    "available in 30 seconds.\",\"code\":"
			    "\"throttled\"}");
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(peer)", "192.0.2.8"), NULL), 200);
	assert_true(config_set("throttle_anon", ""));
}

static void an_ipv6_customer_has_one_rate_for_all_its_addresses(void **state)
{
	(void)state;
	assert_true(config_set("throttle_anon", "1/minute"));
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(peer)", "2001:db8:1:2::1"), NULL), 200);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(peer)", "2001:db8:1:2:ffff::9"), NULL),
			 429);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("(peer)", "2001:db8:1:3::1"), NULL), 200);
	assert_true(config_set("throttle_anon", ""));
}

static void an_account_has_one_rate_wherever_it_comes_from(void **state)
{
	(void)state;
	assert_true(config_set("throttle_user", "1/hour"));
	assert_int_equal(send("GET", BASE "mine/",
			      WITH("Authorization", customer), NULL), 200);
	assert_int_equal(send("GET", BASE "mine/",
			      WITH("Authorization", customer, "(peer)",
				   "198.51.100.9"), NULL), 429);
	assert_has(answer_body(), "in 3600 seconds");
	assert_int_equal(send("GET", BASE "mine/",
			      WITH("Authorization", staff), NULL), 200);
	assert_true(config_set("throttle_user", ""));
}

static void requests_are_counted_by_route_and_status(void **state)
{
	struct arena arena = {0};
	struct text text;

	(void)state;
	send("GET", BASE "items/1/", NULL, NULL);
	send("GET", BASE "no-such-thing-at-all/", NULL, NULL);
	text_init(&text, &arena, 1024);
	metrics_write(&text);
	assert_has(text.bytes,
		   "shopd_http_requests_total{route=\"/api/v1/items/{id}/\","
		   "method=\"GET\",status=\"200\"}");
	assert_has(text.bytes, "route=\"(none)\"");
	assert_null(strstr(text.bytes, "no-such-thing"));
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_preflight_is_answered_before_all_else),
		cmocka_unit_test(only_listed_origins_are_allowed),
		cmocka_unit_test(
			forwarded_headers_count_only_from_our_proxies),
		cmocka_unit_test(
			a_foreign_host_is_refused_when_hosts_are_listed),
		cmocka_unit_test(
			the_rate_moves_with_the_address_not_with_a_header),
		cmocka_unit_test(
			an_ipv6_customer_has_one_rate_for_all_its_addresses),
		cmocka_unit_test(
			an_account_has_one_rate_wherever_it_comes_from),
		cmocka_unit_test(requests_are_counted_by_route_and_status),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
