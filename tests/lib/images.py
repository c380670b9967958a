"""Images: a file that was copied off its device is hashed here and compared with the list; only that verifies, and only what runs."""
import hashlib
import json
import pathlib
import tempfile

from .check import program, run, scan

NAME = "isr4300-universalk9.17.09.04a.SPA.bin"
ROW = "AA25-239A:H-26"


def evidence(folder, image, runs=f"bootflash:{NAME}", said=None):
    """A device's folder: what it says of itself, and the file copied off it."""
    d = pathlib.Path(folder) / "edge-r1"
    d.mkdir(exist_ok=True)
    text = (
        "edge-r1#show version\n"
        "Cisco IOS XE Software, Version 17.09.04a\n"
        "Cisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a, RELEASE SOFTWARE (fc3)\n"
        "edge-r1 uptime is 3 weeks, 1 day\n"
        f'System image file is "{runs}"\n'
        "edge-r1#\n"
    )
    if said:
        text += f"edge-r1#verify /md5 bootflash:{NAME}\n.....Done!\nverify /md5 (bootflash:{NAME}) = {said}\nedge-r1#\n"
    (d / "session.txt").write_text(text)
    (d / NAME).write_bytes(image)
    return d.parent


def listed(folder, *lines):
    path = pathlib.Path(folder) / "images.csv"
    path.write_text("hash,name,source\n" + "".join(line + "\n" for line in lines))
    return path


def trust(report):
    cells = [c for c in report["coverage"] if c["row"] == ROW]
    return report["devices"][0]["trust"], [(c["state"], c["trust"]) for c in cells]


def rules(report):
    return {f["rule"] for f in report["findings"] if f["rule"].startswith("image-")}


def check(t):
    # Above the size up to which SHA-256 is always taken, so that the list makes it whole.
    for size in (5000, 9 << 20, (64 << 20) + 5):
        image = b"\x7fELF" + bytes(range(256)) * (size // 256)
        other = image[:-1] + b"\x00"
        with tempfile.TemporaryDirectory() as top, tempfile.TemporaryDirectory() as aside:
            for algorithm in ("md5", "sha256", "sha512") if size < 1 << 20 else ("sha512",):
                good = hashlib.new(algorithm, image).hexdigest()
                path = listed(aside, f"{good.upper()},{NAME},the vendor's page")
                _, got, said = scan("--images", path, evidence(top, image))
                t.ok(got and trust(got) == ("image", [("clear", "image")]) and not rules(got), f"images: {algorithm}, {size} bytes: verified", said)
                file = [s for s in got["sources"] if s["path"].endswith(NAME)]
                t.ok(file[0]["format"] == "image" and file[0]["state"] == "read", f"images: {algorithm}: the file is known", file)
                _, got, said = scan("--images", path, evidence(top, other))
                t.ok(got and trust(got)[0] == "device" and rules(got) == {"image-hash-other"}, f"images: {algorithm}: one byte more is another image", said)
                t.ok(("hit", "device") in trust(got)[1], f"images: {algorithm}: the row is hit", trust(got))
    with tempfile.TemporaryDirectory() as top, tempfile.TemporaryDirectory() as aside:
        good = hashlib.sha512(image := b"image " * 999).hexdigest()
        md5 = hashlib.md5(image).hexdigest()
        path = listed(aside, f"{good},{NAME}", f'{md5},"{NAME}","page, of June"')
        _, got, said = scan("--images", path, evidence(top, image, runs="bootflash:other.bin"))
        t.ok(got and trust(got) == ("device", [("unknown", None)]), "images: a file that does not run vouches for nothing", trust(got))
        _, got, said = scan("--images", path, evidence(top, image, said="0" * 32))
        t.ok(rules(got) == {"image-hash-other"}, "images: the device's own answer is compared too", rules(got))
        _, got, said = scan("--images", path, evidence(top, b"altered", said=md5))
        t.ok(trust(got)[0] == "device" and rules(got) == {"image-hash-other"}, "images: a device that answers well, a file that does not", rules(got))
        _, got, said = scan(evidence(top, image))
        t.ok(trust(got)[0] == "device" and not rules(got), "images: without a list nothing is verified", trust(got))
        wrong = hashlib.sha512(b"x").hexdigest()
        path = listed(aside, f"{good},another-name.17.09.04.bin,x", f"{wrong},{NAME},y")
        _, got, said = scan("--images", path, evidence(top, image))
        why = json.dumps(got["findings"]) if got else ""
        t.ok(rules(got) == {"image-hash-other"}, "images: a listed image under another's name is told of", why)
        for text, word in (("abc,x\n", "line 2"), (f"{good},\n", "no file name"), ("", "no hash")):
            path = listed(aside, text.rstrip("\n")) if text else listed(aside)
            p = run([program(), "scan", "--images", path, top])
            t.ok(p.returncode == 4 and word in p.stderr.decode(), f"images: refused with {word}", p.stderr.decode())
