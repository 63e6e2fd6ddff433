/* total.c - what goods, shipping and tax come to. Never waits. */
#include <domain/pricing.h>

#include <platform/money.h>

static const struct fault_kind too_large = {
	422, "amount_too_large", "The amount is too large."};

/* The one place where an amount is rounded. */
static bool tax_of(int64_t amount, struct price_tax tax, int64_t *result)
{
	return tax.is_inclusive
		       ? tax_inclusive(amount, tax.rate, ROUND_HALF_UP, result)
		       : tax_exclusive(amount, tax.rate, ROUND_HALF_UP, result);
}

static bool line_total(struct price_line *line, struct price_tax tax,
		       struct price_sum *sum)
{
	int64_t total = line->unit_price;

	if (!money_multiply(&total, line->quantity) ||
	    !tax_of(total, tax, &line->tax))
		return false;
	line->total = total;
	return money_add(&sum->subtotal, total) &&
	       money_add(&sum->tax_total, line->tax);
}

bool price_total(struct work *w, struct price_line *lines, size_t count,
		 struct price_tax tax, struct price_sum *sum)
{
	sum->subtotal = 0;
	sum->tax_total = 0;

	for (size_t i = 0; i < count; i++)
		if (!line_total(&lines[i], tax, sum))
			return refuse(w, &too_large,
				      "The amount is too large, at line %zu.",
				      i + 1);
	if (!tax_of(sum->shipping, tax, &sum->shipping_tax) ||
	    !money_add(&sum->tax_total, sum->shipping_tax))
		return refuse(w, &too_large, NULL);
	sum->total = sum->subtotal;
	if (!money_add(&sum->total, sum->shipping) ||
	    (!tax.is_inclusive && !money_add(&sum->total, sum->tax_total)))
		return refuse(w, &too_large, NULL);
	return true;
}
