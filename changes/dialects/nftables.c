/* nftables.c - nft(8): one chain of accepts, to jump to from `forward`. */
#include "changes/dialect.h"

enum { NFT_COMMENT_MAX = 120 /* libnftables takes 128 bytes */ };

static void nftables_begin(struct dialect_out *o)
{
	/* Declared first, so that the flush works the first time, too. */
	fputs("table inet filter {\n"
	      "\tchain preflight {\n"
	      "\t}\n"
	      "}\n"
	      "flush chain inet filter preflight\n"
	      "table inet filter {\n"
	      "\tchain preflight {\n",
	      o->file);
}

static void nftables_side(struct dialect_out *o, const char *what,
			  const struct rule *r, const struct rule_side *side)
{
	char text[ADDR_TEXT + 4];
	const char *open = side->net_count > 1 ? "{ " : "";
	const char *close = side->net_count > 1 ? " }" : "";

	fprintf(o->file, "%s %s %s", r->family == ADDR_V4 ? "ip" : "ip6", what,
		open);
	for (size_t i = 0; i < side->net_count; i++)
		fprintf(o->file, "%s%s", i > 0 ? ", " : "",
			change_net_text(&side->nets[i], text));
	fprintf(o->file, "%s ", close);
}

static void nftables_ports(struct dialect_out *o, const struct change *c)
{
	size_t count = dialect_port_count(c);

	fprintf(o->file, "%s dport %s", transport_name(c->transport),
		count > 1 ? "{ " : "");
	for (size_t i = 0; i < count; i++) {
		struct port_range p = dialect_port(c, i);

		fprintf(o->file, "%s%u", i > 0 ? ", " : "", p.first);
		if (p.last != p.first)
			fprintf(o->file, "-%u", p.last);
	}
	fputs(count > 1 ? " } " : " ", o->file);
}

static void nftables_rule(struct dialect_out *o, const struct rule *r)
{
	putc('\t', o->file);
	putc('\t', o->file);
	nftables_side(o, "saddr", r, &r->source);
	nftables_side(o, "daddr", r, &r->destination);
	if (r->change->transport == TRANSPORT_ICMP)
		fprintf(o->file, "%s type echo-request ",
			r->family == ADDR_V4 ? "icmp" : "icmpv6");
	else
		nftables_ports(o, r->change);
	fputs("accept comment \"", o->file);
	dialect_plain(o, dialect_needs(o, r->change), NFT_COMMENT_MAX, "\"\\");
	fputs("\"\n", o->file);
}

static void nftables_end(struct dialect_out *o)
{
	fputs("\t}\n}\n", o->file);
}

const struct dialect dialect_nftables = {
    .name = "nftables",
    .title = "nftables",
    .comment = "# ",
    .usage = "Load it with: nft -f FILE. Then insert the chain once, before "
	     "rules that drop:\n"
	     "nft insert rule inet filter forward jump preflight\n"
	     "(on the host itself: in the chains output and input). Rename "
	     "the table if yours has another name.",
    .grammar = "nft(8)",
    .tried = true,
    .begin = nftables_begin,
    .rule = nftables_rule,
    .end = nftables_end,
};
