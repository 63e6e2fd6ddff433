/* attribute.c - what the attributes of a product may be. Never waits. */
#include <domain/catalog.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <platform/json.h>
#include <platform/text.h>
#include <rest/request.h>

enum { TEXT_MAX = 255, DIGITS_MAX = 15, PLACES_MAX = 6, CODE_MAX = 100 };

/* One judgement of one object. */
struct judgement {
	struct work *w;
	const char *field;
	const struct attribute_set *set;
	struct text out; /* what is to be stored */
	bool is_good;
};

static bool blame(struct judgement *judgement, const char *code,
		  const char *message)
{
	char *key = arena_text(&judgement->w->arena, code);

	/* A point would nest. */
	for (char *at = key; *at != '\0'; at++)
		*at = *at == '.' ? '_' : *at;
	judgement->is_good = false;
	return refuse_field(judgement->w,
			    arena_format(&judgement->w->arena, "%s.%s",
					 judgement->field, *key == '\0' ? "_" : key),
			    "%s", message);
}

static const struct attribute_rule *rule_of(const struct attribute_set *set,
					    const char *code)
{
	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->rules[i].code, code) == 0)
			return &set->rules[i];
	}
	return NULL;
}

/* The text of a text, a number or a boolean, stripped; NULL for any other. */
static char *plain(struct work *w, const struct json_t *value)
{
	const char *text = json_text(value);
	size_t length;

	if (json_kind(value) == JSON_KIND_BOOL)
		return arena_text(&w->arena, json_bool(value) ? "true" : "false");
	if (text == NULL)
		text = json_number_text(&w->arena, value);
	if (text == NULL)
		return NULL;
	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	return arena_copy(&w->arena, text, length);
}

/* Characters of UTF-8. */
static size_t letters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static const char *judge_text(char *text, struct text *out)
{
	if (*text == '\0')
		return "This field may not be blank.";
	if (letters(text) > TEXT_MAX)
		return "Ensure this field has no more than 255 characters.";
	text_add_json(out, text, strlen(text));
	return NULL;
}

/* Zeros that say nothing go: "007.50" is 7.5, "-0" is 0. */
static void write_number(const char *sign, const char *whole, char *fraction,
			 struct text *out)
{
	char text[2 * DIGITS_MAX];
	size_t places = strlen(fraction);
	int length;

	while (places > 0 && fraction[places - 1] == '0')
		fraction[--places] = '\0';
	while (*whole == '0')
		whole++;
	if (*whole == '\0' && places == 0)
		sign = "";
	length = snprintf(text, sizeof(text), "%s%s%s%s", sign,
			  *whole == '\0' ? "0" : whole, places > 0 ? "." : "",
			  fraction);
	text_add_bytes(out, text, (size_t)length);
}

static const char *judge_number(char *text, struct text *out)
{
	const char *sign = *text == '-' ? "-" : "";
	char *whole = text + (*text == '-' || *text == '+');
	size_t digits = strspn(whole, "0123456789");
	char *fraction = whole + digits;
	size_t places = 0;

	if (*fraction == '.') {
		*fraction++ = '\0';
		places = strspn(fraction, "0123456789");
	}
	if (digits + places == 0 || fraction[places] != '\0')
		return "A valid number is required.";
	if (digits + places > DIGITS_MAX)
		return "Ensure that there are no more than 15 digits in total.";
	if (places > PLACES_MAX)
		return "Ensure that there are no more than 6 decimal places.";
	write_number(sign, whole, fraction, out);
	return NULL;
}

