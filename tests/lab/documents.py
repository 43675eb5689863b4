"""Reports of the program, held against its own JSON Schema and against what they saw as they are read."""
import functools
import json
import subprocess

import fastjsonschema

import sentences


@functools.lru_cache(None)
def validator(program):
    """What `preflight schema report` of that program demands."""
    schema = subprocess.run([program, "schema", "report"], capture_output=True, text=True, check=True)
    return fastjsonschema.compile(json.loads(schema.stdout))


def read(program, text):
    """The document in the text; raises where a report is not as the schema says, or claims more than it saw."""
    document = json.loads(text)
    if document.get("schema") == "preflight.report/1":
        validator(program)(document)
        if problems := sentences.problems(document):
            raise ValueError("; ".join(problems))
    return document
