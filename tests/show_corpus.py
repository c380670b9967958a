#!/usr/bin/env python3
"""Our own templates against raw outputs of ntc-templates' tests.

tests/show_corpus.py PROGRAM CHECKOUT EXPLAINED

Each tests/PLATFORM/COMMAND/*.raw whose command our index knows must be parsed
without error and give as many rows as its .yml, unless EXPLAINED has a line
"PLATFORM<TAB>COMMAND<TAB>reason".  One line for each that differs; then the
counts.  Exit status 1: something differs that is not explained, or an
explanation is of no use any more.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def explained(path):
    lines = path.read_text().splitlines()
    return {tuple(l.split("\t")[:2]) for l in lines if l and l[0] != "#"}


def main():
    program, checkout = sys.argv[1], pathlib.Path(sys.argv[2])
    reasons = explained(pathlib.Path(sys.argv[3]))
    raws = {}
    for raw in sorted((checkout / "tests").glob("*/*/*.raw")):
        platform, command = raw.parts[-3:-1]
        if platform != "mocks":
            raws[str(raw)] = (platform, command.replace("_", " "))
    with tempfile.NamedTemporaryFile("w", suffix=".list") as names:
        for path, (platform, command) in raws.items():
            names.write(f"{platform}\t{command}\t{path}\n")
        names.flush()
        out = subprocess.run(
            [program, "dump", "--show-batch", names.name],
            stdout=subprocess.PIPE, check=False).stdout
    passed, failed, used, rows = 0, 0, set(), 0
    for line in out.decode().split("\n"):
        one = json.loads(line) if line else None
        if one is None or "no template" in one.get("error", ""):
            continue
        key = raws[one["file"]]
        expected = pathlib.Path(one["file"]).with_suffix(".yml")
        cause = one.get("error")
        if cause is None:
            rows += len(one["rows"])
            with open(expected, encoding="utf-8") as f:
                want = len(yaml.load(f, Loader)["parsed_sample"])
            if want != len(one["rows"]):
                cause = f"{len(one['rows'])} rows, expected {want}"
        if cause is None:
            passed += 1
        elif key in reasons and "error" not in one:
            used.add(key)
            passed += 1
        else:
            failed += 1
            print(f"not ok {key[0]} \"{key[1]}\" {pathlib.Path(one['file']).name}: {cause}")
    for key in sorted(reasons - used):
        failed += 1
        print(f"not ok {key[0]} \"{key[1]}\": nothing to explain")
    print(f"{passed} outputs read ({len(used)} commands explained, {rows} rows), {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
