/* test_export.c - what leaves the shop as a file is what comes back. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A product with all that a file tells; and texts that a spreadsheet or a
 * parser might take for something else. */
static const char tricky[] =
	"product,slug,name,description,brand,category,status,publish_at,seo_title,metadata,"
	"attr.depth:number,attr.shade:text,sku,barcode,option1_name,option1_value,option2_name,"
	"option2_value,price.EUR,compare_at_price.EUR,price.JPY,weight_grams,length_mm,is_active,stock\n"
	"tee,tricky-tee,\"'=1+2, \"\"quoted\"\"\nand on\",'+cmd|x,-5,Outer > In & out,published,"
	"2026-01-02T03:04:05Z,\"'@seo\",\"{\"\"k\"\": [1, \"\"v\"\"]}\",12.5,\"d\xc3\xa9j\xc3\xa0 vu\","
	"TEE-S,0123,Size,S,Colour,Red,19.99,24.99,2500,180,300,true,7\n"
	"tee,,,,,,,,,,,,TEE-M,,Size,M,Colour,Red,21.00,,2600,190,,false,0\n";

static const char *run(const char *command)
{
	static char line[2048];
	char last[2048] = "";
	FILE *out = popen(command, "r");

	while (fgets(line, sizeof(line), out) != NULL)
		strcpy(last, line);
	pclose(out);
	last[strcspn(last, "\n")] = '\0';
	return fmt("%s", last);
}

static const char *shopd(const char *arguments)
{
	return run(fmt("%s %s 2>/dev/null", getenv("SHOPD"), arguments));
}

static const char *a_file(const char *name, const char *text)
{
	const char *path = fmt("/tmp/shopd-export-%d-%s", (int)getpid(), name);
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
	return path;
}

/* All that the shop says of its products, in a digest. */
static const char *digest(void)
{
	return sql("SELECT md5(string_agg(x::text, '|' ORDER BY x.sku)) FROM ("
		   "SELECT v.sku, p.slug, p.name, p.description, p.brand, p.status, p.attributes, p.options AS o,"
		   " p.images, p.publish_at, p.seo_title, p.metadata, c.name AS category, v.options, v.barcode,"
		   " v.weight_grams, v.length_mm, v.is_active, v.is_default, s.on_hand,"
		   " (SELECT json_agg((r.currency, r.amount, r.compare_at_amount) ORDER BY r.currency)"
		   "    FROM regular_price r WHERE r.variant_id = v.id) AS prices"
		   " FROM product p JOIN variant v ON v.product_id = p.id LEFT JOIN category c ON c.id = p.category_id"
		   " LEFT JOIN stock s ON s.variant_id = v.id"
		   " WHERE p.deleted_at IS NULL AND v.deleted_at IS NULL) x");
}

/* The shop as if it had never had a product. */
static void empty_the_shop(void)
{
	sql("SET session_replication_role = replica;"
	    " DELETE FROM stock_movement; DELETE FROM stock; DELETE FROM cart_item; DELETE FROM price_history;"
	    " DELETE FROM price; DELETE FROM variant; DELETE FROM card; DELETE FROM listing;"
	    " DELETE FROM search_document;"
	    " DELETE FROM listing_count; DELETE FROM product_rating; DELETE FROM collection_product;"
	    " DELETE FROM search_document; DELETE FROM product; DELETE FROM category;");
}

static void a_tricky_product_is_taken_as_it_is_told(void **state)
{
	const char *file = a_file("tricky.csv", tricky);

	(void)state;
	assert_string_equal(shopd(fmt("import %s --format csv", file)),
			    "2 rows: 1 created, 0 updated, 0 unchanged, 0 refused");
	assert_string_equal(sql("SELECT replace(name, E'\\n', '/') || ';' || description || ';' || brand"
				" || ';' || seo_title || ';' || (attributes ->> 'shade')"
				" || ';' || jsonb_typeof(attributes -> 'depth')"
				" FROM product WHERE slug = 'tricky-tee'"),
			    "=1+2, \"quoted\"/and on;+cmd|x;-5;@seo;d\xc3\xa9j\xc3\xa0 vu;number");
	assert_string_equal(sql("SELECT string_agg(name || ' ' || is_default, ', ' ORDER BY position) FROM variant"
				" WHERE sku LIKE 'TEE-%%'"),
			    "S / Red true, M / Red false");
	assert_string_equal(shopd(fmt("import %s --format csv", file)),
			    "2 rows: 0 created, 0 updated, 1 unchanged, 0 refused");
	unlink(file);
}

static void make_round_trip(const char *format)
{
	const char *file = fmt("/tmp/shopd-export-%d.%s", (int)getpid(), format);
	const char *before = digest();
	const char *said;

	shopd(fmt("export --format %s --output %s", format, file));
	said = shopd(fmt("import %s --format %s", file, format));
	assert_non_null(strstr(said, " 0 created, 0 updated, "));
	assert_non_null(strstr(said, " 0 refused"));
	empty_the_shop();
	said = shopd(fmt("import %s --format %s", file, format));
	assert_non_null(strstr(said, " 0 updated, 0 unchanged, 0 refused"));
	assert_string_equal(digest(), before);
	unlink(file);
}

static void csv_comes_back_as_it_left(void **state)
{
	(void)state;
	make_round_trip("csv");
}

static void json_lines_come_back_as_they_left(void **state)
{
	(void)state;
	make_round_trip("ndjson");
}

static void no_cell_of_a_file_is_a_formula(void **state)
{
	const struct caller caller = {.bearer = the_staff(), .key = ""};
	struct answer *answer = ask(201, "POST", "/api/v1/admin/exports/", &caller,
				    "{\"format\":\"csv\",\"status\":\"published\"}");
	struct answer *file;

	(void)state;
	assert_string_equal(text_at(answer, "state"), "ready");
	file = ask(200, "GET", text_at(answer, "file"), &caller, NULL);
	assert_non_null(strstr(header_of(file, "Content-Type"), "text/csv"));
	assert_non_null(strstr(file->body, "\"'=1+2, \"\"quoted\"\""));
	assert_null(strstr(file->body, ",=1"));
	assert_non_null(strstr(file->body, ",-5,"));
	answer = ask(200, "GET", fmt("/api/v1/admin/exports/%s/", text_at(answer, "id")),
		     &caller, NULL);
	assert_true(int_at(answer, "products") > 0);
	ask(400, "POST", "/api/v1/admin/exports/", &caller,
	    "{\"format\":\"csv\",\"category\":\"nowhere\"}");
	ask(400, "POST", "/api/v1/admin/exports/", &caller, "{\"format\":\"xls\"}");
	ask(404, "GET", "/api/v1/admin/exports/01a20430-3e93-744d-b2a0-9daec6967bd3/file/",
	    &caller, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tricky_product_is_taken_as_it_is_told),
		cmocka_unit_test(no_cell_of_a_file_is_a_formula),
		cmocka_unit_test(csv_comes_back_as_it_left),
		cmocka_unit_test(json_lines_come_back_as_they_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
