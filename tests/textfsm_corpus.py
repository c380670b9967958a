#!/usr/bin/env python3
"""Conformance of the TextFSM engine with a checkout of ntc-templates.

tests/textfsm_corpus.py PROGRAM CHECKOUT

Every tests/PLATFORM/COMMAND/*.raw runs through the program and is compared,
field by field, with the rows of its .yml.  One line for each case that
differs, with its cause; then the counts.  Exit status 1: something differs.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def cases(checkout):
    for raw in sorted((checkout / "tests").glob("*/*/*.raw")):
        platform, command = raw.parts[-3:-1]
        expected = raw.with_suffix(".yml")
        if platform != "mocks" and expected.exists():
            yield platform, command.replace("_", " "), raw, expected


def run(program, checkout, found):
    """Result of each file, as the program's batch mode prints it."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as names:
        for platform, command, raw, _ in found:
            names.write(f"{platform}\t{command}\t{raw}\n")
        names.flush()
        out = subprocess.run(
            [program, "dump", "--show-batch", names.name, "--templates",
             str(checkout / "ntc_templates" / "templates")],
            stdout=subprocess.PIPE, check=False).stdout
    results = {}
    for line in out.decode().split("\n"):
        if line:
            one = json.loads(line)
            results[one["file"]] = one
    return results


def difference(want, got):
    """What differs first, or None."""
    if len(want) != len(got):
        return f"{len(got)} rows, expected {len(want)}"
    for n, (one, other) in enumerate(zip(want, got), 1):
        if set(one) != set(other):
            return f"row {n}: fields {sorted(set(one) ^ set(other))}"
        for field in one:
            if one[field] != other[field]:
                return (f"row {n}: {field}: {other[field]!r}, "
                        f"expected {one[field]!r}")
    return None


def main():
    program, checkout = sys.argv[1], pathlib.Path(sys.argv[2])
    found = list(cases(checkout))
    results = run(program, checkout, found)
    failed = 0
    for platform, command, raw, expected in found:
        result = results.get(str(raw), {"error": "no result"})
        with open(expected, encoding="utf-8") as f:
            want = yaml.load(f, Loader)["parsed_sample"]
        cause = result.get("error") or difference(want, result["rows"])
        if cause:
            failed += 1
            print(f"not ok {platform} \"{command}\" {raw.name}: {cause}")
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
