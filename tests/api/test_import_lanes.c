/* test_import_lanes.c - batches of one file that are written at once: what
 * comes of the file is what comes of it in one lane. */
#include "shop.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 1600 }; /* three batches, and one that is written singly */

static const char *file_of(const char *prefix)
{
	return fmt("/tmp/shopd-lanes-%s-%d.csv", prefix, (int)getpid());
}

/* Rows that name products of other batches by key, SKU or slug, whose names
 * make slugs that are taken, that are wrong, and that only the database
 * refuses. */
static void quarrel(FILE *file, const char *prefix, int i)
{
	const char *slug = i % 97 == 5 ? fmt("%s-same-%d", prefix, i / 1000) : "";
	const char *price = i % 301 == 300 ? "cheap" : fmt("%d.50", i % 50);
	int key = i == 1580 ? i - 1 : i % 203 == 202 ? i - 500 : i;
	int sku = i % 211 == 210 ? i - 200 : i;

	fprintf(file, "%s-k%d,%s-s%d,%s thing %d,%s,%s,%d,%s > of %d\n", prefix,
		key, prefix, sku, prefix, i % 700, slug, price, i % 9, prefix,
		i % 31);
}

static void write_quarrels(const char *prefix)
{
	FILE *file = fopen(file_of(prefix), "w");

	fputs("product,sku,name,slug,price,stock,category\n", file);
	for (int i = 0; i < ROWS; i++)
		quarrel(file, prefix, i);
	fclose(file);
}

/* All that the command prints, with the prefix left out, and what a sanitizer
 * says of itself. */
static const char *import(const char *prefix, const char *options)
{
	char line[1024];
	char *all = calloc(1, 1024 * 1024);
	FILE *out = popen(fmt("%s import products %s --format csv %s 2>&1 | "
			      "sed '/^==[0-9]*==/d; s/%s//g'",
			      getenv("SHOPD"), file_of(prefix), options, prefix),
			  "r");

	while (fgets(line, sizeof(line), out) != NULL)
		strcat(all, line);
	pclose(out);
	return all;
}

/* Every product as the shop has it; of slugs that end in an id, that they do. */
static const char *products_of(const char *prefix)
{
	return sql("SELECT count(*) || ' ' || md5(string_agg(concat_ws('/', replace(p.source_key, '%s', ''),"
		   " replace(p.name, '%s', ''), regexp_replace(replace(p.slug, '%s', ''), '-[0-9a-f]{8}$', '-id'),"
		   " p.version, replace(v.sku, '%s', ''), r.amount, s.on_hand, replace(c.name, '%s', '')),"
		   " ' ' ORDER BY v.sku)) FROM product p JOIN variant v ON v.product_id = p.id"
		   " JOIN price r ON r.variant_id = v.id JOIN stock s ON s.variant_id = v.id"
		   " LEFT JOIN category c ON c.id = p.category_id WHERE v.sku LIKE '%s-%%'",
		   prefix, prefix, prefix, prefix, prefix, prefix);
}

static void lanes_make_of_a_file_what_one_makes_of_it(void **state)
{
	const char *alone;
	const char *beside;

	(void)state;
	write_quarrels("xa");
	write_quarrels("xb");
	alone = import("xa", "--lanes 1");
	beside = import("xb", "--lanes 4");
	assert_non_null(strstr(alone, "1600 rows"));
	assert_non_null(strstr(alone, "the same as on line"));
	assert_non_null(strstr(alone, "has these options"));
	assert_string_equal(alone, beside);
	assert_string_equal(products_of("xa"), products_of("xb"));
	assert_string_equal(sql("SELECT count(*) FROM import WHERE is_command AND"
				" position = (SELECT max(position) FROM import WHERE is_command)"
				" AND state = 'done' AND rows_done = 1600"), "2");
	/* and once more, where the products are known */
	assert_string_equal(import("xa", "--lanes 1"), import("xb", "--lanes 4"));
	assert_string_equal(products_of("xa"), products_of("xb"));
	unlink(file_of("xa"));
	unlink(file_of("xb"));
}

