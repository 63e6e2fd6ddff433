/* form.c - names and values as forms and queries have them. */
#include <platform/form.h>

#include <string.h>

void form_encode(struct text *text, const char *value)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
		if (strchr(plain, *p) != NULL) {
			text_add_char(text, (char)*p);
			continue;
		}
		text_add_char(text, '%');
		text_add_char(text, hex[*p >> 4]);
		text_add_char(text, hex[*p & 15]);
	}
}

void form_add(struct text *form, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (form->length > 0 &&
	    strchr("?&", form->bytes[form->length - 1]) == NULL)
		text_add_char(form, '&');
	text_add(form, name);
	text_add_char(form, '=');
	form_encode(form, value);
}
