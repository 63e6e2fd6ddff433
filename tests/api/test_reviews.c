/* test_reviews.c - what customers say of products: one each, moderated,
 * voted on, and summed up exactly, also by many at once. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>

enum { CROWD = 50 };

static const struct caller *staff(void)
{
	static struct caller caller = {.key = ""};

	caller.bearer = the_staff();
	return &caller;
}

static const char *a_product(void)
{
	static unsigned number;
	const char *name = fmt("reviewed-%u", number++);

	return text_at(
		askf(201, "POST", "/api/v1/admin/products/", staff(),
		     "{\"name\":\"%s\",\"slug\":\"%s\",\"sku\":\"%s\",\"price\":"
		     "\"5.00\",\"status\":\"published\",\"stock_on_hand\":9}",
		     name, name, name),
		"slug");
}

static struct caller a_member(void)
{
	return (struct caller){.bearer = a_customer(), .key = ""};
}

static const char *reviews_of(const char *product)
{
	return fmt("/api/v1/products/%s/reviews/", product);
}

static const char *a_review(const char *product, const struct caller *author,
			    int stars)
{
	return text_at(askf(201, "POST", reviews_of(product), author,
			    "{\"rating\":%d,\"title\":\"So\",\"body\":\"It is "
			    "%d\"}", stars, stars),
		       "id");
}

static struct answer *judge(int status, const char *review, const char *how,
			    const char *body)
{
	return ask(status, "POST",
		   fmt("/api/v1/admin/reviews/%s/%s/", review, how), staff(),
		   body);
}

static void a_review_is_shown_and_counted_when_it_is_accepted(void **state)
{
	const char *product = a_product();
	struct caller author = a_member();
	const char *review = a_review(product, &author, 4);
	struct answer *answer;

	(void)state;
	assert_int_equal(int_at(ask(200, "GET", reviews_of(product), &nobody,
				    NULL), "count"), 0);
	answer = judge(200, review, "accept", NULL);
	assert_string_equal(text_at(answer, "state"), "accepted");
	answer = ask(200, "GET", reviews_of(product), &nobody, NULL);
	assert_int_equal(int_at(answer, "count"), 1);
	assert_string_equal(text_at(answer, "results.0.body"), "It is 4");
	assert_null(node_at(answer, "results.0.account"));
	answer = ask(200, "GET", fmt("/api/v1/products/%s/", product), &nobody,
		     NULL);
	assert_string_equal(text_at(answer, "rating_average"), "4.00");
	assert_int_equal(int_at(answer, "rating_count"), 1);
	judge(200, review, "reject", "{\"reason\":\"not about it\"}");
	answer = ask(200, "GET", fmt("/api/v1/products/%s/", product), &nobody,
		     NULL);
	assert_int_equal(int_at(answer, "rating_count"), 0);
	assert_true(json_is_null(node_at(answer, "rating_average")));
	answer = ask(200, "GET", fmt("/api/v1/account/reviews/%s/", review),
		     &author, NULL);
	assert_string_equal(text_at(answer, "reason"), "not about it");
}

static void a_customer_reviews_a_product_once(void **state)
{
	const char *product = a_product();
	struct caller author = a_member();
	int counts[600] = {0};
	struct answer *answer;

	(void)state;
	ask_at_once(12, "POST", reviews_of(product), &author,
		    "{\"rating\":5}", counts);
	assert_int_equal(counts[201], 1);
	assert_int_equal(counts[400], 11);
	answer = ask(400, "POST", reviews_of(product), &author,
		     "{\"rating\":5}");
	assert_string_equal(text_at(answer, "non_field_errors.0"),
			    "You have already reviewed this product.");
}

static void only_who_has_paid_is_verified(void **state)
{
	struct cart cart;
	struct caller author = a_member();
	struct answer *answer;

	(void)state;
	answer = ask(201, "POST", reviews_of("enamel-mug-white"), &author,
		     "{\"rating\":5}");
	assert_false(bool_at(answer, "is_verified"));
	ask(204, "DELETE", fmt("/api/v1/account/reviews/%s/",
			       text_at(answer, "id")), &author, NULL);
	cart = a_cart_ready_to_pay(author.bearer, "enamel-mug-white", 1);
	askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id),
	     &cart.caller,
	     "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
	     "\"payment_method\":\"pm_card_visa\"}", cart.total);
	answer = ask(201, "POST", reviews_of("enamel-mug-white"), &author,
		     "{\"rating\":5,\"is_verified\":false}");
	assert_true(bool_at(answer, "is_verified"));
}

static void what_is_said_anew_is_looked_at_anew(void **state)
{
	const char *product = a_product();
	struct caller author = a_member();
	const char *review = a_review(product, &author, 5);
	const char *path = fmt("/api/v1/account/reviews/%s/", review);
	struct answer *answer;

	(void)state;
	judge(200, review, "accept", NULL);
	answer = ask(200, "PATCH", path, &author, "{\"rating\":1}");
	assert_string_equal(text_at(answer, "state"), "pending");
	assert_string_equal(text_at(answer, "body"), "It is 5");
	assert_string_equal(sql("SELECT count FROM product_rating r JOIN "
				"product p ON p.id = product_id WHERE slug = "
				"'%s'", product), "0");
	author.header = "If-Match: \"v1\"";
	ask(412, "PATCH", path, &author, "{\"rating\":2}");
	author.header = NULL;
	ask(204, "DELETE", path, &author, NULL);
	ask(404, "GET", path, &author, NULL);
}

static void the_shop_replies_and_takes_it_back(void **state)
{
	const char *product = a_product();
	struct caller author = a_member();
	const char *review = a_review(product, &author, 2);
	struct answer *answer;

	(void)state;
	judge(200, review, "accept", NULL);
	judge(200, review, "reply", "{\"reply\":\"We are sorry.\"}");
	answer = ask(200, "GET", reviews_of(product), &nobody, NULL);
	assert_string_equal(text_at(answer, "results.0.reply"),
			    "We are sorry.");
	judge(200, review, "reply", "{\"reply\":\"\"}");
	answer = ask(200, "GET", reviews_of(product), &nobody, NULL);
	assert_true(json_is_null(node_at(answer, "results.0.reply")));
	assert_true(json_is_null(node_at(answer, "results.0.replied_at")));
}

static void votes_count_once_each_and_not_ones_own(void **state)
{
	const char *product = a_product();
	struct caller author = a_member();
	struct caller voter = a_member();
	const char *review = a_review(product, &author, 3);
	const char *path = fmt("/api/v1/reviews/%s/votes/", review);
	struct answer *answer;

	(void)state;
	ask(404, "POST", path, &voter, "{\"is_helpful\":true}");
	judge(200, review, "accept", NULL);
	ask(403, "POST", path, &author, "{\"is_helpful\":true}");
	ask(200, "POST", path, &voter, "{\"is_helpful\":true}");
	answer = ask(200, "POST", path, &voter, "{\"is_helpful\":true}");
	assert_int_equal(int_at(answer, "helpful_count"), 1);
	answer = ask(200, "POST", path, &voter, "{\"is_helpful\":false}");
	assert_int_equal(int_at(answer, "helpful_count"), 0);
	assert_int_equal(int_at(answer, "unhelpful_count"), 1);
	ask(204, "DELETE", path, &voter, NULL);
	ask(204, "DELETE", path, &voter, NULL);
	answer = ask(200, "GET", reviews_of(product), &nobody, NULL);
	assert_int_equal(int_at(answer, "results.0.unhelpful_count"), 0);
}

static void a_report_reaches_staff(void **state)
{
	const char *product = a_product();
	struct caller author = a_member();
	struct caller reader = a_member();
	const char *review = a_review(product, &author, 1);
	const char *path = fmt("/api/v1/reviews/%s/reports/", review);
	struct answer *answer;

	(void)state;
	judge(200, review, "accept", NULL);
	ask(202, "POST", path, &reader, "{\"reason\":\"spam\"}");
	ask(202, "POST", path, &reader, "{\"reason\":\"other\"}");
	ask(202, "POST", path, &nobody,
	    "{\"reason\":\"other\",\"note\":\"hm\"}");
	ask(400, "POST", path, &nobody, "{\"reason\":\"boring\"}");
	answer = ask(200, "GET", fmt("/api/v1/admin/reviews/%s/", review),
		     staff(), NULL);
	assert_int_equal(int_at(answer, "report_count"), 2);
	assert_string_equal(text_at(answer, "reports.0.reason"), "spam");
	assert_string_equal(text_at(answer, "reports.1.note"), "hm");
	answer = ask(200, "GET", "/api/v1/admin/reviews/?is_reported=true"
				 "&state=accepted", staff(), NULL);
	assert_true(int_at(answer, "count") >= 1);
}

static void lists_are_sorted_and_filtered(void **state)
{
	static const int stars[] = {2, 5, 3};
	const char *product = a_product();
	const char *path = reviews_of(product);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct caller author = a_member();

		judge(200, a_review(product, &author, stars[i]), "accept", NULL);
	}
	assert_int_equal(int_at(ask(200, "GET", fmt("%s?ordering=rating", path),
				    &nobody, NULL), "results.0.rating"), 2);
	assert_int_equal(int_at(ask(200, "GET", fmt("%s?ordering=-rating", path),
				    &nobody, NULL), "results.0.rating"), 5);
	assert_int_equal(int_at(ask(200, "GET", fmt("%s?rating__gte=3", path),
				    &nobody, NULL), "count"), 2);
	ask(400, "GET", fmt("%s?rating=many", path), &nobody, NULL);
	ask(404, "GET", fmt("%s?page=1000000000", path), &nobody, NULL);
	ask(200, "GET", fmt("%s?ordering=unknown", path), &nobody, NULL);
	ask(404, "GET", reviews_of("no-such-thing"), &nobody, NULL);
}

/* What the crowd does at once: staff accept each review while every third
 * author changes it. */
