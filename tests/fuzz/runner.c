/*
 * runner.c - the seeds of a target and changes of them, the same ones each
 * time: what fuzzing found stays found, without a fuzzer.
 *
 * usage: NAME FILE|FOLDER...   Ends with `N passed, N failed`. When it dies,
 * the input lies in crash-NAME in the working folder.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEEDS_MAX = 512, INPUT_MAX = 1 << 20, SECONDS = 20, CUTS = 64 };

struct seed {
	uint8_t *bytes;
	size_t length;
};

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint32_t noise = 1;
static char crash[256];
static const uint8_t *now_bytes; /* what is being tried */
static size_t now_length;

/* xorshift32 (Marsaglia): the same on every machine. */
static uint32_t next(uint32_t below)
{
	noise ^= noise << 13;
	noise ^= noise >> 17;
	noise ^= noise << 5;
	return below == 0 ? 0 : noise % below;
}

static void keep_crash(void)
{
	int fd = open(crash, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, now_bytes, now_length) == -1)
		return;
	close(fd);
}

static void dying(int number)
{
	keep_crash();
	signal(number, SIG_DFL);
	raise(number);
}

/* The sanitizers end the program in their own way. */
void __sanitizer_set_death_callback(void (*call)(void)) __attribute__((weak));

static void watch_for_death(void)
{
	static const int numbers[] = {SIGSEGV, SIGBUS,  SIGFPE,
				      SIGILL,  SIGABRT, SIGALRM};
	bool sanitized = __sanitizer_set_death_callback != NULL;

	if (sanitized)
		__sanitizer_set_death_callback(keep_crash);
	/* abort() and a slow input are ours in either case. */
	for (size_t i = sanitized ? 4 : 0; i < 6; i++)
		signal(numbers[i], dying);
}

/* In a block of exactly its size. */
static void try(const uint8_t *bytes, size_t length)
{
	uint8_t *block = malloc(length == 0 ? 1 : length);

	memcpy(block, bytes, length);
	now_bytes = block;
	now_length = length;
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(block, length);
	free(block);
}

static void read_seed(const char *path, size_t length)
{
	FILE *f = fopen(path, "rb");
	struct seed *s = &seeds[seed_count];

	if (f == NULL || seed_count == SEEDS_MAX || length > INPUT_MAX) {
		printf("%s: cannot be a seed\n", path);
		exit(1);
	}
	s->bytes = malloc(length + 1);
	s->length = fread(s->bytes, 1, length, f);
	seed_count++;
	fclose(f);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_seeds(const char *path)
{
	struct dirent **names;
	struct stat st;
	int count;

	if (stat(path, &st) == -1) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(st.st_mode)) {
		read_seed(path, (size_t)st.st_size);
		return;
	}
	count = scandir(path, &names, NULL, by_name);
	for (int i = 0; i < count; i++) {
		char file[1024];

		snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			read_seeds(file);
		free(names[i]);
	}
	free(names);
}

/* One small change. The room holds twice INPUT_MAX. */
static size_t change(uint8_t *b, size_t length)
{
	static const uint8_t odd[] = {0,    1,    0x7f, 0x80, 0xff, 0xfe,
				      0x20, '\n', '\r', ':',  ',',  '"'};
	size_t at = next((uint32_t)length), more;
	const struct seed *other = &seeds[next((uint32_t)seed_count)];

	if (length == 0)
		return 0;
	switch (next(7)) {
	case 0:
		b[at] ^= (uint8_t)(1U << next(8));
		return length;
	case 1:
		b[at] = odd[next(sizeof odd)];
		return length;
	case 2:
		b[at] = (uint8_t)next(256);
		return length;
	case 3: /* cut out */
		more = 1 + next(8);
		more = more < length - at ? more : length - at;
		memmove(b + at, b + at + more, length - at - more);
		return length - more;
	case 4: /* repeat */
		more =
		    1 + next((uint32_t)(length - at < 64 ? length - at : 64));
		more = more < length - at ? more : length - at;
		if (length + more > INPUT_MAX)
			return length;
		memmove(b + at + more, b + at, length - at);
		return length + more;
	case 5: /* a length field */
		for (size_t i = at; i < at + 4 && i < length; i++)
			b[i] = next(2) != 0 ? 0xff : 0;
		return length;
	default: /* the end of another one */
		more = next((uint32_t)other->length + 1);
		if (at + other->length - more > INPUT_MAX)
			return length;
		memcpy(b + at, other->bytes + more, other->length - more);
		return at + other->length - more;
	}
}

static void try_changes(void)
{
	uint8_t *room = malloc(2 * INPUT_MAX);

	for (unsigned i = 0; i < fuzz_rounds; i++) {
		const struct seed *s = &seeds[i % seed_count];
		size_t length = s->length;

		memcpy(room, s->bytes, length);
		for (uint32_t n = 1 + next(4); n > 0; n--)
			length = change(room, length);
		try(room, length);
	}
	free(room);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(crash, sizeof crash, "crash-%s",
		 name != NULL ? name + 1 : argv[0]);
	watch_for_death();
	for (int i = 1; i < argc; i++)
		read_seeds(argv[i]);
	if (seed_count == 0) {
		printf("no seeds\n0 passed, 1 failed\n");
		return 1;
	}
	for (size_t i = 0; i < seed_count; i++) {
		size_t step = 1 + seeds[i].length / CUTS;

		for (size_t cut = 0; cut < seeds[i].length; cut += step)
			try(seeds[i].bytes, cut);
		try(seeds[i].bytes, seeds[i].length);
	}
	if (fuzz_rounds > 0)
		try_changes();
	for (size_t i = 0; i < seed_count; i++)
		free(seeds[i].bytes);
	printf("%zu seeds\n1 passed, 0 failed\n", seed_count);
	return 0;
}
