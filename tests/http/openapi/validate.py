"""Checks recorded responses, and the document's own examples, against the OpenAPI document.

usage: validate.py openapi.json responses.jsonl

Every response must be one that the document describes, and every one that it describes must be among
the responses. The document leaves room for members that later versions add; this version has exactly
those that are described, so here that room is closed.
"""

import json
import sys

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

HERE = "urn:document"
# Header fields that every response may have; the document speaks of them once.
COMMON = {"cache-control", "connection", "content-length", "content-type", "date", "x-content-type-options"}


def close(schema):
    """Lets an object have no other members than those that are described."""
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
        for member in schema["properties"].values():
            close(member)


document = json.load(open(sys.argv[1]))
for schema in document["components"]["schemas"].values():
    close(schema)
responses = [json.loads(line) for line in open(sys.argv[2])]
registry = Registry().with_resource(HERE, DRAFT202012.create_resource(document))
problems = []


def resolved(place, pointer):
    """The object at a place, or the shared one that it points to, and where that is."""
    if "$ref" not in place:
        return place, pointer
    pointer = place["$ref"].removeprefix("#")
    target = document
    for key in pointer.split("/")[1:]:
        target = target[key]
    return target, pointer


def check(what, value, pointer):
    schema = {"$ref": HERE + "#" + pointer + "/schema"}
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, registry=registry, format_checker=checker)
    problems.extend(f"{what}: {error.message}" for error in validator.iter_errors(value))


def key(text):
    return text.replace("~", "~0").replace("/", "~1")


def header_value(header, text):
    return int(text) if header["schema"].get("type") == "integer" else text


described = {}
for path, item in document["paths"].items():
    for method, operation in item.items():
        at = f"/paths/{key(path)}/{method}"
        bodies = [("requestBody", operation["requestBody"], f"{at}/requestBody")] if "requestBody" in operation else []
        for status, place in operation["responses"].items():
            response, pointer = resolved(place, f"{at}/responses/{status}")
            described[f"{method} {path}", int(status)] = (response, pointer)
            bodies.append((status, response, pointer))
        for name, body, pointer in bodies:
            for media_type, content in body.get("content", {}).items():
                for example, shown in content["examples"].items():
                    what = f"example {example} of {method} {path} {name}"
                    check(what, shown["value"], f"{pointer}/content/{key(media_type)}")
for name, header in document["components"]["headers"].items():
    check(f"example of header {name}", header["example"], f"/components/headers/{name}")

recorded = set()
for got in responses:
    what = f"{got['operation']} {got['status']}"
    found = described.get((got["operation"], got["status"]))
    if found is None:
        problems.append(f"{what}: not described")
        continue
    recorded.add((got["operation"], got["status"]))
    response, pointer = found
    headers = {name.lower() for name in response.get("headers", {})}
    problems.extend(f"{what}: {name} is not described" for name in got["headers"].keys() - headers - COMMON)
    for name, place in response.get("headers", {}).items():
        header, at = resolved(place, f"{pointer}/headers/{name}")
        text = got["headers"].get(name.lower())
        if text is not None:
            check(f"{what}: {name}", header_value(header, text), at)
        elif header.get("required"):
            problems.append(f"{what}: no {name}")
    media_type = got["headers"].get("content-type")
    if media_type not in response.get("content", {None: None}):
        problems.append(f"{what}: unexpected content of type {media_type}")
    elif media_type == "text/event-stream":
        absent = False
        for line in got["body"].splitlines():
            absent = line == "event: job-not-found" or (absent and line != "")
            if line.startswith("data: ") and absent:
                if json.loads(line[6:]).keys() != {"job_id"}:
                    problems.append(f"{what}: unexpected data of a job that there is not")
            elif line.startswith("data: "):
                check(what, json.loads(line[6:]), described["get /api/status/{job_id}", 200][1] + "/content/application~1json")
    elif media_type:
        body, content = json.loads(got["body"]), response["content"][media_type]
        check(what, body, f"{pointer}/content/{key(media_type)}")
        shown = [example["value"].get("type") for example in content["examples"].values()]
        if media_type == "application/problem+json" and body["type"] not in shown:
            problems.append(f"{what}: no example is a {body['type']}")

for operation, status in described.keys() - recorded:
    problems.append(f"{operation} {status}: described, but no response was recorded")

print("\n".join(sorted(problems)) or f"{len(responses)} responses and all examples are as described")
sys.exit(bool(problems))