static size_t judged_and_changed(struct request_line *lines,
				 const struct caller *members,
				 const char *const *reviews)
{
	size_t used = 0;

	for (int i = 0; i < CROWD; i++) {
		lines[used++] = (struct request_line){
			"POST", fmt("/api/v1/admin/reviews/%s/accept/", reviews[i]),
			*staff(), NULL, {0}};
		if (i % 3 == 0)
			lines[used++] = (struct request_line){
				"PATCH", fmt("/api/v1/account/reviews/%s/", reviews[i]),
				members[i], fmt("{\"rating\":%d}", 1 + i % 4), {0}};
	}
	return used;
}

/* Each votes on three others', two for and one against. */
static size_t voted(struct request_line *lines, const struct caller *members,
		    const char *const *reviews)
{
	size_t used = 0;

	for (int i = 0; i < CROWD; i++)
		for (int k = 1; k <= 3; k++)
			lines[used++] = (struct request_line){
				"POST",
				fmt("/api/v1/reviews/%s/votes/",
				    reviews[(i + 7 * k) % CROWD]),
				members[i],
				k % 2 ? "{\"is_helpful\":true}"
				      : "{\"is_helpful\":false}", {0}};
	return used;
}

static void assert_sums_are_a_recount(const char *product)
{
	assert_string_equal(
		sql("SELECT (r.stars_1, r.stars_2, r.stars_3, r.stars_4, "
		    "r.stars_5, r.average)::text = (SELECT (count(*) FILTER "
		    "(WHERE rating = 1), count(*) FILTER (WHERE rating = 2), "
		    "count(*) FILTER (WHERE rating = 3), count(*) FILTER (WHERE "
		    "rating = 4), count(*) FILTER (WHERE rating = 5), "
		    "round(avg(rating), 2))::text FROM review WHERE product_id "
		    "= p.id AND state = 'accepted') FROM product p JOIN "
		    "product_rating r ON r.product_id = p.id WHERE slug = '%s'",
		    product), "t");
	assert_string_equal(
		sql("SELECT count(*) FROM review r WHERE (helpful_count, "
		    "unhelpful_count) <> (SELECT count(*) FILTER (WHERE "
		    "is_helpful), count(*) FILTER (WHERE NOT is_helpful) FROM "
		    "review_vote WHERE review_id = r.id)"), "0");
	assert_string_equal(
		sql("SELECT k.rating_count = r.count AND k.rating_average = "
		    "r.average AND l.rating = r.average * 100 FROM card k JOIN "
		    "product_rating r USING (product_id) JOIN listing l USING "
		    "(product_id) WHERE slug = '%s' LIMIT 1", product), "t");
}

