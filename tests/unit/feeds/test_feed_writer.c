/* test_feed_writer.c - product feeds say what they are told, whatever is in
 * it. */
#include "../test.h"

#include <string.h>

#include <platform/json.h>

#include "../../../src/domain/feeds/feeds.h"

static struct arena arena;

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

static const char *written(void (*add)(struct text *, const char *),
			   const char *value)
{
	struct text text;

	text_init(&text, &arena, 16);
	text_add(&text, "");
	add(&text, value);
	return text.bytes;
}

static void xml_takes_no_markup_and_no_control_bytes(void **state)
{
	(void)state;
	assert_string_equal(written(feed_xml_add, "plain, \xC3\xA9 \xE2\x82\xAC"),
			    "plain, \xC3\xA9 \xE2\x82\xAC");
	assert_string_equal(written(feed_xml_add, "<a href=\"x\">&'"),
			    "&lt;a href=&quot;x&quot;&gt;&amp;&apos;");
	assert_string_equal(written(feed_xml_add, "]]>"), "]]&gt;");
	assert_string_equal(written(feed_xml_add, "a\x01\x02" "b\x1F\x7F" "c"),
			    "abc");
	assert_string_equal(written(feed_xml_add, "a\t\r\nb"), "a\t\r\nb");
	assert_string_equal(written(feed_xml_add, "a\xEF\xBF\xBE\xEF\xBF\xBF" "b"),
			    "ab");
	assert_string_equal(written(feed_xml_add, "\xEF\xBF\xBD\xF0\x9F\x98\x80"),
			    "\xEF\xBF\xBD\xF0\x9F\x98\x80");
	assert_string_equal(written(feed_xml_add, ""), "");
}

static void csv_is_quoted_where_it_must_be(void **state)
{
	(void)state;
	assert_string_equal(written(feed_csv_add, "plain"), "plain");
	assert_string_equal(written(feed_csv_add, "a,b"), "\"a,b\"");
	assert_string_equal(written(feed_csv_add, "a \"b\""), "\"a \"\"b\"\"\"");
	assert_string_equal(written(feed_csv_add, "a\r\nb"), "\"a\r\nb\"");
	assert_string_equal(written(feed_csv_add, ""), "");
}

static void no_spreadsheet_finds_a_formula(void **state)
{
	(void)state;
	assert_string_equal(written(feed_csv_add, "=1+1"), "\"'=1+1\"");
	assert_string_equal(written(feed_csv_add, "@SUM(A1)"), "\"'@SUM(A1)\"");
	assert_string_equal(written(feed_csv_add, "-2"), "\"'-2\"");
	assert_string_equal(written(feed_csv_add, "+2"), "\"'+2\"");
	assert_string_equal(written(feed_csv_add, "\t=1"), "\"'\t=1\"");
	assert_string_equal(written(feed_csv_add, "a=1"), "a=1");
}

static void only_sound_gtins_are_told(void **state)
{
	(void)state;
	assert_true(gtin_is_valid("4006381333931"));
	assert_true(gtin_is_valid("036000291452"));
	assert_true(gtin_is_valid("96385074"));
	assert_true(gtin_is_valid("10614141000415"));
	assert_false(gtin_is_valid("4006381333932"));
	assert_false(gtin_is_valid("400638133393"));
	assert_false(gtin_is_valid(""));
	assert_false(gtin_is_valid("40063813339a1"));
}

static const struct feed_item full = {
	.id = "A-1",
	.group = "0199",
	.title = "Cup & saucer",
	.description = "<b>",
	.link = "https://s.example/products/cup?a=1&b=2",
	.image = "https://s.example/cup.jpg",
	.price = "20.00 EUR",
	.sale_price = "15.00 EUR",
	.brand = "B",
	.gtin = "4006381333931",
	.category = "Home > Kitchen",
	.colour = "Red",
	.size = "M",
	.weight = "250 g",
	.in_stock = true,
};
static const struct feed_item bare = {
	.id = "A-2", .title = "=T", .description = "\"D\", long",
	.link = "l", .price = "1.00 EUR"};

