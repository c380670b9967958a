"""Initial packets of a QUIC client (RFC 9000, RFC 9001, RFC 9369)."""
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SALTS = {
    1: (0, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic"),
    0x6B3343CF: (1, "0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2"),
}


def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def expand(secret, label, n):
    info = struct.pack(">HB", n, 6 + len(label)) + b"tls13 " + label.encode() + b"\0\1"
    return mac(secret, info)[:n]


def keys(version, cid):
    _, salt, word = SALTS[version]
    client = expand(mac(bytes.fromhex(salt), cid), "client in", 32)
    return tuple(expand(client, f"{word} {x}", n) for x, n in (("key", 16), ("iv", 12), ("hp", 16)))


# RFC 9001 appendix A.1, RFC 9369 appendix A.1.
assert [k.hex() for k in keys(1, bytes.fromhex("8394c8f03e515708"))] == [
    "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2"]
assert [k.hex() for k in keys(0x6B3343CF, bytes.fromhex("8394c8f03e515708"))] == [
    "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9"]


def varint(n):
    return struct.pack(">H", 0x4000 | n) if n > 63 else bytes([n])


def initial(version, cid, pieces, number=0, length=4, size=1200):
    """A datagram with pieces (offset, bytes) of the handshake, a PING between
    them and padding behind; length: bytes of the packet number."""
    key, iv, hp = keys(version, cid)
    frames = b"\1".join(b"\6" + varint(at) + varint(len(b)) + b for at, b in pieces)
    head = bytes([0xC0 | SALTS[version][0] << 4 | (length - 1)]) + struct.pack(">I", version)
    head += bytes([len(cid)]) + cid + b"\4mine" + b"\0"
    body = size - len(head) - 2
    frames += b"\0" * (body - length - 16 - len(frames))
    head += varint(body) + struct.pack(">I", number)[4 - length:]
    nonce = bytes(a ^ b for a, b in zip(iv, struct.pack(">IQ", 0, number)))
    sealed = AESGCM(key).encrypt(nonce, frames, head)
    at = len(head) - length
    packet = bytearray(head + sealed)
    ecb = Cipher(algorithms.AES(hp), modes.ECB()).encryptor()
    mask = ecb.update(bytes(packet[at + 4:at + 20]))
    packet[0] ^= mask[0] & 0x0F
    for i in range(length):
        packet[at + i] ^= mask[1 + i]
    return bytes(packet)
