#!/usr/bin/env python3
"""How many configurations of a corpus are identified as what they are.

tests/identify_corpus.py TIDEMARK CORPORA

Prints, per platform: files with a label, right ones, wrong ones by name.  The
label of a file is what the collection itself says: the header that RANCID
writes, the folder of the platform's tests, the device's own show version.
ARGUED holds files whose label is wrong, with the reason.  Exit status 1 when
a platform is below 99 in 100.
"""
import collections
import pathlib
import re
import subprocess
import sys

RANCID = {
    "arista": "arista-eos-config",
    "cisco-nx": "cisco-nx-os-config",
    "cisco-xr": "cisco-ios-xr-config",
    "cisco": None,  # IOS or what speaks like it: the folder decides
    "juniper": "junos-config",
    "fortigate": "fortios-config",
    "paloalto": "pan-os-config",
}
FOLDERS = [
    (r"batfish/.*/grammar/arista/", "arista-eos-config"),
    (r"batfish/.*/grammar/cisco_asa/", "cisco-asa-config"),
    (r"batfish/.*/grammar/cisco_nxos/", "cisco-nx-os-config"),
    (r"batfish/.*/grammar/cisco_xr/", "cisco-ios-xr-config"),
    (r"batfish/.*/grammar/fortios/", "fortios-config"),
    (r"batfish/.*/grammar/(flat)?juniper/", "junos-config"),
    (r"batfish/.*/grammar/palo_alto/", "pan-os-config"),
    (r"avd-eos/.*/intended/configs/.*\.cfg$", "arista-eos-config"),
    (r"iron-skillet/loadable_configs/.*\.(xml|conf)$", "pan-os-config"),
    (r"batfish/networks/example/.*/configs/as\d\w+\.cfg$", "cisco-ios-config"),
    (r"genieparser/.*/iosxr/tests/ShowRun", "cisco-ios-xr-config"),
    (r"genieparser/.*/nxos/tests/ShowRun", "cisco-nx-os-config"),
]
NAMES = {
    "show_configuration_|_display_set.txt": "junos-config",
}
# From show/HOST/show_version.txt of the same snapshot.
VERSIONS = [
    (r"Nexus Operating System|NX-OS", "cisco-nx-os-config"),
    (r"IOS XR", "cisco-ios-xr-config"),
    (r"Adaptive Security Appliance", "cisco-asa-config"),
    (r"Cisco IOS", "cisco-ios-config"),
    (r"Arista|cEOS|vEOS", "arista-eos-config"),
    (r"(?i)junos", "junos-config"),
    (r"(?m)^sw-version|PAN-OS", "pan-os-config"),
    (r"FortiGate|FortiOS", "fortios-config"),
]
B = "batfish/projects/batfish/src/test/resources/org/batfish/grammar/"
ARGUED = {
    B + "cisco_asa/testconfigs/ospf-intervals": "hostname and interface lines that IOS has as well; no statement of ASA",
    B + "cisco_asa/testconfigs/ospf-network-types": "hostname and interface lines that IOS has as well; no statement of ASA",
    B + "cisco_xr/testconfigs/gh10062": "a hostname and VRFs below BGP, as EOS and NX-OS have them; no statement of XR",
    "genieparser/genie/libs/parser/iosxr/tests/ShowRunKeyChain/cli/equal/golden_output_output.txt": "one key chain, without a device's name or prompt",
    "genieparser/genie/libs/parser/iosxr/tests/ShowRunningConfigNtp/cli/empty/empty_output_output.txt": "empty",
}


def text(path):
    return path.read_bytes()[:8192].decode("latin-1")


def of_snapshot(path):
    """lab-validation/SNAPSHOT/configs/HOST/FILE"""
    parts = path.parts
    if "configs" not in parts:
        return None
    i = parts.index("configs")
    show = pathlib.Path(*parts[:i], "show", *parts[i + 1 : -1])
    for f in sorted(show.glob("show*version*")):
        said = text(f)
        for pattern, reader in VERSIONS:
            if re.search(pattern, said):
                return reader
    return None


def label(root, path):
    name = str(path.relative_to(root))
    m = re.search(r"(?m)^[!#]\s*RANCID-CONTENT-TYPE:\s*(\S+)", text(path))
    if m and RANCID.get(m[1]):
        return RANCID[m[1]]
    if name.startswith("lab-validation/"):
        return NAMES.get(path.name) or of_snapshot(path)
    # Pieces without a head are nobody's; with one they are IOS.
    if "/grammar/cisco/testconfigs/ios" in name or "/iosxe/tests/ShowRun" in name:
        if re.search(r"(?m)^(version 1[0-9]\.\d+$|!RANCID-CONTENT-TYPE: cisco$)", text(path)):
            return "cisco-ios-config"
    for pattern, reader in FOLDERS:
        if re.search(pattern, name):
            return reader
    return None


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    said = subprocess.run(
        [program, "dump", "--identify", "."], cwd=root, stdout=subprocess.PIPE
    ).stdout.decode(errors="replace")
    count, wrong = collections.Counter(), collections.defaultdict(list)
    for line in said.splitlines():
        f = line.split("\t")
        path = root / f[0]
        if "!/" in f[0] or not path.is_file():
            continue
        want = label(root, path)
        if want is None or f[0] in ARGUED:
            continue
        count[want] += 1
        if f[1] != want:
            wrong[want].append((f[0], f[1], f[3]))
    low = 0
    for p in sorted(count):
        share = 100 * (count[p] - len(wrong[p])) / count[p]
        low += share < 99
        print(f"{p}: {count[p]} labelled, {count[p] - len(wrong[p])} right ({share:.1f} %)")
        for name, got, why in wrong[p]:
            print(f"  {name}: {got} ({why})")
    for name, why in sorted(ARGUED.items()):
        print(f"not counted: {name}: {why}")
    return 1 if low or not count else 0


if __name__ == "__main__":
    sys.exit(main())
