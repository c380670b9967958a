"""Every rule that can accuse has a benign twin: a sample that feeds the rule what it looks at, differs from a hit in little, and is passed over."""
import collections
import pathlib
import re

from .check import program, run

# Made when all evidence is joined, or of a file as such: dump shows none.
JOINED = {"change", "flow_pattern", "outlier", "secret_reuse", "log_gap", "file", "image", "text"}
# Words that twin and hit share, of those of the shorter one.
ALIKE = 0.5


def files(sample):
    return [sample] if sample.is_file() else sorted(p for p in sample.rglob("*") if p.is_file())


def words(sample):
    """The sample's words; those that stand in every sample of its form say little, but little is enough to find a stranger."""
    return collections.Counter(w for f in files(sample) for w in re.findall(rb"[\w.-]+", f.read_bytes()))


def alike(a, b):
    return sum((a & b).values()) / max(1, min(sum(a.values()), sum(b.values())))


def kinds(sample):
    out = set()
    for f in files(sample):
        said = run([program(), "dump", f]).stdout.decode(errors="replace")
        out |= set(re.findall(r'^\{"kind": "(\w+)"', said, re.M))
    return out


def categories(text):
    """The kinds of record that the rule, or the rules of its file, look at."""
    return {k for line in re.findall(r"^ *category: *(.*)$", text, re.M) for k in re.findall(r"\w+", line)}


def accuses(text):
    return re.search(r"^  kind: compromise$", text, re.M) and re.search(r"^  confidence: (medium|high)$", text, re.M)


def check(t, rules):
    n = 0
    for rule, hits, misses in rules:
        text = rule.read_text()
        if not accuses(text):
            continue
        n += 1
        near = [m for m in misses if any(alike(words(m), words(h)) >= ALIKE for h in hits)]
        want = categories(text)
        fed = want & JOINED or any(want & kinds(m) for m in near)
        t.ok(near and fed, f"{rule.stem} has a benign twin", f"near: {[p.name for p in near]}, of {want}")
    t.ok(n > 100, "twins: rules that accuse were found", n)
