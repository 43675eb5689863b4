/*
 * test_snmplogin.c - a v3 user's messages: those that net-snmp's snmpget and
 * snmpd (5.9.3) exchanged, as `snmpget -d` printed them.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/params.h"
#include "checks/shared/snmplogin.h"

enum { LOGIN_MESSAGE = 512, LOGIN_NOW = 5000000 };

static char auth_word[] = "auth-secret-1", priv_word[] = "priv-secret-1";
static const struct secret auth = {.value = auth_word};
static const struct secret priv = {.value = priv_word};
/* exactEngineID of that agent: text "preflight". */
static const uint8_t engine_bytes[] = {0x80, 0,   0x1f, 0x88, 4,   'p', 'r',
				       'e',  'f', 'l',  'i',  'g', 'h', 't'};
static const struct snmp_text engine = {engine_bytes, sizeof engine_bytes};

static const struct snmp_user sha_aes = {.user = "shauser",
					 .auth_protocol = "SHA",
					 .auth = &auth,
					 .priv_protocol = "AES",
					 .priv = &priv};
static const struct snmp_user md5_des = {.user = "md5user",
					 .auth_protocol = "MD5",
					 .auth = &auth,
					 .priv_protocol = "DES",
					 .priv = &priv};
static const struct snmp_user sha256_aes256 = {.user = "s256",
					       .auth_protocol = "SHA-256",
					       .auth = &auth,
					       .priv_protocol = "AES-256",
					       .priv = &priv};
static const struct snmp_user auth_only = {
    .user = "authonly", .auth_protocol = "SHA", .auth = &auth};

/* What snmpget asked (sysName.0), and what snmpd answered. */
static const struct {
	const struct snmp_user *user;
	uint32_t id;
	const char *question, *answer;
} exchanges[] = {
    {&sha_aes, 0x0d584ebb,
     "308185020103301102040d584ebb020300ffe304010702010304393037040e80001f8804"
     "707265666c69676874020101020102040773686175736572040cd845f433258744afe94b"
     "e5f10408c47e3dfea8c5cb2b0432d5115a425292e53592d1aeb396d7624c7fc15fe78e0a"
     "bcb0af4280013f30d84d025b0d07d87a24e5902c3e6206cd369b226d",
     "30818f020103301102040d584ebb020300ffe304010302010304393037040e80001f8804"
     "707265666c69676874020101020102040773686175736572040cc4244bb24c7d5a220ac0"
     "317704080af92dc71f618a1b043c7fbe02d3729cffeef400da0237c59441697441c468ca"
     "76d554c7d27b89b61c16f1e8ebb5e9c002cbe151bccd77046185f957393286c1772caa86"
     "076e"},
    {&md5_des, 0x2a82b5c5,
     "30818b020103301102042a82b5c5020300ffe304010702010304393037040e80001f8804"
     "707265666c6967687402010102010204076d643575736572040cf5c1831ec2b0ee6691cb"
     "5b29040800000001cbb1dc7e043861daf120415580041a578e037c1b1b7525d800fee325"
     "4cc8b1ddb397bbc5de00781e673f63bbac4a241feff8ea84cdd54f4d300fb81266a8",
     "308193020103301102042a82b5c5020300ffe304010302010304393037040e80001f8804"
     "707265666c6967687402010102010204076d643575736572040cb893f3e852b65db2fec6"
     "c9b0040800000001aa3a8e6f04407fb081c1c8444a834a7d0b2ba0b4514514c9359889db"
     "d6e376a2db81b4aef09d4647d768407dbfe77b87aceb90549be68d61717ea54cd822143d"
     "12be42590505"},
    {&sha256_aes256, 0x0b908cae,
     "30818e020103301102040b908cae020300ffe304010702010304423040040e80001f8804"
     "707265666c696768740201010201020404733235360418de1196555bc19faa9e66a87c23"
     "9c3a7eaaf7df52098c15aa0408494dd61237f5842204324c3036ca96c521bf3005a7e04c"
     "53eb12a5afb4ae8813bfacf1ef6a63a58cb9383ffef91e3eb728ac0d075bc42f0dac33da"
     "8d",
     "308198020103301102040b908cae020300ffe304010302010304423040040e80001f8804"
     "707265666c6967687402010102010204047332353604184de294b5467520368b1862d789"
     "8faf8f3cebe815b590b97104080af92dc71f618a1c043c689527cee9500a05e1dc40de55"
     "e341f9babb97bad916faa7df6026a986038c1054611ad273858dfc2284b7df33891a9a49"
     "a3f1ff8f66873e513adfe3"}};
