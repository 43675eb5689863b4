"""Reports of the program, held against its own JSON Schema as they are read."""
import functools
import json
import subprocess

import fastjsonschema


@functools.lru_cache(None)
def validator(program):
    """What `preflight schema report` of that program demands."""
    schema = subprocess.run([program, "schema", "report"], capture_output=True, text=True, check=True)
    return fastjsonschema.compile(json.loads(schema.stdout))


def read(program, text):
    """The document in the text; raises where a report is not as the schema says."""
    document = json.loads(text)
    if document.get("schema") == "preflight.report/1":
        validator(program)(document)
    return document
