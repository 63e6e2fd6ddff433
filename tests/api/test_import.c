/* test_import.c - the public sample catalogue, imported and bought from. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SAMPLE
#error "the build says where the sample would be"
#endif

/* The last line that the command printed; its exit code in *code. */
static const char *run(const char *command, int *code)
{
	static char line[1024];
	char last[1024] = "";
	FILE *out = popen(command, "r");

	while (fgets(line, sizeof(line), out) != NULL)
		strcpy(last, line);
	*code = pclose(out);
	last[strcspn(last, "\n")] = '\0';
	return fmt("%s", last);
}

static const char *import(const char *options, int *code)
{
	return run(fmt("%s import products %s 2>/dev/null", getenv("SHOPD"), options),
		   code);
}

static bool has_sample(void)
{
	return access(SAMPLE, R_OK) == 0;
}

static void the_sample_is_taken_once(void **state)
{
	int code;

	(void)state;
	if (!has_sample()) {
		print_message("skipped: there is no %s\n", SAMPLE);
		skip();
	}
	assert_string_equal(import(SAMPLE " --format flipkart --dry-run", &code),
			    "999 rows: 995 created, 0 updated, 0 unchanged, 4 refused"
			    " (dry run: nothing was written)");
	assert_string_equal(sql("SELECT count(*) FROM product WHERE source = 'flipkart'"), "0");
	assert_string_equal(import(SAMPLE " --format flipkart", &code),
			    "999 rows: 995 created, 0 updated, 0 unchanged, 4 refused");
	assert_int_equal(code, 0);
	assert_string_equal(import(SAMPLE " --format flipkart", &code),
			    "999 rows: 0 created, 0 updated, 995 unchanged, 4 refused");
	assert_string_equal(sql("SELECT count(*) || ' ' || max(version) FROM product WHERE source = 'flipkart'"),
			    "995 1");
	assert_string_equal(sql("SELECT count(*) FROM category c JOIN product p ON p.category_id = c.id"
				" WHERE starts_with(lower(c.name), lower(p.name))"
				" AND length(c.name) > 24"),
			    "0");
}

static void what_was_imported_is_bought_in_its_currency(void **state)
{
	struct caller caller = {.key = ""};
	struct answer *answer;
	const char *path;
	int code;

	(void)state;
	if (!has_sample()) {
		print_message("skipped: there is no %s\n", SAMPLE);
		skip();
	}
	import(SAMPLE " --format flipkart", &code);
	assert_int_equal(code, 0);
	answer = ask(200, "GET", "/api/v1/products/?category=clothing&ordering=price&currency=INR",
		     &nobody, NULL);
	assert_string_equal(text_at(answer, "results.0.currency"), "INR");
	path = text_at(answer, "results.0.slug");
	answer = ask(201, "POST", "/api/v1/carts/", &caller,
		     "{\"email\":\"asha@example.com\",\"currency\":\"INR\"}");
	caller.cart_token = text_at(answer, "token");
	answer = askf(201, "POST", fmt("/api/v1/carts/%s/items/", text_at(answer, "id")),
		      &caller, "{\"product\":\"%s\",\"quantity\":2}", path);
	path = fmt("/api/v1/carts/%s/", text_at(answer, "id"));
	ask(200, "PUT", fmt("%sshipping-address/", path), &caller,
	    "{\"first_name\":\"Asha\",\"last_name\":\"Rao\",\"line1\":\"1 MG Road\","
	    "\"city\":\"Bengaluru\",\"postal_code\":\"560001\",\"country\":\"IN\","
	    "\"region\":\"KA\",\"phone\":\"+919845012345\"}");
	answer = ask(200, "GET", fmt("%sshipping-rates/", path), &caller, NULL);
	answer = askf(200, "PUT", fmt("%sshipping-method/", path), &caller,
		      "{\"rate\":\"%s\"}", text_at(answer, "0.id"));
	answer = askf(0, "POST", fmt("%scomplete/", path), &caller,
		      "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		      "\"payment_method\":\"pm_card_visa\"}",
		      text_at(answer, "total"));
	assert_true(answer->status == 200 || answer->status == 201);
	assert_string_equal(text_at(answer, "state"), "placed");
	assert_string_equal(text_at(answer, "payment_status"), "paid");
	assert_string_equal(text_at(answer, "currency"), "INR");
}

static void a_cart_of_no_currency_is_not_made(void **state)
{
	const struct caller caller = {.key = ""};

	(void)state;
	ask(400, "POST", "/api/v1/carts/", &caller, "{\"currency\":\"eur\"}");
	ask(400, "POST", "/api/v1/carts/", &caller, "{\"currency\":\"XYZ\"}");
	ask(400, "POST", "/api/v1/carts/", &caller, "{\"currency\":7}");
}

