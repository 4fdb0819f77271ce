"""Opens the key blobs of vectors.json, written from the tables in docs/adr/0002-ciphertext-formats.md and 0016-key-commitment.md.

Reads vectors.json from standard input; prints a JSON array with the plaintext of each key blob in hex, or null if it does not
open.
"""

import hmac
import json
import struct
import sys
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode


def encode_context(context):
    encoded = struct.pack(">I", len(context))
    for key, value in sorted((key.encode(), value.encode()) for key, value in context.items()):
        encoded += struct.pack(">I", len(key)) + key + struct.pack(">I", len(value)) + value
    return encoded


def derive(material, nonce, info):
    return HKDF(SHA256(), 32, salt=nonce, info=info).derive(material)


def derive_bound(material, bound):
    derived = KBKDFHMAC(
        SHA512(),
        Mode.CounterMode,
        length=64,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=b"strongroom/key-blob/v2",
        context=bound,
        fixed=None,
    ).derive(material)
    return derived[:32], derived[32:]


def open_key_blob(vector):
    blob = bytes.fromhex(vector["blob"])
    material = bytes.fromhex(vector["material"])
    named = uuid.UUID(vector["keyId"]).bytes + struct.pack(">I", vector["materialVersion"])
    nonce = blob[21:53]
    if blob[1:21] != named or len(nonce) != 32:
        return None
    bound = blob[:53] + encode_context(vector["context"])
    if blob[0] == 1:
        subkey, ciphertext = derive(material, nonce, b"strongroom/key-blob/v1"), blob[53:]
    elif blob[0] == 2:
        subkey, commitment = derive_bound(material, bound)
        if not hmac.compare_digest(commitment, blob[53:85]):
            return None
        ciphertext = blob[85:]
    else:
        return None
    try:
        return AESGCM(subkey).decrypt(nonce[:12], ciphertext, bound).hex()
    except InvalidTag:
        return None


print(json.dumps([open_key_blob(vector) for vector in json.load(sys.stdin)["keyBlobs"]]))
