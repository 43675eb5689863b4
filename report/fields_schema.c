/* fields_schema.c - field tables as a JSON Schema (draft 7). */
#include "report/fields.h"

#include <string.h>

static void schema_type(struct json_out *j, const struct field *f,
			const char *type)
{
	json_key(j, "type");
	if (!f->nullable) {
		json_string(j, type);
		return;
	}
	json_array(j);
	json_string(j, type);
	json_string(j, "null");
	json_array_end(j);
}

static void schema_pattern(struct json_out *j, const char *pattern)
{
	if (pattern != NULL)
		json_key_string(j, "pattern", pattern);
}

static void schema_text(struct json_out *j, const struct field *f)
{
	schema_type(j, f, "string");
	schema_pattern(j, f->pattern);
}

static void schema_words(struct json_out *j, const struct field *f)
{
	json_key(j, "enum");
	json_array(j);
	if (f->nullable)
		json_null(j);
	for (int i = f->words->first; i < f->words->end; i++) {
		if (f->words->word(i) != NULL)
			json_string(j, f->words->word(i));
	}
	json_array_end(j);
}

static void schema_number(struct json_out *j, const struct field *f)
{
	schema_type(j, f, "integer");
	if (f->low > INT32_MIN)
		json_key_number(j, "minimum", f->low);
	if (f->high > 0 && f->high <= UINT16_MAX)
		json_key_number(j, "maximum", f->high);
}

/* Up to the items of a list, which are an object that is open then. */
static void schema_list(struct json_out *j, const struct field *f)
{
	json_key_string(j, "type", "array");
	if (f->filled)
		json_key_number(j, "minItems", 1);
	json_key(j, "items");
	json_object(j);
}

static void schema_texts(struct json_out *j, const struct field *f)
{
	schema_list(j, f);
	json_key_string(j, "type", "string");
	schema_pattern(j, f->pattern);
	json_object_end(j);
}

static void schema_of_facts(struct json_out *j)
{
	static const char *const types[] = {"string", "number", "boolean",
					    "array", NULL};

	json_key_string(j, "type", "object");
	json_key(j, "additionalProperties");
	json_object(j);
	json_key_string(j, "description",
			"text, number, time in milliseconds, true or false, "
			"or a list of texts");
	json_key_strings(j, "type", types);
	json_key(j, "items");
	json_object(j);
	json_key_string(j, "type", "string");
	json_object_end(j);
	json_object_end(j);
}

static void schema_variables(struct json_out *j)
{
	static const char *const types[] = {"string", "null", NULL};

	json_key_string(j, "type", "object");
	json_key(j, "additionalProperties");
	json_object(j);
	json_key_string(j, "description",
			"value of the variable; null where it has none");
	json_key_strings(j, "type", types);
	json_object_end(j);
}

static void schema_fields(struct json_out *j, const struct field_table *table);

static void schema_nested(struct json_out *j, const struct field *f)
{
	if (f->type == FIELD_LIST) {
		schema_list(j, f);
		json_key_string(j, "description", f->of->help);
		json_key_string(j, "type", "object");
		schema_fields(j, f->of);
		json_object_end(j);
		return;
	}
	schema_type(j, f, "object");
	schema_fields(j, f->of);
}

static void schema_value(struct json_out *j, const struct field *f)
{
	static const char *const families[] = {NULL, "ipv4", "ipv6"};

	switch (f->type) {
	case FIELD_CONST:
		json_key_string(j, "const", f->pattern);
		break;
	case FIELD_TEXT:
	case FIELD_ADDRESS:
	case FIELD_ENDPOINT:
	case FIELD_CODE:
	case FIELD_ICMP:
	case FIELD_REFERENCE:
		schema_text(j, f);
		break;
	case FIELD_CLOCK:
		json_key_string(j, "type", "string");
		schema_pattern(j, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:"
				  "[0-9]{2}:[0-9]{2}Z$");
		break;
	case FIELD_WORD:
		schema_words(j, f);
		break;
	case FIELD_WORDS:
	case FIELD_NUMBERS:
		schema_list(j, f);
		if (f->type == FIELD_WORDS)
			schema_words(j, f);
		else
			schema_number(j, f);
		json_object_end(j);
		break;
	case FIELD_FAMILY:
		json_key(j, "enum");
		json_array(j);
		for (size_t i = 0; i < 3; i++)
			json_string(j, families[i]);
		json_array_end(j);
		break;
	case FIELD_FLAG:
		json_key_string(j, "type", "boolean");
		break;
	case FIELD_NUMBER:
		schema_number(j, f);
		break;
	case FIELD_MS:
		schema_type(j, f, "number");
		json_key_number(j, "minimum", 0);
		break;
	case FIELD_TEXTS:
	case FIELD_PORTS:
	case FIELD_REFERENCES:
	case FIELD_PATH_EVIDENCE:
		schema_texts(j, f);
		break;
	case FIELD_FACTS:
		schema_of_facts(j);
		break;
	case FIELD_VARIABLES:
		schema_variables(j);
		break;
	case FIELD_OBJECT:
	case FIELD_POINTER:
	case FIELD_LIST:
	case FIELD_PATH:
		schema_nested(j, f);
		break;
	}
}

static void schema_required(struct json_out *j, const struct field_table *table)
{
	json_key(j, "required");
	json_array(j);
	for (; table != NULL; table = table->more) {
		for (const struct field *f = table->fields; f->name != NULL;
		     f++) {
			if (f->since <= SINCE_0_1_0)
				json_string(j, f->name);
		}
	}
	json_array_end(j);
}

static void schema_properties(struct json_out *j,
			      const struct field_table *table)
{
	for (const struct field *f = table->fields; f->name != NULL; f++) {
		json_key(j, f->name);
		json_object(j);
		json_key_string(j, "description", f->help);
		schema_value(j, f);
		json_object_end(j);
	}
	if (table->more != NULL)
		schema_properties(j, table->more);
}

static void schema_fields(struct json_out *j, const struct field_table *table)
{
	json_key_bool(j, "additionalProperties", false);
	schema_required(j, table);
	json_key(j, "properties");
	json_object(j);
	schema_properties(j, table);
	json_object_end(j);
}

void fields_schema(struct json_out *j, const struct field_table *table)
{
	json_key_string(j, "description", table->help);
	json_key_string(j, "type", "object");
	schema_fields(j, table);
}
