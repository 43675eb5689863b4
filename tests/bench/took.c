/*
 * took: runs a command and writes what it took.
 *
 *     took [--memory MB] [--urgent 1] FILE COMMAND [ARGUMENT...]
 *
 * FILE gets one line: exit status (128 + signal), seconds of wall clock, of
 * user and of system time, kilobytes of peak memory, and seconds for which the
 * command was ready to run while others had the processors. The process is
 * small, so that the peak of what it forks is the command's own: what Python
 * forks counts Python's. --memory limits the address space. --urgent 1 lets
 * nothing else have the processor while the command is ready: its waits are its
 * own then.
 */
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(99);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Of the main thread, which has ended and still tells. */
static double waited(pid_t pid)
{
	char path[64];
	uint64_t ran, ready = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &ran, &ready) != 2)
		ready = 0;
	fclose(file);
	return (double)ready / 1e9;
}

static void limit(const char *megabytes)
{
	rlim_t most = strtoul(megabytes, NULL, 10) << 20;
	struct rlimit both = {most, most};

	if (setrlimit(RLIMIT_AS, &both) == -1)
		fail("took: setrlimit");
}

int main(int argc, char **argv)
{
	int at = 1, status;
	const char *memory = NULL;
	bool urgent = false;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (strcmp(argv[at], "--memory") == 0)
			memory = argv[at + 1];
		else if (strcmp(argv[at], "--urgent") == 0)
			urgent = true;
	}
	if (argc - at < 2) {
		fprintf(stderr, "usage: took [--memory MB] [--urgent 1] "
				"FILE COMMAND [ARGUMENT...]\n");
		return 99;
	}
	double begun = now();
	pid_t pid = fork();
	if (pid == -1)
		fail("took: fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (memory != NULL)
			limit(memory);
		if (urgent &&
		    sched_setscheduler(0, SCHED_FIFO,
				       &(struct sched_param){1}) == -1)
			fail("took: sched_setscheduler");
		execvp(argv[at + 1], argv + at + 1);
		perror(argv[at + 1]);
		_exit(127);
	}
	siginfo_t ended;
	if (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT) == -1)
		fail("took: waitid");
	double wall = now() - begun, ready = waited(pid);
	struct rusage used;
	if (wait4(pid, &status, 0, &used) == -1)
		fail("took: wait4");
	FILE *out = fopen(argv[at], "we");
	if (out == NULL)
		fail(argv[at]);
	fprintf(out, "%d %.6f %.6f %.6f %ld %.6f\n",
		WIFEXITED(status) ? WEXITSTATUS(status)
				  : 128 + WTERMSIG(status),
		wall, seconds(used.ru_utime), seconds(used.ru_stime),
		used.ru_maxrss, ready);
	return fclose(out) == 0 ? 0 : 99;
}