static void sums_are_exact_whoever_writes_at_once(void **state)
{
	static struct request_line lines[3 * CROWD];
	struct caller members[CROWD];
	const char *product = a_product();
	const char *reviews[CROWD];
	size_t used;

	(void)state;
	for (int i = 0; i < CROWD; i++) {
		members[i] = a_member();
		lines[i] = (struct request_line){
			"POST", reviews_of(product), members[i],
			fmt("{\"rating\":%d}", 1 + i % 5), {0}};
	}
	ask_all(lines, CROWD);
	for (int i = 0; i < CROWD; i++) {
		assert_int_equal(lines[i].answer.status, 201);
		reviews[i] = text_at(&lines[i].answer, "id");
	}
	ask_all(lines, judged_and_changed(lines, members, reviews));
	assert_sums_are_a_recount(product);
	used = voted(lines, members, reviews);
	ask_all(lines, used);
	for (size_t i = 0; i < used; i++)
		assert_true(lines[i].answer.status == 200 ||
			    lines[i].answer.status == 404);
	assert_sums_are_a_recount(product);
}

static void bad_input_is_refused(void **state)
{
	static const char *const bad[] = {
		"{}", "{\"rating\":0}", "{\"rating\":6}", "{\"rating\":\"x\"}",
		"{\"rating\":4.5}", "{\"rating\":null}", "[]",
		"{\"rating\":5,\"body\":[]}"};
	const char *product = a_product();
	struct caller author = a_member();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ask(400, "POST", reviews_of(product), &author, bad[i]);
	ask(401, "POST", reviews_of(product), &nobody, "{\"rating\":5}");
	ask(404, "POST", reviews_of("nothing-of-the-kind"), &author,
	    "{\"rating\":5}");
	assert_string_equal(sql("SELECT count(*) FROM review r JOIN product p "
				"ON p.id = r.product_id WHERE slug = '%s'",
				product), "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_review_is_shown_and_counted_when_it_is_accepted),
		cmocka_unit_test(a_customer_reviews_a_product_once),
		cmocka_unit_test(only_who_has_paid_is_verified),
		cmocka_unit_test(what_is_said_anew_is_looked_at_anew),
		cmocka_unit_test(the_shop_replies_and_takes_it_back),
		cmocka_unit_test(votes_count_once_each_and_not_ones_own),
		cmocka_unit_test(a_report_reaches_staff),
		cmocka_unit_test(lists_are_sorted_and_filtered),
		cmocka_unit_test(sums_are_exact_whoever_writes_at_once),
		cmocka_unit_test(bad_input_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
