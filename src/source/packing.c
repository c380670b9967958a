#include "source/packing.h"

#include "base/cursor.h"

/* An octal number as tar headers hold it. */
static bool
tar_octal(struct span field, uint64_t *out)
{
	uint64_t v = 0;
	size_t digits = 0;

	while (field.n > 0 && field.p[0] == ' ')
		field = span_from(field, 1);
	while (field.n > 0 && field.p[0] >= '0' && field.p[0] <= '7') {
		v = v << 3 | (uint64_t)(field.p[0] - '0');
		field = span_from(field, 1);
		digits++;
	}
	*out = v;
	return digits > 0 &&
	       (field.n == 0 || field.p[0] == ' ' || field.p[0] == '\0');
}

/* POSIX.1-1988 ustar and its ancestors: the checksum of the header, taken with
 * its own field as blanks; some old programs summed signed bytes. */
static bool
tar_probe(struct span head)
{
	struct span sum_field = span_sub(head, 148, 156);
	int64_t plain = 0, with_sign = 0;
	uint64_t sum;

	if (head.n < PACKING_HEAD || head.p[0] == '\0' ||
	    !tar_octal(sum_field, &sum))
		return false;
	for (size_t i = 0; i < PACKING_HEAD; i++) {
		char c = i >= 148 && i < 156 ? ' ' : head.p[i];

		plain += (unsigned char)c;
		with_sign += (signed char)c;
	}
	return sum == (uint64_t)plain || (int64_t)sum == with_sign;
}

static bool
bzip2_probe(struct span head)
{
	struct span magic = span_sub(head, 4, 10);

	return span_starts(head, SPAN("BZh")) && head.n > 3 &&
	       head.p[3] >= '1' && head.p[3] <= '9' &&
	       (span_eq(magic, SPAN("\x31\x41\x59\x26\x53\x59")) ||
		   span_eq(magic, SPAN("\x17\x72\x45\x38\x50\x90")));
}

/* RFC 8878: a frame, or a skippable frame (3.1.2) as parallel zstd starts. */
static bool
zstd_probe(struct span head)
{
	struct cursor c = cursor_of(head);
	uint32_t magic = cursor_le32(&c);

	if (!c.failed && (magic & 0xfffffff0u) == 0x184d2a50u) {
		cursor_skip(&c, cursor_le32(&c));
		magic = cursor_le32(&c);
	}
	return !c.failed && magic == 0xfd2fb528u;
}

enum packing
packing_of(struct span head)
{
	/* RFC 1952: ID1, ID2, deflate, no reserved flag. */
	if (span_starts(head, SPAN("\x1f\x8b\x08")) && head.n > 3 &&
	    (head.p[3] & 0xe0) == 0)
		return PACK_GZIP;
	if (bzip2_probe(head))
		return PACK_BZIP2;
	if (span_starts(head, SPAN("\xfd"
				   "7zXZ\0")))
		return PACK_XZ;
	if (zstd_probe(head))
		return PACK_ZSTD;
	if (span_starts(head, SPAN("7z\xbc\xaf\x27\x1c")))
		return PACK_7Z;
	/* A member, the end of an empty archive, a split one. */
	if (span_starts(head, SPAN("PK\x03\x04")) ||
	    span_starts(head, SPAN("PK\x05\x06")) ||
	    span_starts(head, SPAN("PK\x07\x08PK\x03\x04")) ||
	    span_starts(head, SPAN("PK00PK\x03\x04")))
		return PACK_ZIP;
	return tar_probe(head) ? PACK_TAR : PACK_NONE;
}
