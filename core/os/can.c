/*
 * can.c - the answers of os_can(), kept.
 */
#include "core/os/can.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <string.h>

static const char *const os_ability_names[CAN_COUNT] = {
    [CAN_ICMP_TCP] = "icmp-tcp",
    [CAN_ICMP_UDP] = "icmp-udp",
    [CAN_ECHO] = "echo",
    [CAN_MIN_TTL] = "min-ttl",
    [CAN_SEGMENT] = "segment",
    [CAN_INTERFACE] = "interface",
    [CAN_PROGRESS] = "progress",
    [CAN_NEIGHBOUR] = "neighbour",
    [CAN_ROUTE] = "route",
    [CAN_NOTICES] = "notices",
    [CAN_PORT_OWNER] = "port-owner",
    [CAN_CLOCK_SYNC] = "clock-sync",
    [CAN_LINK] = "link",
};

static struct {
	bool asked;
	enum known answer;
	char why[OS_WHY];
} os_answers[CAN_COUNT];

const char *os_ability_name(enum os_ability ability)
{
	return os_ability_names[ability];
}

enum known os_can(enum os_ability ability, char why[OS_WHY])
{
	if (!os_answers[ability].asked) {
		os_answers[ability].asked = true;
		os_answers[ability].answer =
		    os_can_try(ability, os_answers[ability].why);
	}
	text_copy(why, OS_WHY, os_answers[ability].why);
	return os_answers[ability].answer;
}

const char *const *os_cannot(size_t *count)
{
	static const char *names[CAN_COUNT + 1];
	char why[OS_WHY];

	*count = 0;
	for (int i = 0; i < CAN_COUNT; i++)
		if (os_can((enum os_ability)i, why) == KNOWN_NO)
			names[(*count)++] = os_ability_names[i];
	return names;
}
