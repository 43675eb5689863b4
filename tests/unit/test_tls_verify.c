/*
 * The trust decision: every way in which a chain can be good or bad, against
 * roots of our own.
 */
#include "tests/unit/tls_fixture.h"
#include "core/net/tls_roots.h"
#include "core/net/tls_verify.h"

static struct roots roots;
static struct made public_root, local_root, foreign_root, middle;

static int set_up(void **state)
{
	struct error err;

	(void)state;
	roots_begin(&roots);
	public_root = fixture_make(&(struct recipe){
	    .name = "Public Root", .organisation = "Trust", .authority = true});
	local_root = fixture_make(
	    &(struct recipe){.name = "Company CA", .authority = true});
	foreign_root = fixture_make(&(struct recipe){.name = "Foreign CA",
						     .organisation = "Foreign",
						     .authority = true});
	middle = fixture_make(&(struct recipe){.name = "Issuing CA",
					       .organisation = "Trust",
					       .issuer = &public_root,
					       .authority = true});
	roots_add(&roots, &public_root, true);
	roots_add(&roots, &local_root, false);
	return tls_roots_load(roots_places(&roots), roots.mozilla, &err);
}

static int tear_down(void **state)
{
	(void)state;
	tls_roots_free();
	fixture_drop(&public_root);
	fixture_drop(&local_root);
	fixture_drop(&foreign_root);
	fixture_drop(&middle);
	roots_end(&roots);
	return 0;
}

/* Verifies a leaf made from the recipe; sent is what came besides it. */
static struct tls_evidence verify(const struct recipe *r, const char *host,
				  const struct made *sent, size_t sent_count)
{
	struct tls_evidence e;
	struct made leaf = fixture_make(r);
	STACK_OF(X509) *chain = sk_X509_new_null();

	memset(&e, 0, sizeof(e));
	sk_X509_push(chain, leaf.cert);
	for (size_t i = 0; i < sent_count; i++)
		sk_X509_push(chain, sent[i].cert);
	tls_verify_peer(&e, leaf.cert, chain, host);
	sk_X509_free(chain);
	fixture_drop(&leaf);
	return e;
}

static struct recipe web_leaf(void)
{
	return (struct recipe){.name = "www.example.com",
			       .issuer = &middle,
			       .names = "DNS:www.example.com,DNS:*.example.net,"
					"IP:192.0.2.7,IP:2001:db8::7"};
}

static void test_public(void **state)
{
	struct recipe r = web_leaf();
	struct tls_evidence e = verify(&r, "www.example.com", &middle, 1);

	(void)state;
	assert_int_equal(e.trust, TLS_TRUST_PUBLIC);
	assert_int_equal(e.verify_error, 0);
	assert_string_equal(e.verify_text, "");
	assert_int_equal(e.chain_count, 2);
	assert_string_equal(e.chain[0].subject, "CN=www.example.com");
	assert_string_equal(e.chain[0].issuer, "CN=Issuing CA,O=Trust");
	assert_string_equal(e.chain[1].issuer, "CN=Public Root,O=Trust");
	assert_string_equal(e.root, "CN=Public Root,O=Trust");
	assert_string_equal(e.names, "www.example.com, *.example.net, "
				     "192.0.2.7, 2001:db8::7");
	assert_int_equal(strlen(e.chain[0].sha256), 64);
	assert_int_equal(strlen(e.chain[0].spki_sha256), 64);
	assert_true(e.chain[0].not_after > e.chain[0].not_before);
	assert_true(strlen(e.chain[0].serial) >= 2);
	assert_false(e.chain[0].self_signed);
}

static void test_local_root(void **state)
{
	struct recipe r = web_leaf();
	struct tls_evidence e;

	(void)state;
	r.issuer = &local_root;
	e = verify(&r, "www.example.com", NULL, 0);
	assert_int_equal(e.trust, TLS_TRUST_LOCAL_ROOT);
	assert_string_equal(e.root, "CN=Company CA");
}

static void test_names(void **state)
{
	struct recipe r = web_leaf();

	(void)state;
	assert_int_equal(verify(&r, "www.example.com.", &middle, 1).trust,
			 TLS_TRUST_PUBLIC);
	assert_int_equal(verify(&r, "a.example.net", &middle, 1).trust,
			 TLS_TRUST_PUBLIC);
	assert_int_equal(verify(&r, "192.0.2.7", &middle, 1).trust,
			 TLS_TRUST_PUBLIC);
	assert_int_equal(verify(&r, "2001:db8::7", &middle, 1).trust,
			 TLS_TRUST_PUBLIC);
	assert_int_equal(verify(&r, NULL, &middle, 1).trust, TLS_TRUST_PUBLIC);
	assert_int_equal(verify(&r, "a.b.example.net", &middle, 1).trust,
			 TLS_TRUST_WRONG_NAME);
	assert_int_equal(verify(&r, "192.0.2.8", &middle, 1).trust,
			 TLS_TRUST_WRONG_NAME);
}