/* Writes a file of our own columns; its name. */
static const char *a_file(const char *text)
{
	const char *name = fmt("/tmp/shopd-import-%d.csv", (int)getpid());
	FILE *file = fopen(name, "w");

	fputs(text, file);
	fclose(file);
	return name;
}

static void rows_that_cannot_be_sold_are_told_with_line_and_column(void **state)
{
	int code;
	const char *file = a_file(
		"sku,name,price,category,stock,attribute:Colour\n"
		"IMP-1,\"Two\nlines\",1.50,Imported > Deep,7,Red\n"
		"IMP-2,No price,,Imported,,\n"
		"IMP-1,Again,1.00,,,\n"
		"IMP-3,Bad stock,1.00,,x,\n"
		"DEMO-001,Known by its SKU,1.00,,,\n");
	const char *lines = fmt("%s import products %s --format csv | tr '\\n' '|'",
				getenv("SHOPD"), file);

	(void)state;
	assert_string_equal(run(lines, &code),
			    "line 4, price: there is no price, so it cannot be sold|"
			    "line 5, sku: the same as on line 2|"
			    "line 6, stock: is not a whole number in range|"
			    "5 rows: 1 created, 1 updated, 0 unchanged, 3 refused|");
	assert_string_equal(sql("SELECT p.name || ' ' || v.is_default FROM product p"
				" JOIN variant v ON v.product_id = p.id WHERE sku = 'DEMO-001'"),
			    "Known by its SKU true");
	assert_string_equal(sql("SELECT on_hand FROM stock JOIN variant v ON v.id = variant_id WHERE sku = 'IMP-1'"),
			    "7");
	file = a_file("sku,name,price,category,stock\nIMP-1,New name,2.00,Imported,5\n");
	assert_string_equal(import(fmt("%s --format csv", file), &code),
			    "1 rows: 0 created, 1 updated, 0 unchanged, 0 refused");
	assert_string_equal(sql("SELECT p.name || ' ' || amount || ' ' || on_hand FROM product p"
				" JOIN variant v ON v.product_id = p.id JOIN price ON variant_id = v.id"
				" JOIN stock s ON s.variant_id = v.id WHERE sku = 'IMP-1'"),
			    "New name 200 5");
	file = a_file("product,sku,name,price\nIMP-1,DEMO-002,Not its own,2.00\n");
	lines = fmt("%s import products %s --format csv | tr '\\n' '|'",
		    getenv("SHOPD"), file);
	assert_string_equal(run(lines, &code),
			    "line 2, sku: another product has this SKU|"
			    "1 rows: 0 created, 0 updated, 0 unchanged, 1 refused|");
	unlink(file);
}

static void a_file_that_is_none_is_refused(void **state)
{
	int code;

	(void)state;
	import("/nowhere.csv --format csv", &code);
	assert_int_not_equal(code, 0);
	import(fmt("%s --format csv", a_file("a,b\n1,2\n")), &code);
	assert_int_not_equal(code, 0);
	import(fmt("%s --format xml", a_file("a,b\n1,2\n")), &code);
	assert_int_not_equal(code, 0);
	unlink(a_file(""));
}

/* Searches count on it (docs/search.md): not only at the next ten minutes. */
static void what_was_imported_is_counted_soon(void **state)
{
	int code;

	(void)state;
	until_sql(10, "1", "SELECT count(*) FROM periodic WHERE name = "
			   "'search.counts' AND next_at > now() + "
			   "interval '1 minute'");
	sql("UPDATE periodic SET next_at = now() + interval '1 day' "
	    "WHERE name = 'search.counts'");
	import(fmt("%s --format csv", a_file("sku,name,price,currency\n"
					     "COUNT-1,Counted,1.00,EUR\n")),
	       &code);
	assert_int_equal(code, 0);
	unlink(a_file(""));
	until_sql(10, "t", "SELECT next_at < now() + interval '1 hour' FROM "
			   "periodic WHERE name = 'search.counts'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_is_taken_once),
		cmocka_unit_test(what_was_imported_is_bought_in_its_currency),
		cmocka_unit_test(a_cart_of_no_currency_is_not_made),
		cmocka_unit_test(rows_that_cannot_be_sold_are_told_with_line_and_column),
		cmocka_unit_test(a_file_that_is_none_is_refused),
		cmocka_unit_test(what_was_imported_is_counted_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
