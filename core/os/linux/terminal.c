/* terminal.c - isatty(3), TIOCGWINSZ and the locale. */
#include "core/os/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
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
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
