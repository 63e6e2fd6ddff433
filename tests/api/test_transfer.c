/* test_transfer.c - imports of staff: parts, progress, refused rows, another
 * try; whoever is killed on the way. */
#include "shop.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff(), .key = ""};
}

/* A new import that awaits its parts; its path. */
static const char *an_import(const char *body)
{
	struct caller caller = staff();
	struct answer *answer = ask(201, "POST", "/api/v1/admin/imports/", &caller,
				    body);

	assert_string_equal(text_at(answer, "state"), "created");
	return fmt("/api/v1/admin/imports/%s/", text_at(answer, "id"));
}

static struct answer *put_part(int status, const char *path, int number,
			       const char *bytes)
{
	struct caller caller = staff();

	return ask(status, "PUT", fmt("%sparts/%d/", path, number), &caller, bytes);
}

static const char *id_of(const char *path)
{
	return fmt("%.36s", path + strlen("/api/v1/admin/imports/"));
}

/* Starts it and waits for its end. */
static struct answer *start(const char *path)
{
	struct caller caller = staff();

	ask(200, "POST", fmt("%sstart/", path), &caller, NULL);
	until_sql(60, "f", fmt("SELECT state = 'running' FROM import WHERE id = '%s'",
			       id_of(path)));
	return ask(200, "GET", path, &caller, NULL);
}

static void expect(const struct answer *answer, const char *numbers)
{
	assert_string_equal(
		fmt("%s %d created %d updated %d unchanged %d refused",
		    text_at(answer, "state"), (int)int_at(answer, "created"),
		    (int)int_at(answer, "updated"), (int)int_at(answer, "unchanged"),
		    (int)int_at(answer, "refused")),
		numbers);
}

static void parts_in_any_order_make_one_file(void **state)
{
	const char *path = an_import("{\"format\":\"csv\",\"default_stock\":4}");
	struct caller caller = staff();
	struct answer *answer;

	(void)state;
	put_part(200, path, 2, "One\",1.00\nTRA-2,Part Two,2.00\n");
	ask(409, "POST", fmt("%sstart/", path), &caller, NULL);
	answer = put_part(200, path, 1, "sku,name,price\nTRA-1,\"Part ");
	assert_string_equal(text_at(put_part(200, path, 1, "sku,name,price\nTRA-1,\"Part "),
				    "sha256"),
			    text_at(answer, "sha256"));
	answer = start(path);
	expect(answer, "done 2 created 0 updated 0 unchanged 0 refused");
	assert_int_equal(int_at(answer, "percent"), 100);
	assert_int_equal(int_at(answer, "rows_total"), 2);
	assert_string_equal(sql("SELECT string_agg(p.name || ' ' || on_hand, ',' ORDER BY sku) FROM product p"
				" JOIN variant v ON v.product_id = p.id JOIN stock s ON s.variant_id = v.id"
				" WHERE sku LIKE 'TRA-%%'"),
			    "Part One 4,Part Two 4");
	put_part(409, path, 3, "x");
	ask(409, "POST", fmt("%scancel/", path), &caller, NULL);
	ask(409, "POST", fmt("%sretry/", path), &caller, NULL);
}

static void a_dry_run_tells_the_same_and_changes_nothing(void **state)
{
	static const char file[] =
		"sku,name,price,category,attr.shade:text\nDRY-1,One,1,New > Kind,red\n"
		"DRY-2,,1,,\nDRY-1,Twice,3,,\nDEMO-001,Renamed,1,,\n";
	static const char counts[] =
		"SELECT (SELECT count(*) FROM product) || ' ' || (SELECT count(*) FROM category) || ' '"
		" || (SELECT md5(string_agg(k::text, '' ORDER BY k.product_id)) FROM card k)"
		" || ' ' || (SELECT count(*) FROM attribute)";
	const char *before = sql("%s", counts);
	const char *path = an_import("{\"format\":\"csv\",\"is_dry_run\":true}");

	(void)state;
	put_part(200, path, 1, file);
	expect(start(path), "done 1 created 1 updated 0 unchanged 2 refused");
	assert_string_equal(sql("%s", counts), before);
	path = an_import("{\"format\":\"csv\"}");
	put_part(200, path, 1, file);
	expect(start(path), "done 1 created 1 updated 0 unchanged 2 refused");
}

static void refused_rows_are_told_and_tried_again(void **state)
{
	const char *path = an_import("{\"format\":\"csv\",\"mapping\":{\"Bezeichnung\":\"name\"}}");
	struct caller caller = staff();
	struct answer *answer;

	(void)state;
	put_part(200, path, 1,
		 "sku,Bezeichnung,price,product_type\nRET-1,Good,1,\nRET-2,Typed,2,retry_type\n"
		 "RET-3,\"Bad price\",x,\nRET-4,Caf\xe9,1,\n");
	expect(start(path), "done 1 created 0 updated 0 unchanged 3 refused");
	answer = ask(200, "GET", fmt("%srows/", path), &caller, NULL);
	assert_int_equal(int_at(answer, "count"), 3);
	assert_int_equal(int_at(answer, "results.0.line"), 3);
	assert_string_equal(text_at(answer, "results.0.column"), "product_type");
	assert_string_equal(text_at(answer, "results.0.raw"), "RET-2,Typed,2,retry_type\n");
	assert_string_equal(text_at(answer, "results.1.column"), "price");
	assert_string_equal(text_at(answer, "results.2.column"), "name");
	assert_non_null(strstr(text_at(answer, "results.2.reason"), "not UTF-8"));
	assert_string_equal(text_at(answer, "results.2.raw"), "RET-4,Caf?,1,\n");
	sql("INSERT INTO product_type (code, name) VALUES ('retry_type', 'Retry')");
	ask(200, "POST", fmt("%sretry/", path), &caller, NULL);
	until_sql(30, "done 2 2", fmt("SELECT state || ' ' || created || ' ' || refused FROM import"
				      " WHERE id = '%s'", id_of(path)));
	answer = ask(200, "GET", fmt("%srows/", path), &caller, NULL);
	assert_int_equal(int_at(answer, "count"), 2);
	assert_int_equal(int_at(answer, "results.0.tries"), 2);
	assert_string_equal(sql("SELECT count(*) FROM variant WHERE sku LIKE 'RET-%%'"), "2");
}

