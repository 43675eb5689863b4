/* files.c - files and folders by POSIX calls. */
#include "core/os/files.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STREAM_WAIT_MS = 10000 };

const char os_path_separators[] = "/";
const char os_path_list_separators[] = ":";

/* Reading ---------------------------------------------------------------- */

static enum os_file_kind os_file_kind_of(const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return OS_FILE_REGULAR;
	return S_ISDIR(st->st_mode) ? OS_FILE_FOLDER : OS_FILE_OTHER;
}

enum os_file_kind os_file_kind(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? os_file_kind_of(&st) : OS_FILE_NONE;
}

bool os_file_is_readable(const char *path)
{
	return access(path, R_OK) == 0;
}

FILE *os_file_open(const char *path, struct os_file *out,
		   struct os_failure *failure)
{
	/* Not blocking: the open of a pipe would wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	FILE *in;

	if (fd != -1 && fstat(fd, &st) == 0) {
		*out =
		    (struct os_file){os_file_kind_of(&st), (int64_t)st.st_size};
		in = fdopen(fd, "r");
		if (in != NULL)
			return in;
	}
	*failure = os_failure_last();
	if (fd != -1)
		close(fd);
	return NULL;
}

/* A pipe whose other end says nothing must not hold the program for ever. */
static ssize_t os_file_stream_read(void *cookie, char *out, size_t size)
{
	int fd = *(int *)cookie;
	struct pollfd p = {.fd = fd, .events = POLLIN};

	/* A signal ends the wait, too. */
	switch (poll(&p, 1, STREAM_WAIT_MS)) {
	case 0:
		errno = ETIMEDOUT;
		return -1;
	case -1:
		return -1;
	default:
		return read(fd, out, size);
	}
}

static int os_file_stream_close(void *cookie)
{
	int rc = close(*(int *)cookie);

	free(cookie);
	return rc;
}

FILE *os_file_stream(const char *path, struct error *err)
{
	static const cookie_io_functions_t calls = {
	    .read = os_file_stream_read, .close = os_file_stream_close};
	int *cookie = mem_calloc(1, sizeof *cookie);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct os_failure failure;
	struct stat st;
	FILE *in = NULL;

	*cookie = fd;
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		errno = EISDIR;
	else if (fd != -1 && (in = fopencookie(cookie, "r", calls)) != NULL)
		return in;
	failure = os_failure_last();
	error_at(err, path, 0, 0, "cannot %s: %s", fd == -1 ? "open" : "read",
		 os_failure_text(failure));
	err->of_host = os_failure_is_of_host(failure);
	if (fd != -1)
		close(fd);
	free(cookie);
	return NULL;
}

/* Writing ---------------------------------------------------------------- */

bool os_file_may_be_made(const char *path, char *folder, size_t size,
			 struct os_failure *failure)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash == path ? 1 : (size_t)(slash - path);
	char *whole =
	    slash == NULL ? mem_strdup(".") : mem_strndup(path, length);
	struct stat st;
	bool may = access(whole, W_OK | X_OK) == 0;

	*failure = os_failure_last();
	if (stat(whole, &st) == 0 && !S_ISDIR(st.st_mode)) {
		*failure = os_failure_numbered(ENOTDIR);
		may = false;
	}
	text_copy(folder, size, whole);
	free(whole);
	return may;
}

enum { DRAFTS_MAX = 16 };

struct os_draft {
	char *path, *name;
	FILE *out;
	size_t place; /* in drafts_open[]; DRAFTS_MAX: none */
};

/* Names of drafts, for a program that ends at once. */
static char *volatile drafts_open[DRAFTS_MAX];

void os_drafts_remove(void)
{
	for (size_t i = 0; i < DRAFTS_MAX; i++)
		if (drafts_open[i] != NULL)
			unlink(drafts_open[i]);
}

static void os_draft_free(struct os_draft *d)
{
	if (d->place < DRAFTS_MAX)
		drafts_open[d->place] = NULL;
	free(d->path);
	free(d->name);
	free(d);
}

struct os_draft *os_draft_open(const char *path, struct os_failure *failure)
{
	struct os_draft *d = mem_calloc(1, sizeof *d);
	int fd;