enum { EXCHANGES = sizeof exchanges / sizeof exchanges[0] };

/* Of `snmpget -Z 1,5000000`; its MAC is none that anybody can verify. */
static const uint32_t time_id = 0x70209f89;
static const char time_report[] =
    "307f02010330110204 70209f89 020300ffe304010102010304323030040e80001f8804"
    "707265666c696768740201010201020408617574686f6e6c79040c5f765bec72eb088aec"
    "795e1904003033040e80001f8804707265666c696768740400a81f020448d1b8d3020100"
    "0201003011300f060a2b060106030f01010200410101";
/* Of a wrong secret. */
static const uint32_t digest_id = 0x3cf7309e;
static const char digest_report[] =
    "3072020103301102043cf7309e020300ffe304010002010304253023040e80001f880470"
    "7265666c69676874020101020102040773686175736572040004003033040e80001f8804"
    "707265666c696768740400a81f02044a5606040201000201003011300f060a2b06010603"
    "0f01010500410101";
enum { DIGEST_STAT = 5 }; /* octets from the end: the counter's last arc */

static void begin(struct snmp_login *l, const struct snmp_user *u, uint32_t id)
{
	struct snmpusm_keys k;

	assert_true(snmpusm_derive(&k, snmpusm_auth(u->auth_protocol),
				   auth_word, snmpusm_priv(u->priv_protocol),
				   u->priv != NULL ? priv_word : NULL));
	assert_true(snmplogin_begin(l, u, &k, &engine, 1, 2, LOGIN_NOW));
	snmpusm_wipe(&k);
	l->id = id;
}

static enum snmp_login_answer answered(struct snmp_login *l, const char *hex,
				       struct snmp_answer *a)
{
	static uint8_t bytes[LOGIN_MESSAGE];
	size_t length = fake_hex(hex, bytes, sizeof bytes);

	return snmplogin_read(l, bytes, length, LOGIN_NOW, a);
}

static void real_answers_are_understood(void **state)
{
	struct snmp_login l;
	struct snmp_answer a;

	(void)state;
	for (size_t i = 0; i < EXCHANGES; i++) {
		begin(&l, exchanges[i].user, exchanges[i].id);
		assert_int_equal(answered(&l, exchanges[i].answer, &a),
				 SNMP_LOGIN_OK);
		assert_int_equal(a.name.length, 10);
		assert_memory_equal(a.name.bytes, "lab-switch", 10);
		snmplogin_end(&l);
	}
}

/* Ours and snmpget's have the same parts, but for chance and the objects. */
static void questions_are_like_those_of_snmpget(void **state)
{
	uint8_t room[SNMP_QUESTION_MAX], theirs[LOGIN_MESSAGE];
	struct snmp_login l;
	struct snmp_v3 a, b;

	(void)state;
	for (size_t i = 0; i < EXCHANGES; i++) {
		size_t length =
		    fake_hex(exchanges[i].question, theirs, sizeof theirs);
		assert_true(snmpmsg_v3_read(&a, theirs, length));
		begin(&l, exchanges[i].user, exchanges[i].id);
		const uint8_t *ours =
		    snmplogin_ask(&l, room, false, LOGIN_NOW, &length);
		assert_non_null(ours);
		assert_true(snmpmsg_v3_read(&b, ours, length));
		assert_int_equal(a.id, b.id);
		assert_int_equal(a.flags, b.flags);
		assert_int_equal(a.boots, b.boots);
		assert_int_equal(a.time, b.time);
		assert_int_equal(a.engine.length, b.engine.length);
		assert_int_equal(a.user.length, b.user.length);
		assert_memory_equal(a.user.bytes, b.user.bytes, a.user.length);
		assert_int_equal(a.mac.length, b.mac.length);
		assert_int_equal(a.salt.length, b.salt.length);
		/* No secret, and nothing that was asked, in clear. */
		assert_null(memmem(ours, length, auth_word, 8));
		assert_null(memmem(ours, length, "\x2b\6\1\2\1\1", 6));
		/* Without privacy there is nothing to be read, but a MAC. */
		ours = snmplogin_ask(&l, room, true, LOGIN_NOW, &length);
		assert_true(snmpmsg_v3_read(&b, ours, length));
		assert_int_equal(b.flags, SNMP_AUTH | SNMP_REPORTABLE);
		assert_int_equal(b.id, l.plain_id);
		assert_int_equal(b.mac.length, a.mac.length);
		assert_int_equal(b.salt.length, 0);
		assert_null(memmem(ours, length, "\x2b\6\1\2\1\1", 6));
		snmplogin_end(&l);
	}
}

