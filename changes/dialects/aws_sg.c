/*
 * aws_sg.c - AWS CLI: rules of the security group of the instance.
 * Amazon EC2 API Reference, AuthorizeSecurityGroupEgress, IpPermission.
 */
#include "changes/dialect.h"

enum { AWS_TEXT_MAX = 200 };

static const char *aws_refuses(const struct rule *r)
{
	return r->change->direction == CHANGE_THROUGH
		   ? "this path does not pass this host's security group"
		   : NULL;
}

/* One permission per range of ports. ICMP: type and code in their place. */
static void aws_permission(struct dialect_out *o, const struct rule *r,
			   size_t port)
{
	const struct change *c = r->change;
	const struct rule_side *side =
	    c->direction == CHANGE_IN ? &r->source : &r->destination;
	bool v4 = r->family == ADDR_V4;
	char first[ADDR_TEXT];

	if (c->transport == TRANSPORT_ICMP)
		fprintf(o->file,
			"{\"IpProtocol\":\"%s\",\"FromPort\":%u,"
			"\"ToPort\":0,",
			v4 ? "icmp" : "icmpv6", dialect_echo_type(r));
	else
		fprintf(o->file,
			"{\"IpProtocol\":\"%s\",\"FromPort\":%u,"
			"\"ToPort\":%u,",
			transport_name(c->transport),
			dialect_port(c, port).first,
			dialect_port(c, port).last);
	fprintf(o->file, "\"%s\":[", v4 ? "IpRanges" : "Ipv6Ranges");
	for (size_t i = 0; i < side->net_count; i++) {
		fprintf(o->file, "%s{\"%s\":\"%s/%u\",\"Description\":\"",
			i > 0 ? "," : "", v4 ? "CidrIp" : "CidrIpv6",
			addr_text(&side->nets[i].first, first),
			side->nets[i].prefix);
		/* Letters, digits, blanks and ._-:/()#,@[]+=&;{}!$* only. */
		dialect_plain(o, dialect_needs(o, c), AWS_TEXT_MAX,
			      "\"\\'`<>?^%|~");
		fputs("\"}", o->file);
	}
	fputs("]}", o->file);
}

static void aws_rule(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	size_t ports = dialect_port_count(c);

	fprintf(o->file,
		"aws ec2 authorize-security-group-%s --group-id \"$GROUP_ID\" "
		"--ip-permissions '[",
		c->direction == CHANGE_IN ? "ingress" : "egress");
	for (size_t i = 0; i < (ports == 0 ? 1 : ports); i++) {
		if (i > 0)
			putc(',', o->file);
		aws_permission(o, r, i);
	}
	fputs("]'\n", o->file);
}

const struct dialect dialect_aws_sg = {
    .name = "aws-sg",
    .title = "AWS security group, AWS CLI",
    .comment = "# ",
    .place = "the security group of this host",
    .usage = "For a POSIX shell: set GROUP_ID=sg-... first. The group is "
	     "that of the host itself, so rules\n"
	     "name only the other end. A group takes 60 rules each way by "
	     "default; names are not possible.",
    .grammar = "AuthorizeSecurityGroupEgress and -Ingress (Amazon EC2 API)",
    .refuses = aws_refuses,
    .rule = aws_rule,
};
