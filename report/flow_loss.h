/*
 * flow_loss.h - do connections die as a whole, or do packets get lost one by
 * one? Pure: counts in, a word out.
 */
#ifndef PREFLIGHT_FLOW_LOSS_H
#define PREFLIGHT_FLOW_LOSS_H

/* What became of many connections to one path. */
struct flow_counts {
	unsigned opened;
	unsigned answered, repeats; /* those took so many repeats together */
	unsigned dead;              /* never answered ... */
	unsigned held;              /* ... to the first packet and this many
				       repeats of it */
};

enum flow_loss {
	FLOW_LOSS_NO,
	FLOW_LOSS_FEW, /* some connections die, less than one in ten */
	FLOW_LOSS_MANY
};

/*
 * Where packets are lost independently of each other, a connection dies when
 * its first packet and all repeats are lost: how often that happens follows
 * from the repeats that the answered ones needed. Many more dead ones than that
 * (by chance less than once in a thousand runs) have a cause of their own.
 */
enum flow_loss flow_loss_of(const struct flow_counts *c);

#endif