static const char *judge_boolean(char *text, struct text *out)
{
	static const char *const truths[] = {"true", "1", "yes", "on", NULL};
	static const char *const lies[] = {"false", "0", "no", "off", NULL};

	for (char *at = text; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	for (size_t i = 0; truths[i] != NULL; i++) {
		if (strcmp(text, truths[i]) == 0 || strcmp(text, lies[i]) == 0) {
			text_add(out, strcmp(text, truths[i]) == 0 ? "true" : "false");
			return NULL;
		}
	}
	return "Must be a valid boolean.";
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* ISO 8601, a day there is: "2026-02-28". */
static bool is_date(const char *text)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	int part[3] = {0};

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	for (size_t i = 0, at = 0; at < 10; at++) {
		if (text[at] == '-') {
			i++;
			continue;
		}
		if (!isdigit((unsigned char)text[at]) || i > 2)
			return false;
		part[i] = part[i] * 10 + (text[at] - '0');
	}
	return part[0] > 0 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 &&
	       part[2] <= days[part[1] - 1] + (part[1] == 2 && is_leap(part[0]));
}

static const char *judge_date(char *text, struct text *out)
{
	if (!is_date(text))
		return "Date has wrong format. Use one of these formats "
		       "instead: YYYY-MM-DD.";
	text_add_json(out, text, strlen(text));
	return NULL;
}

static const char *judge_choice(struct work *w, const struct attribute_rule *rule,
				const char *text, struct text *out)
{
	for (size_t i = 0; i < rule->value_count; i++) {
		if (strcmp(rule->values[i], text) == 0) {
			text_add_json(out, text, strlen(text));
			return NULL;
		}
	}
	return arena_format(&w->arena, "\"%s\" is not a valid choice.", text);
}

static const char *judge_kind(struct work *w, const struct attribute_rule *rule,
			      char *text, struct text *out)
{
	static const struct {
		const char *kind;
		const char *(*judge)(char *text, struct text *out);
	} kinds[] = {
		{"text", judge_text},
		{"number", judge_number},
		{"boolean", judge_boolean},
		{"date", judge_date},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(rule->kind, kinds[i].kind) == 0)
			return kinds[i].judge(text, out);
	}
	return judge_choice(w, rule, text, out);
}

/* What it is called on the product of no type: a name, not a code. */
static const char *judge_name(const struct attribute_set *set, const char *code)
{
	if (set->is_typed)
		return "The product's type has no such attribute.";
	if (*code == '\0' || letters(code) > CODE_MAX)
		return "Ensure this name has 1 to 100 characters.";
	return NULL;
}

/* NULL: fine; the value is in judgement->out. */
static const char *complaint(struct judgement *judgement, const char *code,
			     const struct json_t *value)
{
	static const struct attribute_rule free_text = {.kind = "text"};
	const struct attribute_rule *rule = rule_of(judgement->set, code);
	const char *wrong;
	char *text;

	wrong = rule == NULL ? judge_name(judgement->set, code) : NULL;
	if (wrong != NULL)
		return wrong;
	if (json_kind(value) == JSON_KIND_NULL)
		return "This field may not be null.";
	if (json_flaw(value, NULL) != JSON_SOUND)
		return "Null characters are not allowed.";
	text = plain(judgement->w, value);
	if (text == NULL)
		return "Not a valid string.";
	if (judgement->out.length > 1)
		text_add_char(&judgement->out, ',');
	text_add_json(&judgement->out, code, strlen(code));
	text_add_char(&judgement->out, ':');
	return judge_kind(judgement->w, rule != NULL ? rule : &free_text, text,
			  &judgement->out);
}

static bool judge_entry(const char *code, const struct json_t *value,
			void *argument)
{
	struct judgement *judgement = argument;
	const char *wrong = complaint(judgement, code, value);

	if (wrong != NULL)
		blame(judgement, code, wrong);
	return true;
}

/* NULL after a field error when it is no object. */
static const struct json_t *read_json(struct work *w, const char *field,
				      const char *json)
{
	const struct json_t *object = json_read_quietly(&w->arena, json,
							strlen(json));

	if (json_kind(object) == JSON_KIND_OBJECT)
		return object;
	refuse_field(w, field,
		     "Expected a dictionary of items but got type \"%s\".",
		     object == NULL ? "str" : json_type_name(object));
	return NULL;
}

bool attributes_judge(struct work *w, const char *field,
		      const struct attribute_set *set, const char *json,
		      const char **clean)
{
	const struct json_t *object = read_json(w, field, json);
	struct judgement judgement = {
		.w = w, .field = field, .set = set, .is_good = true};

	if (object == NULL)
		return false;
	if (json_count(object) > ATTRIBUTES_MAX)
		return refuse_field(w, field,
				    "Ensure this field has no more than %d "
				    "elements.",
				    ATTRIBUTES_MAX);
	text_init(&judgement.out, &w->arena, strlen(json) + 1);
	text_add_char(&judgement.out, '{');
	json_each(object, judge_entry, &judgement);
	text_add_char(&judgement.out, '}');
	if (judgement.is_good && clean != NULL)
		*clean = judgement.out.bytes;
	return judgement.is_good;
}
