/* terminal.c - isatty(3), TIOCGWINSZ and the environment. */
#include "core/os/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool os_terminal_is(FILE *stream)
{
	return isatty(fileno(stream)) == 1;
}

unsigned os_terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool os_terminal_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *value = NULL, *charset;

	/* Not setlocale(3), which needs files that a static program may not
	 * find. The first that is set counts: "en_GB.UTF-8@euro". */
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if ((value = getenv(names[i])) != NULL && *value != '\0')
			break;
	charset = value != NULL ? strchr(value, '.') : NULL;
	return charset != NULL && (strncasecmp(charset, ".utf-8", 6) == 0 ||
				   strncasecmp(charset, ".utf8", 5) == 0);
}
