/* json_out.c - JSON written straight into a text. */
#include <platform/text.h>

#include <string.h>

/* What stands for a byte below 0x20 after the backslash; 0: \u00XX. */
static const char short_escape[32] = {
	['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

static const char hex[] = "0123456789abcdef";

/* 1 where a byte cannot stand as it is; 0xe2 begins U+2028 and U+2029. */
static const unsigned char special[256] = {
	[0] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['\\'] = 1, [0xe2] = 1};

static size_t escape(struct text *text, const unsigned char *at, size_t left)
{
	char code[6] = {'\\', 'u', '0', '0', 0, 0};

	if (*at == 0xe2) {
		if (left >= 3 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8) {
			text_add(text, at[2] == 0xa8 ? "\\u2028" : "\\u2029");
			return 3;
		}
		text_add_char(text, (char)*at);
	} else if (*at >= 0x20 || short_escape[*at] != 0) {
		code[1] = *at >= 0x20 ? (char)*at : short_escape[*at];
		text_add_bytes(text, code, 2);
	} else {
		code[4] = hex[*at >> 4];
		code[5] = hex[*at & 15];
		text_add_bytes(text, code, 6);
	}
	return 1;
}

void text_add_json(struct text *text, const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes;
	const unsigned char *end = at + length;

	text_grow(text, length + 2);
	text_add_char(text, '"');
	while (at < end) {
		const unsigned char *plain = at;

		while (at < end && !special[*at])
			at++;
		text_add_bytes(text, (const char *)plain, (size_t)(at - plain));
		if (at < end)
			at += escape(text, at, (size_t)(end - at));
	}
	text_add_char(text, '"');
}

void out_init(struct out *out, struct text *text)
{
	*out = (struct out){.text = text};
}

static void value_begins(struct out *out)
{
	if (out->needs_comma)
		text_add_char(out->text, ',');
	out->needs_comma = true;
}

static void open_with(struct out *out, char bracket)
{
	value_begins(out);
	text_add_char(out->text, bracket);
	out->needs_comma = false;
}

static void close_with(struct out *out, char bracket)
{
	text_add_char(out->text, bracket);
	out->needs_comma = true;
}

void out_object(struct out *out)
{
	open_with(out, '{');
}

void out_object_end(struct out *out)
{
	close_with(out, '}');
}

void out_array(struct out *out)
{
	open_with(out, '[');
}

void out_array_end(struct out *out)
{
	close_with(out, ']');
}

void out_key(struct out *out, const char *key)
{
	value_begins(out);
	text_add_char(out->text, '"');
	text_add(out->text, key);
	text_add_bytes(out->text, "\":", 2);
	out->needs_comma = false;
}

static void out_bytes(struct out *out, const char *bytes, size_t length)
{
	value_begins(out);
	text_add_json(out->text, bytes, length);
}

void out_text(struct out *out, const char *string)
{
	if (string == NULL)
		out_null(out);
	else
		out_bytes(out, string, strlen(string));
}

void out_int(struct out *out, int64_t number)
{
	value_begins(out);
	text_add_int(out->text, number);
}

void out_raw(struct out *out, const char *json, size_t length)
{
	value_begins(out);
	text_add_bytes(out->text, json, length);
}

void out_bool(struct out *out, bool is_true)
{
	out_raw(out, is_true ? "true" : "false", is_true ? 4 : 5);
}

void out_null(struct out *out)
{
	out_raw(out, "null", 4);
}
