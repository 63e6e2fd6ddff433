/* rest/resource.h - the contract table of what goes in and out (DESIGN 4).
 * From it: parsing and validation with DRF's messages, output, OPTIONS
 * metadata, JSON Schema. */
#ifndef REST_RESOURCE_H
#define REST_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resource;
struct work;

/* With the C type that a field of it fills in the input struct. */
enum field_type {
	FIELD_TEXT,	/* const char *: trimmed, no NUL */
	FIELD_EMAIL,	/* const char *: lower-cased */
	FIELD_URL,	/* const char * */
	FIELD_SLUG,	/* const char * */
	FIELD_PASSWORD, /* const char *: not trimmed; always WRITE_ONLY */
	FIELD_CHOICE,	/* const char *: one of choices */
	FIELD_INTEGER,	/* int64_t within min..max */
	FIELD_BOOLEAN,	/* bool */
	FIELD_MONEY,	/* int64_t minor units; decimal string on the wire, in
			 * the sibling "currency" (column or member), else the
			 * shop's */
	FIELD_UUID,	/* struct uuid */
	FIELD_TIME,	/* int64_t microseconds UTC */
	FIELD_OBJECT,	/* struct of .resource, embedded at offset */
	FIELD_LIST,	/* struct field_list of .resource's struct */
	FIELD_TEXTS,	/* struct field_list of const char * */
	FIELD_MAP,	/* const char *: any JSON object, as compact JSON text */
	FIELD_DICT	/* const char *: object of texts, as JSON text */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0, /* in POST and PUT */
	FIELD_READ_ONLY = 1 << 1,
	FIELD_WRITE_ONLY = 1 << 2,
	FIELD_NULLABLE = 1 << 3, /* null is accepted and may be sent */
	FIELD_BLANK = 1 << 4,	 /* "" (or an empty list) is accepted */
	/* Read-only, and left out unless asked for by expand= or fields=: its
	 * column is needed only then (rest/select.h). */
	FIELD_EXPAND = 1 << 5
};

struct field_list {
	size_t count;
	void *items; /* array, in the arena */
};

struct choice {
	const char *value; /* NULL ends the list */
	const char *label;
};

struct field {
	const char *name; /* NULL ends the table */
	enum field_type type;
	unsigned flags;
	size_t offset; /* of the member it fills; READ_ONLY: unused */
	/* The result column it comes from; NULL: its name. OBJECT, LIST, TEXTS,
	 * MAP, DICT columns hold JSON text and are copied as they stand: money
	 * in them is made a decimal string by SQL's money_text(). */
	const char *column;
	int64_t min; /* INTEGER, MONEY: least; texts, lists: least length */
	/* Less than min, or both 0: texts 255, lists 100, INTEGER 2^53 - 1
	 * either way, MONEY from 0 up to 15 digits (negative money: min < 0). */
	int64_t max;
	const struct choice *choices;
	const struct resource *resource;
	const char *help; /* a sentence, for OPTIONS and OpenAPI */
};

/* What was sent of an object; bit i is field i of its resource. */
struct field_given {
	const struct resource *resource;
	uint64_t given;
	uint64_t nulls; /* sent as null */
};
/* Whether the field that fills the member at that offset was sent. */
bool field_sent(const struct field_given *sent, size_t offset);
bool field_sent_null(const struct field_given *sent, size_t offset);

/* By Django's validator; domains outside ASCII as punycode. */
bool is_email(const char *text);

struct resource {
	const char *name; /* "Product": schema name in OpenAPI */
	size_t size;	  /* of the struct it fills; 0 when only written */
	const struct field *fields;
	/* Rules over the whole, after every field has passed; may be NULL.
	 * Adds its errors with refuse_field(); returns false then. */
	bool (*rule)(struct work *w, const void *input);
	const char *help;
	/* The struct begins with a struct field_given, filled too: so the items
	 * of a list tell what was sent of them. */
	bool tells_given;
};

#endif
