/* chunk.c - a small machine over the bytes of a chunked body. */
#include "chunk.h"

enum state {
	SIZE,	    /* hexadecimal digits */
	EXTENSION,  /* from ";" to the line's end */
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER,    /* at the start of a line behind the last chunk */
	FIELD,	    /* within such a line */
	FIELD_LF,
	LAST_LF,
	REFUSED
};

enum { SIZE_DIGITS = 12, EXTRA_MAX = 4096 };

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static enum state size_next(struct chunk *chunk, char c)
{
	int digit = digit_of(c);

	if (digit >= 0) {
		chunk->left = chunk->left * 16 + (unsigned)digit;
		return ++chunk->digits > SIZE_DIGITS ? REFUSED : SIZE;
	}
	if (chunk->digits == 0)
		return REFUSED;
	if (c == '\r')
		return SIZE_LF;
	return c == ';' || c == ' ' || c == '\t' ? EXTENSION : REFUSED;
}

/* Text that is dropped, up to its CR. */
static enum state text_next(struct chunk *chunk, char c, enum state here,
			    enum state line_end)
{
	if (c == '\r')
		return line_end;
	if (((unsigned char)c < ' ' && c != '\t') || c == 0x7f)
		return REFUSED;
	return ++chunk->extra > EXTRA_MAX ? REFUSED : here;
}

static enum state line_feed(char c, enum state next)
{
	return c == '\n' ? next : REFUSED;
}

static enum state next_state(struct chunk *chunk, char c)
{
	switch ((enum state)chunk->state) {
	case SIZE:
		return size_next(chunk, c);
	case EXTENSION:
		return text_next(chunk, c, EXTENSION, SIZE_LF);
	case SIZE_LF:
		return line_feed(c, chunk->left > 0 ? DATA : TRAILER);
	case DATA_CR:
		return c == '\r' ? DATA_LF : REFUSED;
	case DATA_LF:
		chunk->digits = 0;
		return line_feed(c, SIZE);
	case TRAILER:
		return text_next(chunk, c, FIELD, LAST_LF);
	case FIELD:
		return text_next(chunk, c, FIELD, FIELD_LF);
	case FIELD_LF:
		return line_feed(c, TRAILER);
	default:
		return REFUSED;
	}
}

static int data_take(struct chunk *chunk, struct chunk_input *input)
{
	size_t length = input->length;

	if (chunk->left < length)
		length = (size_t)chunk->left;
	input->data = input->bytes;
	input->data_length = length;
	input->bytes += length;
	input->length -= length;
	chunk->left -= length;
	if (chunk->left == 0)
		chunk->state = DATA_CR;
	return CHUNK_DATA;
}

int chunk_take(struct chunk *chunk, struct chunk_input *input)
{
	while (input->length > 0) {
		char c = *input->bytes;

		if (chunk->state == DATA)
			return data_take(chunk, input);
		input->bytes++;
		input->length--;
		if (chunk->state == LAST_LF)
			return c == '\n' ? CHUNK_DONE : 400;
		chunk->state = (int)next_state(chunk, c);
		if (chunk->state == REFUSED)
			return 400;
	}
	return CHUNK_MORE;
}
