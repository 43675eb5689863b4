/*
 * no_gssapi.c - the static program has no Kerberos: Debian has no static
 * library of it. Its libssh.a calls these five functions of a gssapi.c that
 * needs one; as they are defined here, that file is not linked. preflight never
 * logs in by GSSAPI.
 */

/* As libssh has them: libssh/gssapi.h, libssh/packet.h. */
enum { NO_GSSAPI_FAILED = -1, NO_GSSAPI_PACKET_UNKNOWN = 2 };

int ssh_gssapi_auth_mic(void *session);
int ssh_gssapi_handle_userauth(void *session, const char *user,
			       unsigned oid_count, void *oids);
int ssh_packet_userauth_gssapi_token(void *session, unsigned char type,
				     void *packet, void *user);
int ssh_packet_userauth_gssapi_mic(void *session, unsigned char type,
				   void *packet, void *user);
int ssh_packet_userauth_gssapi_response(void *session, unsigned char type,
					void *packet, void *user);

int ssh_gssapi_auth_mic(void *session)
{
	(void)session;
	return NO_GSSAPI_FAILED;
}

int ssh_gssapi_handle_userauth(void *session, const char *user,
			       unsigned oid_count, void *oids)
{
	(void)session;
	(void)user;
	(void)oid_count;
	(void)oids;
	return NO_GSSAPI_FAILED;
}

static int no_gssapi_packet(const void *session, unsigned char type,
			    const void *packet, const void *user)
{
	(void)session;
	(void)type;
	(void)packet;
	(void)user;
	return NO_GSSAPI_PACKET_UNKNOWN;
}

int ssh_packet_userauth_gssapi_token(void *session, unsigned char type,
				     void *packet, void *user)
{
	return no_gssapi_packet(session, type, packet, user);
}

int ssh_packet_userauth_gssapi_mic(void *session, unsigned char type,
				   void *packet, void *user)
{
	return no_gssapi_packet(session, type, packet, user);
}

int ssh_packet_userauth_gssapi_response(void *session, unsigned char type,
					void *packet, void *user)
{
	return no_gssapi_packet(session, type, packet, user);
}