static void a_dry_run_in_lanes_tells_the_same_and_writes_nothing(void **state)
{
	const char *alone;

	(void)state;
	write_quarrels("xc");
	alone = import("xc", "--lanes 1 --dry-run");
	assert_non_null(strstr(alone, "nothing was written"));
	assert_string_equal(alone, import("xc", "--lanes 3 --dry-run"));
	assert_string_equal(sql("SELECT count(*) FROM variant WHERE sku LIKE 'xc-%%'"), "0");
	unlink(file_of("xc"));
}

static void write_plain(const char *prefix, int rows)
{
	FILE *file = fopen(file_of(prefix), "w");

	fputs("sku,name,price,category\n", file);
	for (int i = 0; i < rows; i++)
		fprintf(file, "%s-%d,%s plain %d,1.50,%s > of %d\n", prefix, i,
			prefix, i, prefix, i % 40);
	fclose(file);
}

/* The import of a file, which is under way when this returns. */
static pid_t begin(const char *prefix)
{
	const char *file = file_of(prefix);
	int nowhere = open("/dev/null", O_WRONLY);
	pid_t pid = fork();

	if (pid == 0) {
		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		execl(getenv("SHOPD"), "shopd", "import", file,
		      "--format", "csv", "--lanes", "3", NULL);
		_exit(127);
	}
	close(nowhere);
	until_sql(60, "t", fmt("SELECT count(*) > 600 FROM variant WHERE sku LIKE '%s-%%'", prefix));
	return pid;
}

static void what_was_interrupted_is_run_again_and_nothing_is_twice(void **state)
{
	enum { PLAIN = 6000 };
	const char *made;
	const char *again;
	int status;
	pid_t pid;

	(void)state;
	write_plain("xd", PLAIN);
	pid = begin("xd");
	kill(pid, SIGINT);
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
	/* its backends end, too */
	until_sql(20, "0", "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
			   " AND state <> 'idle' AND query LIKE '%listing_refresh%'");
	made = sql("SELECT count(*) FROM variant WHERE sku LIKE 'xd-%%'");
	assert_true(atoi(made) < PLAIN && atoi(made) % 500 == 0);
	again = import("xd", "");
	assert_string_equal(again, fmt("%d rows: %d created, 0 updated, %d unchanged, 0 refused\n",
				       PLAIN, PLAIN - atoi(made), atoi(made)));
	assert_string_equal(sql("SELECT count(*) || ' ' || max(version) FROM product WHERE slug LIKE 'xd-plain-%%'"),
			    fmt("%d 1", PLAIN));
	assert_string_equal(sql("SELECT sum(products) FROM listing_count n JOIN category c ON c.id = n.category_id"
				" WHERE c.name = 'xd'"), fmt("%d", PLAIN));
	unlink(file_of("xd"));
}

static void an_import_that_is_cancelled_stops_in_all_lanes(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	write_plain("xe", 6000);
	pid = begin("xe");
	sql("UPDATE import SET state = 'cancelled', finished_at = now() WHERE is_command AND state = 'running'"
	    " AND file_name = '%s'", file_of("xe"));
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_string_equal(sql("SELECT state, created = (SELECT count(*) FROM variant WHERE sku LIKE 'xe-%%')"
				" FROM import WHERE file_name = '%s'", file_of("xe")), "cancelled|t");
	unlink(file_of("xe"));
}

static void lanes_are_a_number_from_one_to_eight(void **state)
{
	(void)state;
	assert_non_null(strstr(import("xa", "--lanes 0"), "--lanes takes a number"));
	assert_non_null(strstr(import("xa", "--lanes 9"), "--lanes takes a number"));
	assert_non_null(strstr(import("xa", "--lanes two"), "--lanes takes a number"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lanes_make_of_a_file_what_one_makes_of_it),
		cmocka_unit_test(a_dry_run_in_lanes_tells_the_same_and_writes_nothing),
		cmocka_unit_test(what_was_interrupted_is_run_again_and_nothing_is_twice),
		cmocka_unit_test(an_import_that_is_cancelled_stops_in_all_lanes),
		cmocka_unit_test(lanes_are_a_number_from_one_to_eight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