/* So many rows, in parts. */
static const char *a_large_import(const char *prefix, int rows)
{
	const char *path = an_import("{\"format\":\"csv\"}");
	char *text = malloc((size_t)rows * 64 + 64);
	char *at = stpcpy(text, "sku,name,price,category\n");

	for (int i = 0; i < rows; i++)
		at += sprintf(at, "%s-%05d,Large %d,1.50,Large > Of %d\n", prefix, i, i, i % 7);
	put_part(200, path, 1, text);
	free(text);
	return path;
}

static void a_killed_worker_is_followed_and_each_row_counts_once(void **state)
{
	enum { ROWS = 6000 };
	const char *path = a_large_import("KIL", ROWS);
	struct caller caller = staff();
	const char *id = id_of(path);

	(void)state;
	ask(200, "POST", fmt("%sstart/", path), &caller, NULL);
	until_sql(60, "t", fmt("SELECT rows_done > 0 FROM import WHERE id = '%s'", id));
	assert_int_not_equal(system(fmt("pkill -KILL -P %s", getenv("SHOP_PID"))), -1);
	assert_string_equal(sql("SELECT state FROM import WHERE id = '%s'", id), "running");
	sql("UPDATE job SET lease_until = statement_timestamp()"
	    " WHERE queue_key = 'import:%s' AND state = 'running'", id);
	until_sql(120, fmt("done %d %d 0", ROWS, ROWS),
		  fmt("SELECT state || ' ' || rows_done || ' ' || created || ' ' || refused FROM import"
		      " WHERE id = '%s'", id));
	assert_string_equal(sql("SELECT count(*) || ' ' || max(p.version) FROM variant v JOIN product p"
				" ON p.id = v.product_id WHERE sku LIKE 'KIL-%%'"),
			    fmt("%d 1", ROWS));
}

static void a_cancelled_import_stops(void **state)
{
	const char *path = a_large_import("CAN", 6000);
	struct caller caller = staff();
	struct answer *answer;

	(void)state;
	ask(200, "POST", fmt("%sstart/", path), &caller, NULL);
	until_sql(60, "t", fmt("SELECT rows_done > 0 FROM import WHERE id = '%s'", id_of(path)));
	answer = ask(200, "POST", fmt("%scancel/", path), &caller, NULL);
	assert_string_equal(text_at(answer, "state"), "cancelled");
	until_sql(60, "0", fmt("SELECT count(*) FROM job WHERE queue_key = 'import:%s'"
			       " AND state IN ('queued', 'running')", id_of(path)));
	assert_string_equal(sql("SELECT count(*) = (SELECT created FROM import WHERE id = '%s')"
				" FROM variant WHERE sku LIKE 'CAN-%%'", id_of(path)),
			    "t");
}

static void what_is_no_import_is_refused(void **state)
{
	struct caller caller = staff();
	const char *path;
	struct answer *answer;

	(void)state;
	ask(400, "POST", "/api/v1/admin/imports/", &caller, "{\"format\":\"xml\"}");
	ask(400, "POST", "/api/v1/admin/imports/?format=xml", &caller, "a,b\n");
	ask(400, "POST", "/api/v1/admin/imports/?format=csv", &caller, "");
	ask(400, "POST", "/api/v1/admin/imports/?format=csv&default_stock=-1", &caller, "a");
	path = an_import("{\"format\":\"csv\"}");
	put_part(400, path, 0, "x");
	put_part(400, path, 999, "x");
	put_part(404, path, 12345, "x");
	ask(409, "POST", fmt("%sstart/", path), &caller, NULL);
	put_part(200, path, 1, "a,b\n1,2\n");
	answer = start(path);
	assert_string_equal(text_at(answer, "state"), "failed");
	assert_string_equal(text_at(answer, "failure"), "there is no column \"sku\"");
	answer = ask(201, "POST", "/api/v1/admin/imports/?format=csv&default_stock=2", &caller,
		     "sku,name,price\nONE-1,At once,3\n");
	until_sql(30, "done", fmt("SELECT state FROM import WHERE id = '%s'", text_at(answer, "id")));
	assert_string_equal(sql("SELECT on_hand FROM stock JOIN variant v ON v.id = variant_id WHERE sku = 'ONE-1'"),
			    "2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_in_any_order_make_one_file),
		cmocka_unit_test(a_dry_run_tells_the_same_and_changes_nothing),
		cmocka_unit_test(refused_rows_are_told_and_tried_again),
		cmocka_unit_test(a_killed_worker_is_followed_and_each_row_counts_once),
		cmocka_unit_test(a_cancelled_import_stops),
		cmocka_unit_test(what_is_no_import_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
