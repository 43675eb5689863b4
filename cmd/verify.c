/* verify.c - preflight verify: is a file as the releaser signed it? */
#include "cmd/cmd.h"
#include "core/base/json.h"
#include "core/base/signature.h"
#include "core/os/files.h"
#include "profiles/read/file.h"

#include <string.h>

enum { VERIFY_TEXT_MAX = 4096, VERIFY_PATH = 4096, VERIFY_NOT_GOOD = 1 };

struct verify_document {
	const char *file;
	const struct signature *signature;
};

static void verify_json(const void *arg, FILE *out)
{
	const struct verify_document *d = arg;
	char id[2 * SIGNATURE_ID + 1];
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.verify/1");
	json_key_string(&j, "file", d->file);
	json_key_string(&j, "key", signature_id_text(d->signature->id, id));
	json_key_string(&j, "comment", d->signature->comment);
	json_object_end(&j);
	json_end(&j);
}

/* A small text file, as a string in `out`. */
static int verify_text(const char *path, struct buf *out, struct error *err)
{
	if (file_read(path, VERIFY_TEXT_MAX, out, err) == -1)
		return -1;
	buf_append(out, "", 1);
	return 0;
}

/* --key, a file or the key itself; else the one that was built in. */
static int verify_key(const struct options *o, struct signature_key *key,
		      struct error *err)
{
	const char *option = options_text(o, OPT_KEY);
	struct buf text = {0};
	struct error unused;
	int status;

	if (option == NULL && *command_release_key == '\0') {
		error_set(err, "this build knows no key of a releaser");
		error_suggest(err, "give the releaser's key: --key KEY");
		return -1;
	}
	if (option == NULL)
		return signature_read_key(key, command_release_key, err);
	if (signature_read_key(key, option, &unused) == 0)
		return 0;
	status = verify_text(option, &text, err);
	if (status == 0 &&
	    signature_read_key(key, (const char *)text.data, &unused) == -1)
		status = error_at(err, option, 0, 0, "%s", unused.text);
	buf_free(&text);
	return status;
}

/* FILE.minisig */
static int verify_signature(const char *file, struct signature *out,
			    struct error *err)
{
	char path[VERIFY_PATH];
	struct buf text = {0};
	struct error why;
	int status;

	if (snprintf(path, sizeof path, "%s.minisig", file) >= (int)sizeof path)
		return error_set(err, "the path is too long");
	status = verify_text(path, &text, err);
	if (status == 0 &&
	    signature_read(out, (const char *)text.data, &why) == -1)
		status = error_at(err, path, 0, 0, "%s", why.text);
	buf_free(&text);
	return status;
}

static int verify_digest(const char *file,
			 uint8_t digest[static SIGNATURE_OCTETS],
			 struct error *err)
{
	FILE *in = os_file_stream(file, err);
	struct error why;
	int status;

	if (in == NULL)
		return -1;
	status = signature_digest(in, digest, &why);
	if (status == -1)
		error_at(err, file, 0, 0, "%s", why.text);
	fclose(in);
	return status;
}

int verify_run(struct options *o)
{
	const char *file = o->argument_count == 1 ? o->arguments[0] : NULL;
	uint8_t digest[SIGNATURE_OCTETS];
	struct signature_key key;
	struct signature signature;
	struct error err, why;
	char id[2 * SIGNATURE_ID + 1];

	if (file == NULL) {
		error_set(&err, "verify takes one file");
		error_suggest(&err, "write preflight verify preflight");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	if (command_check_format(o, &err) == -1 ||
	    verify_key(o, &key, &err) == -1 ||
	    verify_digest(file, digest, &err) == -1 ||
	    verify_signature(file, &signature, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (signature_check(&signature, &key, digest, &why) == -1) {
		error_at(&err, file, 0, 0, "%s", why.text);
		return command_fail_one(o, &err, VERIFY_NOT_GOOD);
	}
	if (command_is_json(o)) {
		const struct verify_document document = {file, &signature};

		command_print(verify_json, &document);
	} else {
		printf("%s: signed by key %s: %s\n", file,
		       signature_id_text(signature.id, id), signature.comment);
	}
	return command_finish(o, 0);
}