	d->path = mem_strdup(path);
	while (d->place < DRAFTS_MAX && drafts_open[d->place] != NULL)
		d->place++;
	d->name = mem_printf("%s.%ld.%zu.tmp", path, (long)getpid(), d->place);
	fd = open(d->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd != -1 && d->place < DRAFTS_MAX)
		drafts_open[d->place] = d->name;
	d->out = fd != -1 ? fdopen(fd, "w") : NULL;
	if (d->out != NULL)
		return d;
	*failure = os_failure_last();
	if (fd != -1) {
		close(fd);
		unlink(d->name);
	}
	os_draft_free(d);
	return NULL;
}

void os_draft_drop(struct os_draft *d)
{
	if (d == NULL)
		return;
	fclose(d->out);
	unlink(d->name);
	os_draft_free(d);
}

bool os_draft_finish(struct os_draft *d,
		     void (*write)(const void *arg, FILE *out), const void *arg,
		     struct os_failure *failure)
{
	bool good;

	write(arg, d->out);
	errno = 0;
	good = fflush(d->out) != EOF && !ferror(d->out) &&
	       fsync(fileno(d->out)) != -1;
	good = fclose(d->out) != EOF && good && rename(d->name, d->path) != -1;
	*failure = os_failure_numbered(errno != 0 ? errno : EIO);
	if (!good)
		unlink(d->name);
	os_draft_free(d);
	return good;
}

bool os_file_write(const char *path, void (*write)(const void *arg, FILE *out),
		   const void *arg, struct os_failure *failure)
{
	struct os_draft *d = os_draft_open(path, failure);

	return d != NULL && os_draft_finish(d, write, arg, failure);
}

struct file_text {
	char *bytes;
	size_t length, capacity;
};

static ssize_t os_file_text_add(void *cookie, const char *bytes, size_t size)
{
	struct file_text *t = cookie;

	/* What it grows by is zero, and so is its end. */
	t->bytes = mem_grow(t->bytes, &t->capacity, t->length + size + 1, 1);
	memcpy(t->bytes + t->length, bytes, size);
	t->length += size;
	return (ssize_t)size;
}

/* Not open_memstream(): where memory runs out, that loses what it cannot keep,
 * and reports no error. */
char *os_file_text(void (*write)(const void *arg, FILE *out), const void *arg)
{
	static const cookie_io_functions_t calls = {.write = os_file_text_add};
	struct file_text text = {0};
	FILE *out = fopencookie(&text, "w", calls);

	if (out == NULL)
		mem_end("out of memory");
	os_file_text_add(&text, "", 0);
	write(arg, out);
	if (fclose(out) == EOF)
		mem_end("out of memory");
	return text.bytes;
}

/* Folders ---------------------------------------------------------------- */

bool os_folder_list(const char *folder,
		    void (*each)(void *arg, const char *name), void *arg)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL)
		each(arg, entry->d_name);
	closedir(dir);
	return true;
}

/* By /proc; where a unit hides that, by the name that the program was started
 * with (getauxval(3)): the same file, if the folder has not been moved. */
bool os_folder_of_program(char *out, size_t size)
{
	/* The value is an address. */
	const char *started = (const char *)getauxval(AT_EXECFN);
	char *path = realpath("/proc/self/exe", NULL);
	char *slash;
	bool fits;

	if (path == NULL && started != NULL)
		path = realpath(started, NULL);
	slash = path == NULL ? NULL : strrchr(path, '/');
	if (slash != NULL)
		*slash = '\0';
	fits = slash != NULL && strlen(path) < size;
	if (fits)
		text_copy(out, size, path);
	free(path);
	return fits;
}

bool os_folder_of_settings(char *out, size_t size)
{
	const char *home = getenv("HOME");
	int length;

	if (home == NULL || *home == '\0')
		return false;
	length = snprintf(out, size, "%s/.config/preflight", home);
	return length > 0 && (size_t)length < size;
}

bool os_folder_is_of_owner(const char *folder, const char *other)
{
	struct stat its, others;

	return stat(folder, &its) == 0 && stat(other, &others) == 0 &&
	       S_ISDIR(its.st_mode) &&
	       (its.st_uid == 0 || its.st_uid == others.st_uid);
}
