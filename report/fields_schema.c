/* fields_schema.c - field tables as a JSON Schema (draft 7). */
#include "report/fields.h"

#include <string.h>

static void fields_schema_type(struct json_out *j, const struct field *f,
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

static void fields_schema_pattern(struct json_out *j, const char *pattern)
{
	if (pattern != NULL)
		json_key_string(j, "pattern", pattern);
}

static void fields_schema_text(struct json_out *j, const struct field *f)
{
	fields_schema_type(j, f, "string");
	fields_schema_pattern(j, f->pattern);
}

static void fields_schema_words(struct json_out *j, const struct field *f)
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

static void fields_schema_number(struct json_out *j, const struct field *f)
{
	fields_schema_type(j, f, "integer");
	if (f->low > INT32_MIN)
		json_key_number(j, "minimum", f->low);
	if (f->high > 0 && f->high <= UINT16_MAX)
		json_key_number(j, "maximum", f->high);
}

/* Up to the items of a list, which are an object that is open then. */
static void fields_schema_list(struct json_out *j, const struct field *f)
{
	json_key_string(j, "type", "array");
	if (f->filled)
		json_key_number(j, "minItems", 1);
	json_key(j, "items");
	json_object(j);
}

static void fields_schema_texts(struct json_out *j, const struct field *f)
{
	fields_schema_list(j, f);
	json_key_string(j, "type", "string");
	fields_schema_pattern(j, f->pattern);
	json_object_end(j);
}

static void fields_schema_of_facts(struct json_out *j)
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

static void fields_schema_variables(struct json_out *j)
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

static void fields_schema_fields(struct json_out *j,
				 const struct field_table *table);

static void fields_schema_nested(struct json_out *j, const struct field *f)
{
	if (f->type == FIELD_LIST) {
		fields_schema_list(j, f);
		json_key_string(j, "description", f->of->help);
		json_key_string(j, "type", "object");
		fields_schema_fields(j, f->of);
		json_object_end(j);
		return;
	}
	fields_schema_type(j, f, "object");
	fields_schema_fields(j, f->of);
}

static void fields_schema_family(struct json_out *j)
{
	json_key(j, "enum");
	json_array(j);
	json_null(j);
	json_string(j, "ipv4");
	json_string(j, "ipv6");
	json_array_end(j);
}

/* Lists of plain values. */
static void fields_schema_items(struct json_out *j, const struct field *f)
{
	switch (f->type) {
	case FIELD_WORDS:
	case FIELD_NUMBERS:
		fields_schema_list(j, f);
		if (f->type == FIELD_WORDS)
			fields_schema_words(j, f);
		else
			fields_schema_number(j, f);
		json_object_end(j);
		break;
	case FIELD_FACTS:
		fields_schema_of_facts(j);
		break;
	case FIELD_VARIABLES:
		fields_schema_variables(j);
		break;
	default:
		fields_schema_texts(j, f);
	}
}

static void fields_schema_value(struct json_out *j, const struct field *f)
{
	switch (f->type) {
	case FIELD_CONST:
		json_key_string(j, "const", f->pattern);
		break;
	case FIELD_TEXT:
	case FIELD_CHARS:
	case FIELD_ADDRESS:
	case FIELD_ENDPOINT:
	case FIELD_CODE:
	case FIELD_ICMP:
	case FIELD_REFERENCE:
	case FIELD_CLOCK:
		fields_schema_text(j, f);
		break;
	case FIELD_WORD:
		fields_schema_words(j, f);
		break;
	case FIELD_FAMILY:
		fields_schema_family(j);
		break;
	case FIELD_FLAG:
		json_key_string(j, "type", "boolean");
		break;
	case FIELD_NUMBER:
		fields_schema_number(j, f);
		break;
	case FIELD_MS:
		fields_schema_type(j, f, "number");
		json_key_number(j, "minimum", 0);
		break;
	case FIELD_OBJECT:
	case FIELD_POINTER:
	case FIELD_LIST:
	case FIELD_PATH:
		fields_schema_nested(j, f);
		break;
	default:
		fields_schema_items(j, f);
	}
}

static void fields_schema_required(struct json_out *j,
				   const struct field_table *table)
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

static void fields_schema_properties(struct json_out *j,
				     const struct field_table *table)
{
	for (const struct field *f = table->fields; f->name != NULL; f++) {
		json_key(j, f->name);
		json_object(j);
		json_key_string(j, "description", f->help);
		fields_schema_value(j, f);
		json_object_end(j);
	}
	if (table->more != NULL)
		fields_schema_properties(j, table->more);
}

static void fields_schema_fields(struct json_out *j,
				 const struct field_table *table)
{
	json_key_bool(j, "additionalProperties", false);
	fields_schema_required(j, table);
	json_key(j, "properties");
	json_object(j);
	fields_schema_properties(j, table);
	json_object_end(j);
}

void fields_schema(struct json_out *j, const struct field_table *table)
{
	json_key_string(j, "description", table->help);
	json_key_string(j, "type", "object");
	fields_schema_fields(j, table);
}
