/* products.h - what the files about products and variants know of one
 * another. */
#ifndef PRODUCTS_H
#define PRODUCTS_H

#include <platform/db.h>
#include <platform/text.h>
#include <platform/uuid.h>
#include <rest/request.h>

struct listing;

enum {
	OPTIONS_MAX = 5,	 /* of a product */
	OPTION_VALUES_MAX = 100, /* of an option */
	VARIANTS_MAX = 500,	 /* of a product */
	BULK_ROWS_MAX = 500
};

/* ---- what staff send; NULL or 0 where it was not sent ---- */

struct option_input {
	const char *name; /* "Size" */
	struct field_list values;
};

struct variant_input {
	struct field_given sent; /* stays first */
	const char *sku;
	const char *barcode;
	const char *options;	/* JSON: {"Size": "M"} */
	const char *attributes; /* JSON */
	int64_t price;		/* minor units of the shop's currency */
	int64_t compare_at_price;
	int64_t weight_grams;
	int64_t length_mm;
	int64_t width_mm;
	int64_t height_mm;
	bool is_default;
	bool is_active;
	int64_t position;
	int64_t stock_on_hand; /* only when it is created */
	const char *metadata;  /* JSON, as is the next */
	const char *private_metadata;
};

struct generate_input {
	struct field_given sent; /* stays first */
	const char *sku;	 /* a pattern */
	int64_t price;
	int64_t stock_on_hand;
};

struct product_input {
	struct field_given sent; /* stays first */
	const char *slug;
	const char *name;
	const char *description;
	const char *brand;
	const char *status;
	const char *category; /* slug */
	const char *type;     /* code */
	const char *sku;      /* of the default variant, as the next five */
	int64_t price;
	int64_t compare_at_price;
	int64_t weight_grams;
	int64_t stock_on_hand;
	const char *attributes; /* JSON */
	struct field_list images;
	struct field_list options;  /* struct option_input */
	struct field_list variants; /* struct variant_input */
	int64_t publish_at;
	int64_t unpublish_at;
	const char *seo_title;
	const char *seo_description;
	const char *metadata; /* JSON, as is the next */
	const char *private_metadata;
	struct uuid id;	 /* in bulk: of the one that is changed */
	int64_t version; /* in bulk: as it was seen */
};

struct bulk_input {
	const char *error_policy;
	struct field_list rows;
};

#define PRODUCT_SENT(in, member) \
	field_sent(&(in)->sent, offsetof(struct product_input, member))
#define VARIANT_SENT(in, member) \
	field_sent(&(in)->sent, offsetof(struct variant_input, member))

extern const struct choice product_statuses[];
extern const struct resource product_card_resource; /* in lists */
/* The same with what expand= may ask for. */
extern const struct resource product_resource;
extern const struct resource variant_resource;
extern const struct resource option_resource;
extern const struct resource product_admin_card_resource;
extern const struct resource product_admin_resource;
extern const struct resource product_bulk_row_resource;
extern const struct resource product_bulk_resource;
extern const struct resource product_bulk_answer_resource;
extern const struct resource variant_admin_resource;
extern const struct resource variant_generate_resource;

extern const struct listing product_admin_listing;

/* ---- rows on their way to the database ---- */

/* A product to be made or changed, its variants with it. */
struct product_row {
	struct product_input in;
	struct uuid id;
	bool is_new;
	/* As the database has it, or will. */
	struct uuid category;
	struct uuid type;	  /* after the change */
	struct uuid variant;	  /* the default one */
	int64_t version;	  /* before; 0: it is not there */
	const char *status;	  /* before; NULL: it is new */
	const char *options;	  /* after the change, JSON */
	struct uuid *variants;	  /* ids of in.variants */
	struct fault fault;	  /* why it cannot be; kind NULL: it can */
};

struct product_rows {
	size_t count;
	struct product_row *list;
	const struct uuid *actor; /* staff's account */
};

/* Makes of what was read a product that is new, with its ids; false with field
 * errors, also beside those of reading. */
bool product_row_begin(struct work *w, struct product_row *row);
/*
 * Locks what is to be changed, looks up what the rows name and judges each by
 * the state it meets; those that cannot be have a fault then. False only when
 * the database fails. In a transaction.
 */
async bool product_rows_judge(struct work *w, struct product_rows *rows);
/* Writes the rows without faults. False also when one of them turns out
 * impossible: then some have faults, or a constraint has spoken. */
async bool product_rows_write(struct work *w, struct product_rows *rows);
/* Makes lists and feeds see what was written, and tells it. */
async bool product_rows_announce(struct work *w, struct product_rows *rows);
/* Makes the fault of the moment the row's, and forgives it. */
void product_row_blame(struct work *w, struct product_row *row);
/* A constraint of the database as a field error; false. */
bool product_explain(struct work *w);

/* The JSON that the statements take: of one product, of its variants. Pure. */
void product_row_out(struct out *out, const struct product_row *row);
void product_variants_out(struct out *out, const struct product_row *row);
/* product NULL: the variant is there already; else where it stands and whether
 * it is the default one are told in any case. */
void variant_out(struct out *out, const struct variant_input *in,
		 const struct uuid *id, const struct uuid *product);

/* ---- options: pure ---- */

/* Names and values stand once each, and are not too many. */
bool options_check(struct work *w, const char *field,
		   const struct option_input *options, size_t count);
/* The options as JSON, as product.options has them. */
const char *options_json(struct arena *arena,
			 const struct option_input *options, size_t count);
/* Whether {"Size": "M"} names each option of the product's JSON and one of
 * its values; else a field error. Keys must be those of the options. */
bool options_choice_check(struct work *w, const char *field,
			  const char *options, const char *choice);
/* The first value of each option: what a variant without any means. */
const char *options_first(struct arena *arena, const char *options);
/* Their names in order; gives how many. */
size_t options_names(struct arena *arena, const char *options,
		     const char *const **names);
/*
 * All combinations of the values, the last option fastest, each as JSON in
 * *choices; 0 when there are more than VARIANTS_MAX, or no options.
 */
size_t options_matrix(struct arena *arena, const char *options,
		      const char *const **choices);
/* "{product}-{Size}" filled in: {product} is `stem`, {Size} its value in the
 * choice, both as slugs in upper case. What names nothing stays as it is. */
const char *options_sku(struct arena *arena, const char *pattern,
			const char *stem, const char *choice);

/* ---- handlers, by file ---- */

async bool product_show(struct request *req);
async bool product_variants(struct request *req);
async bool product_admin_list(struct request *req);
async bool product_admin_show(struct request *req);
async bool product_admin_create(struct request *req);
async bool product_admin_update(struct request *req);
async bool product_admin_delete(struct request *req);
async bool product_admin_restore(struct request *req);
async bool product_admin_bulk(struct request *req);
async bool variant_admin_list(struct request *req);
async bool variant_admin_create(struct request *req);
async bool variant_admin_show(struct request *req);
async bool variant_admin_update(struct request *req);
async bool variant_admin_delete(struct request *req);
async bool variant_admin_generate(struct request *req);

/* Refreshes products whose time to be shown or hidden has come. */
async bool product_turn_due(struct work *w);

#endif
