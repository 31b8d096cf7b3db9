"""Compares what the tests ask of the local YouTube, and what it answers, with the API's discovery document.

Usage: python discovery.py CALLS, where CALLS was written by the tests with DUMP_CALLS=CALLS. The document
is the one inside the Python package google-api-python-client (Apache-2.0).
"""

import json
import re
import sys
from pathlib import Path

import googleapiclient

DOCUMENT = Path(googleapiclient.__file__).parent / "discovery_cache/documents/youtube.v3.json"
# Not in the document, because they hold for every API of Google.
EVERYWHERE = {"fields"}


def main() -> int:
    document = json.loads(DOCUMENT.read_text())
    schemas = document["schemas"]
    problems: set[str] = set()
    calls = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    for call in calls:
        name = call["path"].rsplit("/", 1)[1]
        method = document["resources"][name]["methods"]["list"]
        if call["path"].lstrip("/") != method["path"]:
            problems.add(f"{call['path']} is not {method['path']}")
        for key, value in call["query"]:
            check_parameter(name, method["parameters"], key, value, problems)
        answered = call["answer"]
        # Errors, and what a test sends on purpose in place of an answer.
        if call["status"] != 200 or not isinstance(answered, dict) or "kind" not in answered:
            continue
        answer = schemas[method["response"]["$ref"]]
        check_value(name, answer, answered, schemas, problems)
        query = dict(call["query"])
        if "fields" in query:
            check_mask(name, answer, parse(query["fields"]), schemas, problems)
        if "part" in query:
            item = schemas[answer["properties"]["items"]["items"]["$ref"]]
            for part in query["part"].split(","):
                if part not in item["properties"]:
                    problems.add(f"{name} has no part {part}")
    for problem in sorted(problems):
        print(problem)
    print(f"revision {document['revision']}: {len(calls)} calls, {len(problems)} problems")
    return bool(problems) or not calls


def check_parameter(name, parameters, key, value, problems):
    if key in EVERYWHERE:
        return
    known = parameters.get(key)
    if known is None:
        problems.add(f"{name} has no parameter {key}")
        return
    if "enum" in known and value not in known["enum"]:
        problems.add(f"{name}: {key} cannot be {value}")
    if known["type"] == "integer":
        least, most = int(known.get("minimum", 0)), int(known.get("maximum", 1 << 31))
        if not least <= int(value) <= most:
            problems.add(f"{name}: {key}={value} is not in {least} to {most}")


def check_value(path, schema, value, schemas, problems):
    schema = schemas[schema["$ref"]] if "$ref" in schema else schema
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    if not isinstance(value, kinds[schema["type"]]):
        problems.add(f"{path} is {type(value).__name__}, not {schema['type']}")
    elif schema["type"] == "array":
        for item in value:
            check_value(f"{path}[]", schema["items"], item, schemas, problems)
    elif schema["type"] == "object":
        for key, inner in value.items():
            known = schema.get("properties", {}).get(key)
            if known is None:
                problems.add(f"{path} has no field {key}")
            else:
                check_value(f"{path}.{key}", known, inner, schemas, problems)
    elif schema.get("format") == "uint64" and not value.isdigit():
        problems.add(f"{path} is no number in a text")


def check_mask(path, schema, mask, schemas, problems):
    schema = schemas[schema["$ref"]] if "$ref" in schema else schema
    if schema["type"] == "array":
        check_mask(path, schema["items"], mask, schemas, problems)
        return
    for key, inner in mask.items():
        known = schema.get("properties", {}).get(key)
        if known is None:
            problems.add(f"the mask of {path} names {key}")
        elif inner:
            check_mask(f"{path}.{key}", known, inner, schemas, problems)


def parse(mask):
    tokens = re.findall(r"\w+|[(),]", mask)
    stack, name = [{}], None
    for token in tokens:
        if token == "(":
            stack.append(stack[-1][name])
        elif token == ")":
            stack.pop()
        elif token != ",":
            name = token
            stack[-1][name] = {}
    return stack[0]


if __name__ == "__main__":
    sys.exit(main())