/* The agent's clock goes on between learning it and asking. */
static void time_passes(void **state)
{
	uint8_t room[SNMP_QUESTION_MAX];
	struct snmp_login l;
	struct snmp_v3 m;
	size_t length;

	(void)state;
	begin(&l, &auth_only, 1);
	const uint8_t *ours = snmplogin_ask(
	    &l, room, false, LOGIN_NOW + 7 * 1000000 + 1, &length);
	assert_true(snmpmsg_v3_read(&m, ours, length));
	assert_int_equal(m.time, 9);
	snmplogin_end(&l);
}

/* Any octet of an answer changed: never good, never read outside. */
static void nothing_changed_passes(void **state)
{
	uint8_t bytes[LOGIN_MESSAGE];
	struct snmp_login l;
	struct snmp_answer a;
	size_t good = 0;

	(void)state;
	begin(&l, &sha_aes, exchanges[0].id);
	size_t length = fake_hex(exchanges[0].answer, bytes, sizeof bytes);
	for (size_t i = 0; i < length * 256; i++) {
		size_t at = i / 256;
		uint8_t kept = bytes[at];
		uint8_t *exact = malloc(length);

		bytes[at] = (uint8_t)i;
		memcpy(exact, bytes, length);
		enum snmp_login_answer said =
		    snmplogin_read(&l, exact, length, LOGIN_NOW, &a);
		good += said == SNMP_LOGIN_OK;
		if (said == SNMP_LOGIN_OK)
			assert_int_equal(bytes[at], kept);
		assert_int_not_equal(said, SNMP_LOGIN_REFUSED);
		free(exact);
		bytes[at] = kept;
	}
	assert_int_equal(good, length); /* each octet as it was */
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *exact = malloc(cut + 1);

		memcpy(exact, bytes, cut);
		assert_int_not_equal(
		    snmplogin_read(&l, exact, cut, LOGIN_NOW, &a),
		    SNMP_LOGIN_OK);
		free(exact);
	}
	snmplogin_end(&l);
}

/* What is authentic for one user is not for another, nor for another engine. */
static void keys_are_bound(void **state)
{
	static const uint8_t other[sizeof engine_bytes] = {1};
	const struct snmp_text elsewhere = {other, sizeof other};
	struct snmpusm_keys k;
	struct snmp_login l;
	struct snmp_answer a;

	(void)state;
	begin(&l, &sha_aes, exchanges[1].id);
	assert_int_equal(answered(&l, exchanges[1].answer, &a),
			 SNMP_LOGIN_BROKEN);
	snmplogin_end(&l);
	assert_true(snmpusm_derive(&k, snmpusm_auth("SHA"), auth_word,
				   snmpusm_priv("AES"), priv_word));
	assert_true(
	    snmplogin_begin(&l, &sha_aes, &k, &elsewhere, 1, 2, LOGIN_NOW));
	l.id = exchanges[0].id;
	assert_int_equal(answered(&l, exchanges[0].answer, &a),
			 SNMP_LOGIN_BROKEN);
	snmplogin_end(&l);
}

