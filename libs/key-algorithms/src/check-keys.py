"""Reads keys and what was done with them, and does the same the other way round, with Python's cryptography.

Reads a JSON array from standard input: for each key its spec, `privateKey` and `publicKey` (DER in hex), and a `message` with its
`signature`, or a `ciphertext` with its `sharedSecret`. Fails if anything does not fit. Prints a JSON array with the same, made here
with the same keys; null for a spec that it does not know.
"""

import json
import sys

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

CURVES = {
    "ECC_NIST_P256": SHA256,
    "ECC_NIST_P384": SHA384,
    "ECC_NIST_P521": SHA512,
    "ECC_SECG_P256K1": SHA256,
}


def check(fact):
    try:
        private = load_der_private_key(bytes.fromhex(fact["privateKey"]), None)
        public = load_der_public_key(bytes.fromhex(fact["publicKey"]))
    except UnsupportedAlgorithm:
        return None
    derived = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if derived.hex() != fact["publicKey"]:
        raise ValueError(f"{fact['spec']}: the public key does not follow from the private key")

    if "ciphertext" in fact:
        if private.decapsulate(bytes.fromhex(fact["ciphertext"])).hex() != fact["sharedSecret"]:
            raise ValueError(f"{fact['spec']}: another shared secret")
        secret, ciphertext = public.encapsulate()
        return {"ciphertext": ciphertext.hex(), "sharedSecret": secret.hex()}

    message = bytes.fromhex(fact["message"])
    algorithm = [ECDSA(CURVES[fact["spec"]]())] if fact["spec"] in CURVES else []
    public.verify(bytes.fromhex(fact["signature"]), message, *algorithm)
    return {"signature": private.sign(message, *algorithm).hex()}


print(json.dumps([check(fact) for fact in json.load(sys.stdin)]))