static void test_wrong_name(void **state)
{
	struct recipe r = web_leaf();
	struct tls_evidence e = verify(&r, "other.example.com", &middle, 1);

	(void)state;
	assert_int_equal(e.trust, TLS_TRUST_WRONG_NAME);
	assert_int_equal(e.verify_error, X509_V_ERR_HOSTNAME_MISMATCH);
	assert_string_equal(e.verify_text, "hostname mismatch");
}

static void test_times(void **state)
{
	struct recipe r = web_leaf();
	struct tls_evidence e;

	(void)state;
	r.from_days = -30;
	r.to_days = -2;
	e = verify(&r, "www.example.com", &middle, 1);
	assert_int_equal(e.trust, TLS_TRUST_EXPIRED);
	assert_int_equal(e.depth, 0);
	assert_string_equal(e.verify_text, "certificate has expired");
	r.from_days = 5;
	r.to_days = 30;
	e = verify(&r, "www.example.com", &middle, 1);
	assert_int_equal(e.trust, TLS_TRUST_NOT_YET_VALID);
	assert_string_equal(e.verify_text, "certificate is not yet valid");
}

static void test_expired_intermediate(void **state)
{
	struct made old = fixture_make(&(struct recipe){.name = "Old CA",
							.issuer = &public_root,
							.authority = true,
							.from_days = -90,
							.to_days = -1});
	struct recipe r = web_leaf();
	struct tls_evidence e;

	(void)state;
	r.issuer = &old;
	e = verify(&r, "www.example.com", &old, 1);
	assert_int_equal(e.trust, TLS_TRUST_EXPIRED);
	assert_int_equal(e.depth, 1);
	fixture_drop(&old);
}

