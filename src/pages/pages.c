/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/pages.h"

#include <string.h>

#include "assets.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/text.h"

/* To add a page: a row here, templates/NAME.html, its texts in po/, and a route. */
/* clang-format off */
static const struct page {
	const char *name, *layout, *title;
} table[] = {
	{ "signin",         "layout_flow", "Sign in" },
	{ "signin_by_server", "layout_flow", "Sign in" },
	{ "my_account",     "layout_flow", "Account" },
	{ "devices",        "layout_flow", "Devices" },
	{ "password",       "layout_flow", "Choose a new password" },
	{ "signed_out",     "layout_flow", "Signed out" },
	{ "reset",          "layout_flow", "Choose a new password" },
	{ "consent",        "layout_flow", "Let {service} use Usher" },
	{ "claims",         "layout_flow", "Continue to {app}" },
	{ "claims_step_up", "layout_flow", "Sign in again" },
	{ "going_on",       "layout_flow", "Signed in" },
	{ "error_404",      "layout_flow", "Not found" },
	{ "error_expired",  "layout_flow", "Page expired" },
	{ "error_client",   "layout_flow", "Problem with an app" },
	{ "error_busy",     "layout_flow", "Busy" },
	{ "help",           "layout_flow", "What is Usher?" },
};
/* clang-format on */
#define PAGES (sizeof table / sizeof table[0])

/* The texts that handlers show by view_message. */
static const char *const messages[] = {
	"The username or password is incorrect",
	"The password is incorrect",
	"Too many attempts. Try again in {wait} seconds. "
	"You do not have to wait on a device where you have signed in before.",
	"Too many attempts. Try again in {wait} minutes. "
	"You do not have to wait on a device where you have signed in before.",
	"The password must have at most 256 bytes",
	"The password must have at least 10 characters",
	"The password has characters that cannot be used in a password",
	"The password must not be the username",
	"Many people use this password. Choose another one",
};

/* Files that browsers fetch. */
static const struct page_file {
	const char *file, *type;
} files[] = {
	{ "usher.css", "text/css; charset=utf-8" },
	{ "mark.svg", "image/svg+xml" },
};
#define FILES	  (sizeof files / sizeof files[0])
#define HASH_SIZE 16 /* bytes of SHA-256 in the name of a file */

struct pages {
	const char *file_names[FILES]; /* as they are served */
	struct templates *templates;
	struct catalogue **catalogues; /* in the order of languages_list; NULL for English */
};

struct bytes
pages_file(const char *name)
{
	for (size_t i = 0; i < assets_n; i++) {
		if (strcmp(assets[i].name, name) == 0)
			return BYTES(assets[i].data, assets[i].size);
	}
	return BYTES_NONE;
}

/* "templates/signin.html": signin. */
static const char *
pages_template_name(struct arena *a, const char *file)
{
	static const char folder[] = "templates/", end[] = ".html";
	size_t size = strlen(file);

	if (!text_starts(file, folder) || !text_ends(file, end))
		return NULL;
	return arena_strndup(a, file + sizeof folder - 1, size - sizeof folder - sizeof end + 2);
}

static struct templates *
pages_parse(struct arena *a, const char **why)
{
	struct template_source *list = arena_array(a, assets_n, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < assets_n; i++) {
		const char *name = pages_template_name(a, assets[i].name);

		if (name != NULL)
			list[n++] =
				(struct template_source){ name, assets[i].name,
							  BYTES(assets[i].data, assets[i].size) };
	}
	return templates_parse(a, list, n, why);
}

static bool
pages_read_catalogues(struct arena *a, struct pages *p, const char **why)
{
	size_t n;
	const struct language *l = languages_list(&n);

	p->catalogues = arena_array(a, n, sizeof *p->catalogues);
	for (size_t i = 1; i < n; i++) {
		const char *file = arena_printf(a, "%s.mo", l[i].tag);

		p->catalogues[i] = catalogue_read(a, pages_file(file), why);
		if (p->catalogues[i] == NULL) {
			*why = arena_printf(a, "%s: %s", file, *why);
			return false;
		}
	}
	return true;
}

/* "usher.css": "3f2a….css". */
static const char *
pages_name_file(struct arena *a, const char *file)
{
	struct buf b = { .arena = a };
	uint8_t hash[32];

	crypto_sha256(pages_file(file), hash);
	for (size_t i = 0; i < HASH_SIZE; i++)
		buf_text(&b, arena_printf(a, "%02x", hash[i]));
	buf_text(&b, strrchr(file, '.'));
	return b.data;
}

const char *
pages_asset_name(const struct pages *p, const char *file)
{
	for (size_t i = 0; i < FILES; i++)
		if (strcmp(files[i].file, file) == 0)
			return p->file_names[i];
	log_die("pages: there is no file %s", file);
}

const char *
pages_asset_find(const struct pages *p, const char *name, struct bytes *file)
{
	for (size_t i = 0; i < FILES; i++)
		if (text_equal(p->file_names[i], name)) {
			*file = pages_file(files[i].file);
			return files[i].type;
		}
	return NULL;
}

struct pages *
pages_load(struct arena *a, const char **why)
{
	struct pages *p = ARENA_NEW(a, struct pages);

	p->templates = pages_parse(a, why);
	if (p->templates == NULL || !pages_read_catalogues(a, p, why))
		return NULL;
	for (size_t i = 0; i < FILES; i++)
		p->file_names[i] = pages_name_file(a, files[i].file);
	for (size_t i = 0; i < PAGES; i++) {
		if (!templates_have(p->templates, table[i].name) ||
		    !templates_have(p->templates, table[i].layout)) {
			*why = arena_printf(a, "templates/%s.html or its layout is missing",
					    table[i].name);
			return NULL;
		}
	}
	return p;
}

const struct templates *
pages_templates(const struct pages *p)
{
	return p->templates;
}

const struct catalogue *
pages_catalogue(const struct pages *p, const struct language *language)
{
	size_t n;

	return p->catalogues[language - languages_list(&n)];
}

void
pages_print(const struct pages *p, const char *name, const struct language *language,
	    struct view *v, struct buf *out, struct template_report *report)
{
	const struct page *page = table;

	while (page < table + PAGES && strcmp(page->name, name) != 0)
		page++;
	if (page == table + PAGES)
		log_die("pages: there is no page %s", name);
	view_own(v, "lang", language->tag);
	view_own(v, "dir", language->is_rtl ? "rtl" : "ltr");
	view_message(v, "title", page->title);
	template_print(p->templates, page->layout, name, v, pages_catalogue(p, language), out,
		       report);
}

void
pages_each_title(void (*fn)(void *arg, const char *id), void *arg)
{
	for (size_t i = 0; i < PAGES; i++)
		fn(arg, table[i].title);
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
		fn(arg, messages[i]);
}