/* Both items in that format. */
static const char *feed(const char *slug)
{
	const struct feed_format *format = feed_formats;
	struct text text;

	while (strcmp(format->slug, slug) != 0)
		format++;
	text_init(&text, &arena, 16);
	text_add(&text, "");
	format->begin(&text, "A & B", "https://s.example");
	format->item(&text, &full);
	format->item(&text, &bare);
	format->end(&text);
	return text.bytes;
}

static void google_gets_rss_with_its_attributes(void **state)
{
	(void)state;
	assert_string_equal(
		feed("google.xml"),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<rss version=\"2.0\" "
		"xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n"
		"<title>A &amp; B</title>\n<link>https://s.example</link>\n"
		"<description>A &amp; B</description>\n"
		"<item>\n<g:id>A-1</g:id>\n"
		"<g:item_group_id>0199</g:item_group_id>\n"
		"<g:title>Cup &amp; saucer</g:title>\n"
		"<g:description>&lt;b&gt;</g:description>\n"
		"<g:link>https://s.example/products/cup?a=1&amp;b=2</g:link>\n"
		"<g:image_link>https://s.example/cup.jpg</g:image_link>\n"
		"<g:availability>in_stock</g:availability>\n"
		"<g:condition>new</g:condition>\n"
		"<g:price>20.00 EUR</g:price>\n"
		"<g:sale_price>15.00 EUR</g:sale_price>\n"
		"<g:brand>B</g:brand>\n<g:gtin>4006381333931</g:gtin>\n"
		"<g:product_type>Home &gt; Kitchen</g:product_type>\n"
		"<g:color>Red</g:color>\n<g:size>M</g:size>\n"
		"<g:shipping_weight>250 g</g:shipping_weight>\n</item>\n"
		"<item>\n<g:id>A-2</g:id>\n<g:title>=T</g:title>\n"
		"<g:description>&quot;D&quot;, long</g:description>\n"
		"<g:link>l</g:link>\n"
		"<g:availability>out_of_stock</g:availability>\n"
		"<g:condition>new</g:condition>\n"
		"<g:price>1.00 EUR</g:price>\n"
		"<g:identifier_exists>no</g:identifier_exists>\n</item>\n"
		"</channel>\n</rss>\n");
}

static void csv_has_a_heading_and_a_line_each(void **state)
{
	(void)state;
	assert_string_equal(
		feed("products.csv"),
		"id,item_group_id,title,description,link,image_link,"
		"availability,condition,price,sale_price,brand,gtin,"
		"identifier_exists,product_type,color,size,shipping_weight\r\n"
		"A-1,0199,Cup & saucer,<b>,"
		"https://s.example/products/cup?a=1&b=2,"
		"https://s.example/cup.jpg,in_stock,new,20.00 EUR,15.00 EUR,B,"
		"4006381333931,,Home > Kitchen,Red,M,250 g\r\n"
		"A-2,,\"'=T\",\"\"\"D\"\", long\",l,,out_of_stock,new,"
		"1.00 EUR,,,,no,,,,\r\n");
}

static void each_line_of_ndjson_is_an_object(void **state)
{
	const char *lines = feed("products.ndjson");
	size_t length = strcspn(lines, "\n");
	const struct json_t *first = json_read_quietly(&arena, lines, length);
	const struct json_t *second = json_read_quietly(
		&arena, lines + length + 1, strlen(lines + length + 1));

	(void)state;
	assert_string_equal(json_text_at(first, "title", ""), "Cup & saucer");
	assert_string_equal(json_text_at(first, "shipping_weight", ""),
			    "250 g");
	assert_string_equal(json_text_at(second, "description", ""),
			    "\"D\", long");
	assert_int_equal(json_count(second), 8);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(xml_takes_no_markup_and_no_control_bytes),
		T(csv_is_quoted_where_it_must_be),
		T(no_spreadsheet_finds_a_formula),
		T(only_sound_gtins_are_told),
		T(google_gets_rss_with_its_attributes),
		T(csv_has_a_heading_and_a_line_each),
		T(each_line_of_ndjson_is_an_object),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