static void test_self_signed(void **state)
{
	struct recipe r = web_leaf();
	struct tls_evidence e;

	(void)state;
	r.issuer = NULL;
	e = verify(&r, "www.example.com", NULL, 0);
	assert_int_equal(e.trust, TLS_TRUST_UNKNOWN_ROOT);
	assert_true(e.chain[0].self_signed);
	assert_int_equal(e.verify_error,
			 X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
	/* Old as well: the root is the larger doubt. */
	r.from_days = -9;
	r.to_days = -2;
	assert_int_equal(verify(&r, "www.example.com", NULL, 0).trust,
			 TLS_TRUST_UNKNOWN_ROOT);
}

static void test_unknown_root(void **state)
{
	struct recipe r = web_leaf();
	struct tls_evidence e;

	(void)state;
	r.issuer = &foreign_root;
	e = verify(&r, "www.example.com", &foreign_root, 1);
	assert_int_equal(e.trust, TLS_TRUST_UNKNOWN_ROOT);
	assert_string_equal(e.root, "CN=Foreign CA,O=Foreign");
	/* An interceptor that sends the leaf alone, which says nothing about
	 * where its issuer is. */
	e = verify(&r, "www.example.com", NULL, 0);
	assert_int_equal(e.trust, TLS_TRUST_UNKNOWN_ROOT);
	assert_string_equal(e.root, "CN=Foreign CA,O=Foreign");
}

static void test_incomplete(void **state)
{
	struct recipe r = web_leaf();
	struct made named = fixture_make(
	    &(struct recipe){.name = "FortiGate CA", .authority = true});

	(void)state;
	/* Issued by an organisation that owns a known root. */
	assert_int_equal(verify(&r, "www.example.com", NULL, 0).trust,
			 TLS_TRUST_INCOMPLETE);
	/* Says where its issuer is. */
	r.issuer = &foreign_root;
	r.access = "caIssuers;URI:http://ca.example/issuing.crt";
	assert_int_equal(verify(&r, "www.example.com", NULL, 0).trust,
			 TLS_TRUST_INCOMPLETE);
	/* The same, but more than the leaf came. */
	assert_int_equal(verify(&r, "www.example.com", &middle, 1).trust,
			 TLS_TRUST_UNKNOWN_ROOT);
	/* The same, but signed by a product that opens TLS. */
	r.issuer = &named;
	assert_int_equal(verify(&r, "www.example.com", NULL, 0).trust,
			 TLS_TRUST_UNKNOWN_ROOT);
	fixture_drop(&named);
}

/* Two hundred certificates: sixteen are looked at. */
static void test_long_chain(void **state)
{
	struct made many[200];
	struct recipe r = web_leaf();
	struct tls_evidence e;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		many[i] = fixture_make(&(struct recipe){
		    .name = "Filler",
		    .authority = true,
		    .issuer = i == 0 ? &foreign_root : &many[i - 1]});
	r.issuer = &many[199];
	e = verify(&r, "www.example.com", many, 200);
	assert_int_equal(e.chain_count, TLS_CHAIN_MAX);
	assert_int_equal(e.trust, TLS_TRUST_UNKNOWN_ROOT);
	for (size_t i = 0; i < 200; i++)
		fixture_drop(&many[i]);
}

/* What a certificate says is foreign text. */
static void test_hostile_text(void **state)
{
	struct made evil = fixture_make(&(struct recipe){
	    .name = "a\r\nX: \x1b[31m\xe2\x80\xae", .authority = true});
	struct recipe r = web_leaf();
	struct tls_evidence e;
	char many[9000] = "DNS:first.example.com";
	size_t at = strlen(many);

	(void)state;
	for (size_t i = 0; i < 300; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at,
				       ",DNS:name.example.com");
	r.issuer = &evil;
	r.names = many;
	e = verify(&r, "www.example.com", NULL, 0);
	for (const char *c = e.chain[0].issuer; *c != '\0'; c++)
		assert_true(*c >= ' ' && *c != 0x7f);
	assert_null(strstr(e.chain[0].issuer, "\xe2\x80\xae"));
	assert_true(strlen(e.names) < sizeof(e.names));
	assert_string_equal(e.names + strlen(e.names) - 3, "...");
	fixture_drop(&evil);
}

static void test_no_certificate(void **state)
{
	struct tls_evidence e;

	(void)state;
	memset(&e, 0, sizeof(e));
	tls_verify_peer(&e, NULL, NULL, "www.example.com");
	assert_int_equal(e.trust, TLS_TRUST_NONE);
}

/* Without Mozilla's folder the set that was built in decides, which may be too
 * old to know a public root: then it is not known. Without roots nothing is,
 * and the missing file is named. */
static void test_missing_sets(void **state)
{
	struct error err;
	struct recipe r = web_leaf();
	unsigned all = 0, mozilla = 0;
	const char *bundle = NULL;

	(void)state;
	assert_int_equal(
	    tls_roots_load(roots_places(&roots), "/nonexistent/mozilla", &err),
	    0);
	assert_int_equal(verify(&r, "www.example.com", &middle, 1).trust,
			 TLS_TRUST_SYSTEM);
	tls_roots_counts(&all, &mozilla, &bundle);
	assert_int_equal(all, 2);
	assert_true(mozilla > 50);
	assert_string_equal(bundle, roots.bundle);
	assert_int_equal(
	    tls_roots_load((const char *const[]){"/nonexistent/bundle", NULL},
			   roots.mozilla, &err),
	    -1);
	assert_non_null(strstr(err.text, "/nonexistent/bundle"));
	assert_int_equal(verify(&r, "www.example.com", &middle, 1).trust,
			 TLS_TRUST_NO_ROOTS);
	tls_roots_free();
	assert_int_equal(verify(&r, "www.example.com", &middle, 1).trust,
			 TLS_TRUST_NO_ROOTS);
	assert_int_equal(
	    tls_roots_load(roots_places(&roots), roots.mozilla, &err), 0);
}

static X509 *object_of(const X509_STORE *store, const X509 *cert)
{
	const STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++) {
		X509 *one = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));

		if (X509_cmp(one, cert) == 0)
			return one;
	}
	return NULL;
}

/* A certificate of the bundle that is in Mozilla's folder, too, is read once;
 * one that is there alone still counts. */
static void test_read_once(void **state)
{
	struct error err;
	char path[128];

	(void)state;
	assert_int_equal(
	    tls_roots_load(roots_places(&roots), roots.mozilla, &err), 0);
	assert_non_null(object_of(tls_sets.all, public_root.cert));
	assert_ptr_equal(object_of(tls_sets.all, public_root.cert),
			 object_of(tls_sets.mozilla, public_root.cert));
	assert_null(object_of(tls_sets.mozilla, local_root.cert));
	roots_file(&roots, path, sizeof(path));
	assert_int_equal(tls_roots_load((const char *const[]){path, NULL},
					roots.bundle, &err),
			 0);
	assert_null(object_of(tls_sets.all, local_root.cert));
	assert_non_null(object_of(tls_sets.mozilla, local_root.cert));
	assert_int_equal(
	    tls_roots_load(roots_places(&roots), roots.mozilla, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read_once),
	    cmocka_unit_test(test_public),
	    cmocka_unit_test(test_local_root),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_wrong_name),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_expired_intermediate),
	    cmocka_unit_test(test_self_signed),
	    cmocka_unit_test(test_unknown_root),
	    cmocka_unit_test(test_incomplete),
	    cmocka_unit_test(test_long_chain),
	    cmocka_unit_test(test_hostile_text),
	    cmocka_unit_test(test_no_certificate),
	    cmocka_unit_test(test_missing_sets),
	};

	return cmocka_run_group_tests_name("tls_verify", tests, set_up,
					   tear_down);
}
