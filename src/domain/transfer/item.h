/* item.h - a product with its variants as a file has it, whatever the format:
 * checked, and in the form in which the statements take it. */
#ifndef TRANSFER_ITEM_H
#define TRANSFER_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>
#include <platform/text.h>
#include <platform/uuid.h>

enum {
	ITEM_CATEGORIES_MAX = 16,
	ITEM_OPTIONS_MAX = 5,
	ITEM_VARIANTS_MAX = 500,
	ITEM_PRICES_MAX = 32,
	ITEM_KEY_MAX = 200
};

/* What is wrong, where: the column's name, and the line when it is not the
 * item's first. */
struct import_refusal {
	int64_t line;
	const char *column;
	const char *reason;
};

struct import_price {
	char currency[4];
	int64_t amount;	    /* -1: not said */
	int64_t compare_at; /* -1: none */
};

struct import_variant {
	const char *sku;
	struct uuid id;	       /* if it is new */
	const char *members;   /* "barcode":"1","weight_grams":5; may be "" */
	const char *options;   /* {"Size":"M"}; NULL: not said */
	const char *name;      /* "Red / M"; with options */
	const char *attributes; /* a JSON object; NULL: not said */
	struct import_price *prices;
	size_t price_count;
	int64_t stock; /* -1: not said */
};

enum import_fate { IMPORT_CREATE, IMPORT_UPDATE, IMPORT_SAME, IMPORT_REFUSE };

struct import_item {
	int64_t line, place, end; /* of its first byte and behind its last */
	int64_t at_line;	  /* that is being read, for a refusal */
	int64_t records;

	const char *key;    /* the same key is the same product */
	const char *slug;   /* NULL: not said */
	const char *name;   /* NULL: not said */
	const char *status; /* NULL: not said */
	const char *type;   /* code of its product type; "" none; NULL: not said */
	const char *members; /* the rest of it, as JSON members; may be "" */
	const char *options; /* [{"name":"Size","values":["M"]}]; NULL: not said */
	const char *const *categories; /* from the root down */
	size_t category_count;
	bool has_category; /* said, perhaps as none */
	const char *attributes; /* a JSON object of what is set; never NULL */
	const char *unset;	/* a JSON list of what goes; never NULL */
	bool replaces;		/* all that it had go first */
	struct import_variant *variants;
	size_t variant_count;

	/* what becomes of it */
	enum import_fate fate;
	struct import_refusal refusal;
	const char *raw; /* of a refused one, its beginning */
	struct uuid product;
	struct uuid category;
	struct uuid product_type; /* by which its attributes are judged */
	bool is_changed; /* of those updated */
	char hash[65]; /* of all that the file says of it */
};

/* An attribute that the file speaks of: made if the shop has none. */
struct import_attribute {
	const char *code;
	const char *name;
	const char *kind; /* text number boolean date */
};

bool item_refuse(struct import_item *item, const char *column,
		 const char *reason);

/* ---- fields: what both our formats call things ---- */

enum field_place { OF_PRODUCT, OF_VARIANT };
enum field_kind {
	OF_TEXT,   /* at most `max` bytes */
	OF_TIME,   /* ISO 8601 or "" */
	OF_NUMBER, /* 0 to `max` */
	OF_FLAG,
	OF_MAP, /* a JSON object */
	OF_URLS /* with spaces between them, or a JSON list */
};
struct transfer_field {
	const char *column; /* in CSV */
	const char *member; /* in NDJSON, and for the statements */
	enum field_place place;
	enum field_kind kind;
	int64_t max;
};
extern const struct transfer_field transfer_fields[]; /* ended by NULL */

/* An item under construction. */
struct maker {
	struct arena *arena;
	struct import_item *item;
	struct text product; /* members */
	struct text variant; /* members of the one at hand */
	struct text options; /* members, of the one at hand */
	struct text name;
	size_t options_said; /* by the one at hand */
	struct import_variant *at_hand;
	const char *attributes; /* given whole, members */
	struct text set;	/* members, one by one */
	struct text unset;	/* items of a list */
	const char *option_names[ITEM_OPTIONS_MAX];
	struct text option_values[ITEM_OPTIONS_MAX]; /* items of a list */
	size_t variant_room;
	size_t option_count;
};

void maker_begin(struct maker *maker, struct arena *arena,
		 struct import_item *item);
/* One more variant, for all that follows. */
bool maker_variant(struct maker *maker, const char *sku);
/* One cell; text NULL: not said. False after item_refuse. */
bool maker_field(struct maker *maker, const struct transfer_field *field,
		 const char *text);
bool maker_name(struct maker *maker, const char *column, const char *text);
bool maker_slug(struct maker *maker, const char *text);
bool maker_status(struct maker *maker, const char *text);
bool maker_type(struct maker *maker, const char *text);
/* "A > B > C", or a JSON list. */
bool maker_category(struct maker *maker, const char *text);
bool maker_stock(struct maker *maker, const char *text);
/* amount and compare_at may be NULL or "". */
struct price_cells {
	const char *currency; /* "" is the shop's */
	const char *amount, *compare_at;
	const char *amount_column, *compare_at_column; /* for the refusal */
};
bool maker_price(struct maker *maker, const struct price_cells *cells);
/* The next option of the variant at hand: "Size", "M". */
bool maker_option(struct maker *maker, const char *name, const char *value);
/* One attribute by its code; "" takes it away. */
bool maker_attribute(struct maker *maker, const char *code, const char *text);
/* All of them at once, a JSON object. */
bool maker_attributes(struct maker *maker, const char *json);
bool maker_variant_attributes(struct maker *maker, const char *column,
			      const char *json);
/* Checks the whole, fills item->hash. */
bool maker_end(struct maker *maker);

#endif