static void the_clock_is_learned_once(void **state)
{
	struct snmp_login l;
	struct snmp_answer a;

	(void)state;
	begin(&l, &auth_only, time_id);
	l.boots = 9;
	uint32_t plain = l.plain_id;
	assert_int_equal(answered(&l, time_report, &a), SNMP_LOGIN_AGAIN);
	assert_int_equal(l.boots, 1);
	assert_int_equal(l.time, 2);
	assert_int_not_equal(l.id, time_id);
	assert_int_not_equal(l.plain_id, plain);
	/* An answer to the former question is none any more. */
	assert_int_equal(answered(&l, time_report, &a), SNMP_LOGIN_NOT_OURS);
	l.id = time_id;
	assert_int_equal(answered(&l, time_report, &a), SNMP_LOGIN_REFUSED);
	assert_int_equal(l.refusal, SNMP_REFUSAL_TIME);
	snmplogin_end(&l);
}

static void reports_are_told_apart(void **state)
{
	static const struct {
		uint8_t arc;
		const char *word;
	} cases[] = {{1, "level-not-supported"}, {3, "unknown-user"},
		     {4, "unknown-engine"},      {5, "wrong-auth-secret"},
		     {6, "wrong-priv-secret"},   {7, "other-report"},
		     {0, "other-report"},        {200, "other-report"}};
	uint8_t bytes[LOGIN_MESSAGE];
	size_t length = fake_hex(digest_report, bytes, sizeof bytes);
	struct snmp_login l;
	struct snmp_answer a;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&l, &sha_aes, digest_id);
		assert_int_equal(bytes[length - DIGEST_STAT],
				 i == 0 ? 5 : cases[i - 1].arc);
		bytes[length - DIGEST_STAT] = cases[i].arc;
		assert_int_equal(
		    snmplogin_read(&l, bytes, length, LOGIN_NOW, &a),
		    SNMP_LOGIN_REFUSED);
		assert_string_equal(snmplogin_refusal_word(l.refusal),
				    cases[i].word);
		/* Of the question without privacy a level says nothing. */
		l.plain_id = digest_id;
		l.id = 1;
		assert_int_equal(
		    snmplogin_read(&l, bytes, length, LOGIN_NOW, &a),
		    i == 0 ? SNMP_LOGIN_NOT_OURS : SNMP_LOGIN_REFUSED);
		snmplogin_end(&l);
	}
	for (enum snmp_refusal r = SNMP_REFUSAL_USER; r < SNMP_REFUSAL_COUNT;
	     r++)
		assert_true(*snmplogin_refusal_word(r) != '\0' &&
			    *snmplogin_refusal_text(r) != '\0');
}

static void absurd_engines_and_clocks(void **state)
{
	static const uint8_t bytes[64];
	struct snmp_login l;
	uint8_t room[SNMP_QUESTION_MAX];
	struct snmp_v3 m;
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++) {
		const struct snmp_text odd = {bytes, i};
		const struct snmp_user nobody = {.user = "nobody"};

		assert_int_equal(snmplogin_begin(&l, &nobody, NULL, &odd,
						 INT64_MAX, INT64_MIN, 0),
				 i >= 5 && i <= 32);
		if (i == 32) {
			const uint8_t *ours =
			    snmplogin_ask(&l, room, false, LOGIN_NOW, &length);
			assert_true(snmpmsg_v3_read(&m, ours, length));
			assert_int_equal(m.flags, SNMP_REPORTABLE);
			assert_int_equal(m.boots, 0);
			assert_int_equal(m.time, 5);
		}
		snmplogin_end(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_answers_are_understood),
	    cmocka_unit_test(questions_are_like_those_of_snmpget),
	    cmocka_unit_test(time_passes),
	    cmocka_unit_test(nothing_changed_passes),
	    cmocka_unit_test(keys_are_bound),
	    cmocka_unit_test(the_clock_is_learned_once),
	    cmocka_unit_test(reports_are_told_apart),
	    cmocka_unit_test(absurd_engines_and_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
