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
#include "tests/admin/cli_fixture.h"
#include "tests/support.h"

#define WORDS_MAX 40

static void
cli_fixture_expect_ok(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "cli_fixture: %s\n", what);
	abort();
}

/*
 * Redirects descriptor fd to a scratch file with `content`; returns a duplicate of the original
 * descriptor.
 */
static int
cli_fixture_redirect(int fd, const char *directory, const char *name, const char *content)
{
	char path[300];
	int kept = dup(fd), file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	cli_fixture_expect_ok(file >= 0, path);
	if (content != NULL) {
		cli_fixture_expect_ok(
			write(file, content, strlen(content)) == (ssize_t)strlen(content), "write");
		lseek(file, 0, SEEK_SET);
	}
	dup2(file, fd);
	close(file);
	return kept;
}

static void
cli_fixture_restore(int fd, int kept, char *out, size_t size)
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
cli_fixture_split(char *words, char **argv)
{
	int n = 0;

	for (char *w = strtok(words, " "); w != NULL && n < WORDS_MAX; w = strtok(NULL, " "))
		argv[n++] = w;
	argv[n] = NULL;
	return n;
}

struct cli_output *
cli_fixture_capture(struct cli_fixture *d, const char *input, int (*fn)(void *arg), void *arg)
{
	static struct cli_output cli_output;
	int in, out, err;

	fflush(stdout);
	in = cli_fixture_redirect(0, d->directory, "in", input != NULL ? input : "");
	out = cli_fixture_redirect(1, d->directory, "out", NULL);
	err = cli_fixture_redirect(2, d->directory, "err", NULL);
	cli_output.code = fn(arg);
	fflush(stdout);
	cli_fixture_restore(0, in, NULL, 0);
	cli_fixture_restore(1, out, cli_output.out, sizeof cli_output.out);
	cli_fixture_restore(2, err, cli_output.err, sizeof cli_output.err);
	return &cli_output;
}

struct line {
	char *argv[WORDS_MAX + 1];
	int argc;
};

static int
run_line(void *arg)
{
	struct line *l = arg;

	return command_main(l->argc, l->argv);
}

struct cli_output *
cli_fixture_run(struct cli_fixture *d, const char *input, const char *words)
{
	struct line l;
	char text[1024];

	snprintf(text, sizeof text, "usherctl -c %s %s", d->config, words);
	l.argc = cli_fixture_split(text, l.argv);
	return cli_fixture_capture(d, input, run_line, &l);
}

int
cli_fixture_exit_code(struct cli_fixture *d, const char *input, const char *words)
{
	return cli_fixture_run(d, input, words)->code;
}

struct json_object *
cli_fixture_json(struct cli_fixture *d, const char *input, const char *words)
{
	static struct arena *arena;
	char text[1024];
	const char *why;
	struct cli_output *cli_output;

	if (arena == NULL)
		arena = arena_new();
	if (d == NULL) { /* let cli_fixture_close free the memory */
		arena_free(arena);
		arena = NULL;
		return NULL;
	}
	snprintf(text, sizeof text, "--json %s", words);
	cli_output = cli_fixture_run(d, input, text);
	return cli_output->code == 0 ? json_parse(arena, bytes_of(cli_output->out), &why) : NULL;
}

const char *
cli_fixture_member(struct json_object *o, const char *name)
{
	const char *value = "";

	if (o != NULL)
		json_text(o, name, &value);
	return value;
}

void
cli_fixture_open(struct cli_fixture *d)
{
	char *relative;
	FILE *file;

	relative = scratch_new();
	d->directory = realpath(relative, NULL);
	cli_fixture_expect_ok(d->directory != NULL, relative);
	free(relative);
	snprintf(d->config, sizeof d->config, "%s/usher.conf", d->directory);
	file = fopen(d->config, "w");
	cli_fixture_expect_ok(file != NULL, d->config);
	fprintf(file,
		"store = \"%s/store\"\nmaster_key = \"%s/master.key\"\nmap_size = 8\n"
		"map_max = 16\n",
		d->directory, d->directory);
	fclose(file);
	cli_fixture_expect_ok(chmod(d->config, 0600) == 0, "chmod");
	cli_fixture_expect_ok(cli_fixture_run(d, NULL, "init")->code == 0, "init");
	cli_fixture_run(d, NULL, "tenant add acme --issuer https://as.example.com");
	cli_fixture_run(d, NULL, "tenant add beta --issuer https://as.example.com/t/beta");
	cli_fixture_run(d, NULL, "client add acme --id photos --scope uma_protection");
	cli_fixture_run(d, NULL, "client add acme --id viewer --push-claims");
	cli_fixture_run(d, NULL, "account add acme alice --email alice@example.com --group family");
	cli_fixture_expect_ok(cli_fixture_run(d, NULL, "account add acme bob")->code == 0,
			      "account add");
}

void
cli_fixture_close(struct cli_fixture *d)
{
	cli_fixture_json(NULL, NULL, NULL);
	scratch_remove(d->directory);
	free(d->directory);
}

void
cli_fixture_work(struct cli_fixture *d, const char *tenant,
		 enum err (*fn)(struct work *w, void *arg), void *arg)
{
	struct arena *a = arena_new();
	struct settings s;
	struct store *store;
	struct tenants tenants;
	struct key master;
	struct changes changes, *list = &changes;
	struct work w = { .arena = a,
			  .changes = &changes,
			  .settings = &s,
			  .now = clock_now(),
			  .now_ms = clock_ms() };
	const char *why = NULL;

	cli_fixture_expect_ok(config_load(a, &usher_settings, d->config, &s, &why) == OK, "config");
	cli_fixture_expect_ok(master_key_read(a, s.master_key, &master, &why) == OK, "master key");
	cli_fixture_expect_ok(store_open(&store_lmdb,
					 &(struct store_config){ s.store, 8 << 20, 16 << 20, false,
								 0 },
					 &store, &why) == OK,
			      "store");
	cli_fixture_expect_ok(store_snapshot(store, &w.db) == OK, "snapshot");
	tenants_start(&tenants, &master, &s);
	cli_fixture_expect_ok(tenants_by_name(&tenants, &w, tenant, &w.tenant) == OK, "tenants");
	changes_start(&changes, a, w.tenant->id);
	cli_fixture_expect_ok(fn(&w, arg) == OK, w.refusal.why != NULL ? w.refusal.why : "work");
	cli_fixture_expect_ok(store_commit(store, &list, 1) == OK && changes.verdict == OK,
			      "commit");
	store_release(w.db);
	tenants_free(&tenants);
	store_close(store);
	arena_free(a);
}

struct making {
	const char *name;
	char id[27];
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
	str_list_add(w->arena, &r.scopes, "view");
	str_list_add(w->arena, &r.scopes, "print");
	str_list_add(w->arena, &r.scopes, "delete");
	out_open(&doc, NULL, '{');
	out_text(&doc, "name", m->name);
	out_str_list(&doc, "resource_scopes", &r.scopes);
	out_close(&doc, '}');
	r.doc = doc.data;
	TRY(resource_add(w, &r));
	snprintf(m->id, sizeof m->id, "%s", r.id);
	return OK;
}

const char *
cli_fixture_resource(struct cli_fixture *d, const char *name)
{
	static struct making m;

	m.name = name;
	cli_fixture_work(d, "acme", make_resource, &m);
	return m.id;
}
