/* bounds.c - the least and most of a field, with what its table leaves out. */
#include "validate.h"

static bool is_number(const struct field *field)
{
	return field->type == FIELD_INTEGER || field->type == FIELD_MONEY;
}

static bool is_list(const struct field *field)
{
	return field->type == FIELD_LIST || field->type == FIELD_TEXTS ||
	       field->type == FIELD_DICT;
}

static bool is_open(const struct field *field)
{
	return field->max < field->min || (field->min == 0 && field->max == 0);
}

bool has_least(const struct field *field)
{
	return !is_number(field) ? field->min > 0
				 : field->min != 0 || field->max != 0 ||
					   field->type == FIELD_MONEY;
}

int64_t field_least(const struct field *field)
{
	return is_number(field) && !has_least(field) ? -MONEY_MAX : field->min;
}

int64_t field_most(const struct field *field)
{
	if (!is_open(field))
		return field->max;
	if (is_number(field))
		return MONEY_MAX;
	return is_list(field) ? LIST_MAX : TEXT_MAX;
}
