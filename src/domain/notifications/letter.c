/* letter.c - a mail as plain text and as simple, accessible HTML. */
#include "notice.h"

#include <stdio.h>
#include <string.h>

#include <platform/json.h>

/* Line breaks and controls in a value would let it write lines of ours. */
static char one_line(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f ? ' ' : c;
}

static void add_text(struct text *text, const char *value)
{
	for (; *value != '\0'; value++)
		text_add_char(text, one_line(*value));
}

static void add_html(struct text *html, const char *value)
{
	for (; *value != '\0'; value++) {
		switch (*value) {
		case '&':
			text_add(html, "&amp;");
			break;
		case '<':
			text_add(html, "&lt;");
			break;
		case '>':
			text_add(html, "&gt;");
			break;
		case '"':
			text_add(html, "&quot;");
			break;
		case '\'':
			text_add(html, "&#39;");
			break;
		default:
			text_add_char(html, one_line(*value));
		}
	}
}

static void add_tagged(struct text *html, const char *open, const char *value,
		       const char *close)
{
	text_add(html, open);
	add_html(html, value);
	text_add(html, close);
}

void letter_begin(struct letter *letter, struct arena *arena,
		  const char *subject)
{
	struct text line;

	text_init(&line, arena, 80);
	add_text(&line, subject);
	letter->subject = line.length > 0 ? line.bytes : "";
	text_init(&letter->text, arena, 1024);
	text_init(&letter->html, arena, 4096);
	text_add(&letter->html,
		 "<!DOCTYPE html>\n<html lang=\"en\"><head>"
		 "<meta charset=\"utf-8\"><meta name=\"viewport\" "
		 "content=\"width=device-width, initial-scale=1\">\n");
	add_tagged(&letter->html, "<title>", subject, "</title></head>\n");
	text_add(&letter->html,
		 "<body style=\"font-family: sans-serif; line-height: 1.5; "
		 "color: #1a1a1a; max-width: 40em; margin: 0 auto; "
		 "padding: 1em\">\n");
}

void letter_heading(struct letter *letter, const char *words)
{
	add_text(&letter->text, words);
	text_add(&letter->text, "\n\n");
	add_tagged(&letter->html, "<h1 style=\"font-size: 1.4em\">", words,
		   "</h1>\n");
}

void letter_paragraph(struct letter *letter, const char *words)
{
	add_text(&letter->text, words);
	text_add(&letter->text, "\n\n");
	add_tagged(&letter->html, "<p>", words, "</p>\n");
}

void letter_link(struct letter *letter, const char *words, const char *url)
{
	bool is_web = strncmp(url, "https://", 8) == 0 ||
		      strncmp(url, "http://", 7) == 0;

	add_text(&letter->text, words);
	text_add(&letter->text, ":\n");
	add_text(&letter->text, url);
	text_add(&letter->text, "\n\n");
	if (is_web) {
		add_tagged(&letter->html, "<p><a href=\"", url, "\">");
		add_tagged(&letter->html, "", words, "</a></p>\n");
	}
	add_tagged(&letter->html, "<p>", url, "</p>\n");
}

void letter_table(struct letter *letter, const char *caption)
{
	add_text(&letter->text, caption);
	text_add(&letter->text, "\n");
	text_add(&letter->html,
		 "<table style=\"border-collapse: collapse; width: 100%\">\n");
	add_tagged(&letter->html,
		   "<caption style=\"text-align: left; font-weight: bold\">",
		   caption, "</caption>\n<tbody>\n");
}

void letter_row(struct letter *letter, const char *what, const char *much,
		bool is_sum)
{
	text_add(&letter->text, "  ");
	add_text(&letter->text, what);
	text_add(&letter->text, ": ");
	add_text(&letter->text, much);
	text_add(&letter->text, "\n");
	text_add(&letter->html, is_sum ? "<tr style=\"font-weight: bold\">"
				       : "<tr>");
	add_tagged(&letter->html,
		   "<th scope=\"row\" style=\"text-align: left; "
		   "font-weight: inherit; padding: 0.3em 0\">",
		   what, "</th>");
	add_tagged(&letter->html, "<td style=\"text-align: right\">", much,
		   "</td></tr>\n");
}

void letter_table_end(struct letter *letter)
{
	text_add(&letter->text, "\n");
	text_add(&letter->html, "</tbody></table>\n");
}

void letter_end(struct letter *letter, const char *shop)
{
	text_add(&letter->text, "-- \n");
	add_text(&letter->text, shop);
	text_add(&letter->text, "\n");
	add_tagged(&letter->html,
		   "<p style=\"color: #595959; border-top: 1px solid #ccc; "
		   "padding-top: 1em\">",
		   shop, "</p>\n</body></html>\n");
}
