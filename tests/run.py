"""Builds all tests of the workspace and runs the suites side by side, one for each processor.

`cargo test` runs one suite after the other, and most of them wait: for a lease to end, for a page to load. So this
takes about half as long. Each suite runs as `cargo test` runs it, in the folder of its package; the tests in the
documentation are one more suite. SECOND_POSTGRES is the folder of another PostgreSQL, on which some run once more. Ends with 1
if anything failed, and with a line for each test that did.
"""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Lock

CARGO = os.environ.get("CARGO", "cargo")
# These take longest, so they begin first: the others fill the time beside them.
FIRST = ["browser", "postgres_conformance", "redis", "sqlite_conformance", "redis_conformance", "fleet", "store_conformance"]
# These run once more on the second PostgreSQL. They wait more than they work, so they get a place of their own.
AGAIN = ["postgres_conformance"]
# The tests of these wait for servers, so more of them run at once than there are processors.
WAIT = ["redis", "postgres", "sqlite"]
TESTS_AT_ONCE = "8"
# What other packages' suites start, by the name of the target. Asked for it alone, Cargo would build it once more, with
# the features that it has alone. That is what is wanted of the example server: it is tested as users build it.
PROGRAMS = {"report-server": "REPORT_SERVER"}
# Beyond this many at once, the suites would only wait for the disk.
MOST = 4

say = Lock()


def built():
    """Builds the suites; returns the name, folder and program of each. Names the program that others start."""
    command = [CARGO, "test", "--workspace", "--locked", "--no-run"]
    command += ["--message-format", "json-render-diagnostics"]
    build = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    suites = []
    for line in build.stdout:
        message = json.loads(line)
        if not message.get("executable"):
            continue
        name, program = message["target"]["name"], message["executable"]
        # A build without the test harness is an example, or a program that a suite starts.
        if message["profile"]["test"]:
            suites.append((name, Path(message["manifest_path"]).parent, program))
        elif name in PROGRAMS:
            os.environ[PROGRAMS[name]] = program
    if build.wait() != 0:
        sys.exit("The tests do not compile: see above")
    return suites


def run(name, command, folder, **variables):
    """Runs one suite and prints all that it wrote at once, so that suites do not mix."""
    start = time.monotonic()
    environment = dict(os.environ, CARGO=CARGO, **variables)
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )
    with say:
        print(f"\n     Suite {name} ({folder.name}), {time.monotonic() - start:.0f} s", flush=True)
        print(done.stdout, flush=True)
    return name, done.returncode, done.stdout


def of_suite(name, folder):
    """What `cargo test` would set, and more. Cargo itself must not be told a folder: ring would be built anew."""
    own = {"CARGO_MANIFEST_DIR": str(folder)}
    return own | {"RUST_TEST_THREADS": TESTS_AT_ONCE} if name in WAIT else own


def rank(suite):
    return FIRST.index(suite[0]) if suite[0] in FIRST else len(FIRST)


def main():
    suites = sorted(built(), key=rank)
    root = Path.cwd()
    second = os.environ.get("SECOND_POSTGRES")
    again = [suite for suite in suites if second and suite[0] in AGAIN]
    doc = [CARGO, "test", "--workspace", "--locked", "--no-fail-fast", "--doc"]
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST) + len(again)) as pool:
        runs = [
            pool.submit(
                run, f"{name} on the second PostgreSQL", [program], folder,
                **of_suite(name, folder), POSTGRES_BIN=second,
            )
            for name, folder, program in again
        ]
        runs.append(pool.submit(run, "documentation", doc, root))
        runs += [pool.submit(run, name, [program], folder, **of_suite(name, folder)) for name, folder, program in suites]
        results = [finished.result() for finished in as_completed(runs)]

    passed = failed = ignored = 0
    for name, code, output in results:
        failures = re.findall(r"^test (.*) \.\.\. FAILED$", output, re.MULTILINE)
        for test in failures:
            print("FAILED", name, test)
        if code != 0 and not failures:
            print("FAILED", name, f"ended with {code}")
        for counts in re.findall(r"^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored", output, re.MULTILINE):
            passed, failed, ignored = (a + int(b) for a, b in zip((passed, failed, ignored), counts))
    print(f"{len(results)} suites: {passed} passed, {failed} failed, {ignored} ignored")
    sys.exit(any(code != 0 for _, code, _ in results))


main()
