/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/command.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/json.h"
#include "tests/admin/desk.h"
#include "tests/support.h"

#define WORDS_MAX 40

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "cli_fixture: %s\n", what);
	abort();
}

/* A stream's descriptor becomes that of a scratch file; gives back what it was. */
static int
redirect(int fd, const char *folder, const char *name, const char *content)
{
	char path[300];
	int kept = dup(fd), file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	must(file >= 0, path);
	if (content != NULL) {
		must(write(file, content, strlen(content)) == (ssize_t)strlen(content), "write");
		lseek(file, 0, SEEK_SET);
	}
	dup2(file, fd);
	close(file);
	return kept;
}

static void
restore(int fd, int kept, char *out, size_t size)
{
	ssize_t n = 0;

	if (out != NULL) {
		lseek(fd, 0, SEEK_SET);
		n = read(fd, out, size - 1);
		out[n > 0 ? n : 0] = '\0';
	}
	dup2(kept, fd);
	close(kept);
}

static int
split(char *words, char **argv)
{
	int n = 0;

	for (char *w = strtok(words, " "); w != NULL && n < WORDS_MAX; w = strtok(NULL, " "))
		argv[n++] = w;
	argv[n] = NULL;
	return n;
}

struct said *
desk_capture(struct desk *d, const char *input, int (*fn)(void *arg), void *arg)
{
	static struct said said;
	int in, out, err;

	fflush(stdout);
	in = redirect(0, d->folder, "in", input != NULL ? input : "");
	out = redirect(1, d->folder, "out", NULL);
	err = redirect(2, d->folder, "err", NULL);
	said.code = fn(arg);
	fflush(stdout);
	restore(0, in, NULL, 0);
	restore(1, out, said.out, sizeof said.out);
	restore(2, err, said.err, sizeof said.err);
	return &said;
}

struct line {
	char *argv[WORDS_MAX + 1];
	int   argc;
};

static int
run_line(void *arg)
{
	struct line *l = arg;

	return command_main(l->argc, l->argv);
}

struct said *
desk_say(struct desk *d, const char *input, const char *words)
{
	struct line l;
	char text[1024];

	snprintf(text, sizeof text, "usherctl -c %s %s", d->config, words);
	l.argc = split(text, l.argv);
	return desk_capture(d, input, run_line, &l);
}

int
desk_code(struct desk *d, const char *input, const char *words)
{
	return desk_say(d, input, words)->code;
}

struct json_object *
desk_json(struct desk *d, const char *input, const char *words)
{
	static struct arena *arena;
	char text[1024];
	const char *why;
	struct said *said;

	if (arena == NULL)
		arena = arena_new();
	if (d == NULL) {	/* desk_close: give the memory back */
		arena_free(arena);
		arena = NULL;
		return NULL;
	}
	snprintf(text, sizeof text, "--json %s", words);
	said = desk_say(d, input, text);
	return said->code == 0 ? json_parse(arena, bytes_of(said->out), &why) : NULL;
}

const char *
desk_text(struct json_object *o, const char *name)
{
	const char *value = "";

	if (o != NULL)
		json_text(o, name, &value);
	return value;
}

void
desk_open(struct desk *d)
{
	FILE *file;

	d->folder = scratch_new();
	snprintf(d->config, sizeof d->config, "%s/usher.conf", d->folder);
	file = fopen(d->config, "w");
	must(file != NULL, d->config);
	fprintf(file, "store = \"%s/store\"\nmaster_key = \"%s/master.key\"\nmap_size = 8\n"
		"map_max = 16\n", d->folder, d->folder);
	fclose(file);
	must(chmod(d->config, 0600) == 0, "chmod");
	must(desk_say(d, NULL, "init")->code == 0, "init");
	desk_say(d, NULL, "tenant add acme --issuer https://as.example.com");
	desk_say(d, NULL, "tenant add beta --issuer https://as.example.com/t/beta");
	desk_say(d, NULL, "client add acme --id photos --scope uma_protection");
	desk_say(d, NULL, "client add acme --id viewer --push-claims");
	desk_say(d, NULL, "account add acme alice --email alice@example.com --group family");
	must(desk_say(d, NULL, "account add acme bob")->code == 0, "account add");
}

void
desk_close(struct desk *d)
{
	desk_json(NULL, NULL, NULL);
	scratch_remove(d->folder);
	free(d->folder);
}

void
desk_work(struct desk *d, const char *tenant, enum err (*fn)(struct work *w, void *arg),
	  void *arg)
{
	struct arena *a = arena_new();
	struct settings s;
	struct store *store;
	struct tenants tenants;
	struct key master;
	struct changes changes, *list = &changes;
	struct work w = { .arena = a, .changes = &changes, .settings = &s, .now = clock_now(),
			  .now_ms = clock_ms() };
	const char *why = NULL;

	must(config_load(a, &usher_settings, d->config, &s, &why) == OK, "config");
	must(master_key_read(a, s.master_key, &master, &why) == OK, "master key");
	must(store_open(&store_lmdb, &(struct store_config){ s.store, 8 << 20, 16 << 20, false, 0 },
			&store, &why) == OK, "store");
	must(store_snapshot(store, &w.db) == OK, "snapshot");
	tenants_start(&tenants, &master, &s);
	must(tenants_named(&tenants, &w, tenant, &w.tenant) == OK, "tenants");
	changes_start(&changes, a, w.tenant->id);
	must(fn(&w, arg) == OK, w.refusal.why != NULL ? w.refusal.why : "work");
	must(store_commit(store, &list, 1) == OK && changes.verdict == OK, "commit");
	store_release(w.db);
	tenants_free(&tenants);
	store_close(store);
	arena_free(a);
}

struct making {
	const char *name;
	char        id[27];
};

static enum err
make_resource(struct work *w, void *arg)
{
	struct making *m = arg;
	struct account alice;
	struct resource r = { .rs = "photos", .name = m->name };
	struct buf doc = { .arena = w->arena };

	TRY(account_by_login(w, "alice", ERR_NOT_FOUND, &alice));
	r.owner = alice.id;
	strs_add(w->arena, &r.scopes, "view");
	strs_add(w->arena, &r.scopes, "print");
	strs_add(w->arena, &r.scopes, "delete");
	out_open(&doc, NULL, '{');
	out_text(&doc, "name", m->name);
	out_strs(&doc, "resource_scopes", &r.scopes);
	out_close(&doc, '}');
	r.doc = doc.data;
	TRY(resource_add(w, &r));
	snprintf(m->id, sizeof m->id, "%s", r.id);
	return OK;
}

const char *
desk_resource(struct desk *d, const char *name)
{
	static struct making m;

	m.name = name;
	desk_work(d, "acme", make_resource, &m);
	return m.id;
}
