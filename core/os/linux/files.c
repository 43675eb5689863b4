/* files.c - files and folders by POSIX calls. */
#include "core/os/files.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

FILE *os_file_stream(const char *path, struct error *err)
{
	FILE *in = fopen(path, "re");
	struct stat st;

	if (in == NULL) {
		error_at(err, path, 0, 0, "cannot open: %s", strerror(errno));
		return NULL;
	}
	if (fstat(fileno(in), &st) == 0 && S_ISDIR(st.st_mode)) {
		error_at(err, path, 0, 0, "cannot read: %s", strerror(EISDIR));
		fclose(in);
		return NULL;
	}
	return in;
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

bool os_file_write(const char *path, void (*write)(const void *arg, FILE *out),
		   const void *arg, struct os_failure *failure)
{
	char *draft = mem_printf("%s.%ld.tmp", path, (long)getpid());
	int fd = open(
	    draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *out = fd != -1 ? fdopen(fd, "w") : NULL;
	bool good = false;

	*failure = os_failure_last();
	if (out != NULL) {
		write(arg, out);
		errno = 0;
		good = fflush(out) != EOF && !ferror(out) && fsync(fd) != -1;
		good = fclose(out) != EOF && good && rename(draft, path) != -1;
		*failure = os_failure_numbered(errno != 0 ? errno : EIO);
		if (!good)
			unlink(draft);
	}
	free(draft);
	return good;
}

char *os_file_text(void (*write)(const void *arg, FILE *out), const void *arg)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		abort(); /* out of memory */
	write(arg, out);
	if (fclose(out) == EOF)
		abort();
	return text;
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

bool os_folder_of_program(char *out, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", out, size);
	char *slash;

	if (length <= 0 || (size_t)length >= size)
		return false;
	out[length] = '\0';
	slash = strrchr(out, '/');
	if (slash != NULL)
		*slash = '\0';
	return slash != NULL;
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
