/* cart_item_http.c - lines come, change and go. */
#include "cart_http.h"

#include <string.h>

#include <queries.h>
#include <rest/request.h>

static const struct fault_kind too_many = {
	422, "quantity_too_large", "A line has at most 9999 pieces."};

/* "sku", or "items.3.sku" in a list. */
static bool refuse_item(struct work *w, const char *field, size_t place,
			bool is_list, const char *why)
{
	if (is_list)
		field = arena_format(&w->arena, "items.%zu.%s", place, field);
	return refuse_field(w, field, "%s", why);
}

/* How a line names its goods, as cart_variants takes it; NULL: not at all, or
 * in two ways. */
static const char *item_kind(struct arena *arena, const struct item_in *item,
			     const char **key)
{
	bool has_variant = !uuid_is_nil(&item->variant);
	bool has_sku = item->sku != NULL;
	bool has_product = item->product != NULL;
	struct uuid uuid;
	char *text;

	if (has_variant + has_sku + has_product != 1)
		return NULL;
	if (has_variant) {
		text = arena_alloc(arena, UUID_TEXT_LENGTH + 1);
		uuid_format(&item->variant, text);
		*key = text;
		return "variant";
	}
	*key = has_sku ? item->sku : item->product;
	if (has_sku)
		return "sku";
	return uuid_parse(item->product, &uuid) ? "product" : "slug";
}

static const char *item_field(const struct item_in *item)
{
	if (item->sku != NULL)
		return "sku";
	return item->product != NULL ? "product" : "variant";
}

/* Asks the database for those that are not named by their variant. */
static async bool variants_find(struct work *w, const struct item_in *items,
				size_t count, bool is_list,
				struct uuid *variants)
{
	const char **kinds = arena_array(&w->arena, const char *, count);
	const char **keys = arena_array(&w->arena, const char *, count);
	bool fine = true;
	struct rows rows;

	for (size_t i = 0; i < count; i++)
		kinds[i] = item_kind(&w->arena, &items[i], &keys[i]);
	if (!db_query(w, &q_cart_variants,
		      params(p_texts(&w->arena, kinds, count),
			     p_texts(&w->arena, keys, count)),
		      &rows))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (row_is_null(&rows, (int)i, 0))
			fine = refuse_item(w, item_field(&items[i]), i, is_list,
					   "There is no such product.");
		else
			variants[i] = row_uuid(&rows, (int)i, 0);
	}
	return fine;
}

static async bool variants_read(struct work *w, const struct item_in *items,
				size_t count, bool is_list,
				struct uuid *variants)
{
	bool are_known = true;
	bool fine = true;
	const char *key;

	for (size_t i = 0; i < count; i++) {
		const char *kind = item_kind(&w->arena, &items[i], &key);

		if (kind == NULL)
			fine = refuse_item(w, "variant", i, is_list,
					   "Give one of variant, sku and "
					   "product.");
		else if (strcmp(kind, "variant") == 0)
			variants[i] = items[i].variant;
		else
			are_known = false;
	}
	return fine && (are_known ||
			variants_find(w, items, count, is_list, variants));
}

/* The same goods twice are one line: the sum is what is checked. */
static bool goods_merge(struct work *w, const struct uuid *variants,
			const struct item_in *items, size_t count,
			struct cart_goods *goods)
{
	goods->count = 0;
	goods->variants = arena_array(&w->arena, struct uuid, count);
	goods->quantities = arena_array(&w->arena, int64_t, count);
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		while (at < goods->count &&
		       !uuid_equal(&goods->variants[at], &variants[i]))
			at++;
		if (at == goods->count)
			goods->variants[goods->count++] = variants[i];
		goods->quantities[at] +=
			items[i].quantity == 0 ? 1 : items[i].quantity;
		if (goods->quantities[at] > CART_QUANTITY_MAX)
			return refuse(w, &too_many, NULL);
	}
	return true;
}

async bool goods_read(struct request *req, const struct item_in *items,
		      size_t count, bool is_list, struct cart_goods *goods)
{
	struct work *w = &req->http.work;
	struct uuid *variants = arena_array(&w->arena, struct uuid, count);

	return variants_read(w, items, count, is_list, variants) &&
	       goods_merge(w, variants, items, count, goods);
}

async bool goods_add(struct request *req, const struct cart_key *key,
		     const struct cart_goods *goods, struct cart *cart)
{
	return cart_add(&req->http.work, key, goods, cart);
}

struct addition {
	struct request *req;
	struct cart_key key;
	struct cart_goods goods;
	struct cart cart;
};

static async bool add_step(struct work *w, void *argument)
{
	struct addition *it = argument;

	(void)w;
	return goods_add(it->req, &it->key, &it->goods, &it->cart);
}

/* If-Match would need the version first; adding commutes: nobody needs it. */
async bool cart_items_add(struct request *req)
{
	struct addition it = {.req = req};
	struct items_in in;
	struct item_in one;
	bool is_list;

	if (!cart_key_read(req, &it.key) || !read_body(req, &in))
		return false;
	one = (struct item_in){in.variant, in.sku, in.product, in.quantity};
	is_list = was_given(req, struct items_in, items);
	if (is_list && (!uuid_is_nil(&in.variant) || in.sku != NULL ||
			in.product != NULL || in.quantity != 0))
		return refuse_field(&req->http.work, "items",
				    "Give one line, or items.");
	return goods_read(req, is_list ? in.items.items : &one,
			  is_list ? in.items.count : 1, is_list, &it.goods) &&
	       db_transact(&req->http.work, add_step, &it) &&
	       cart_reply(req, 201, &it.cart, NULL);
}

struct setting {
	struct uuid item;
	struct quantity_in in;
};

static async bool item_set(struct request *req, struct cart *cart,
			   void *argument)
{
	const struct setting *setting = argument;

	return cart_item_set(&req->http.work, &cart->id, &setting->item,
			     setting->in.quantity);
}

async bool cart_item_patch(struct request *req)
{
	struct setting setting;

	if (!path_uuid(req, "item", &setting.item) ||
	    !read_body(req, &setting.in))
		return false;
	if (!was_given(req, struct quantity_in, quantity))
		return refuse_field(&req->http.work, "quantity",
				    "This field is required.");
	return cart_change(req, 200, item_set, &setting);
}

async bool cart_item_delete(struct request *req)
{
	struct setting setting = {.in = {0}};

	return path_uuid(req, "item", &setting.item) &&
	       cart_change(req, 200, item_set, &setting);
}
