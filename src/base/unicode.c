/* SPDX-License-Identifier: Apache-2.0 */
/* Normalises text and domains with GnuTLS, which includes the tables of Unicode. */
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/text.h"
#include "base/unicode.h"

#define LABEL_MAX 63

bool
unicode_normalise(struct arena *a, const char *text, const char **out)
{
	gnutls_datum_t normal;

	if (text_is_ascii(text)) {
		*out = text;
		return true;
	}
	if (gnutls_utf8_password_normalize((const unsigned char *)text, (unsigned)strlen(text),
					   &normal, 0) != 0)
		return false;
	*out = arena_strndup(a, (const char *)normal.data, normal.size);
	gnutls_free(normal.data);
	return true;
}

/* Letters, digits and hyphens; a hyphen is neither first nor last. */
static bool
unicode_is_label(const char *label, size_t n)
{
	if (n == 0 || n > LABEL_MAX || label[0] == '-' || label[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = label[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static bool
unicode_is_host(const char *host)
{
	for (;;) {
		size_t n = strcspn(host, ".");

		if (!unicode_is_label(host, n))
			return false;
		if (host[n] == '\0')
			return true;
		host += n + 1;
	}
}

static void
unicode_lower(const unsigned char *from, size_t n, char *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 'a' - 'A' : from[i]);
	to[n] = '\0';
}

bool
unicode_domain(const char *domain, char out[DOMAIN_SIZE])
{
	gnutls_datum_t labels = { (unsigned char *)domain, (unsigned)strlen(domain) };
	bool mapped = false, fits;

	if (labels.size >= 4 * DOMAIN_SIZE)
		return false;
	if (!text_is_ascii(domain)) {
		if (gnutls_idna_map(domain, labels.size, &labels, 0) != 0)
			return false;
		mapped = true;
	}
	fits = labels.size < DOMAIN_SIZE;
	if (fits)
		unicode_lower(labels.data, labels.size, out);
	if (mapped)
		gnutls_free(labels.data);
	return fits && unicode_is_host(out);
}
