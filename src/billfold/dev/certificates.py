"""HTTPS on the developer's own machine: an authority made once, and the certificate it vouches for.

The authority may vouch for the store's domain and this machine alone (RFC 5280, 4.2.1.10), so whoever steals its key
from a developer who trusts it cannot pretend to be anybody else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
# Apple's systems accept no server certificate that lasts longer than 398 days.
CERTIFICATE_LASTS = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=30)
CLOCKS_DIFFER = timedelta(hours=1)

HERE = ("127.0.0.1", "::1")
NETWORKS_HERE = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True)
class Certificates:
    """Files in PEM. `chain` and `key` are the server's, `authority` is what clients must trust."""

    authority: Path
    chain: Path
    key: Path


def certificates(folder: Path, domain: str, slug: str, now: datetime | None = None) -> Certificates:
    """The files for a store's host names; made, or made anew when they expire soon or lack a name."""
    now = now or datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    files = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority_key = folder / "ca.key"
    names = [f"{slug}.{domain}", f"auth.{domain}", f"core.{domain}", f"*.{domain}", domain, "localhost"]
    authority = _read(files.authority)
    if authority is None or not authority_key.exists() or _ends(authority, now) or not _covers(authority, domain):
        authority = _make_authority(files.authority, authority_key, domain, now)
    leaf = _read(files.chain)
    stale = (
        leaf is None
        or not files.key.exists()
        or _ends(leaf, now)
        or leaf.issuer != authority.subject
        or not set(names) <= set(_names(leaf))
    )
    if stale:
        _make_leaf(files, authority, authority_key, names, now)
    return files


def _make_authority(file: Path, key_file: Path, domain: str, now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    # A name of its own each time: a browser that trusted the one before must not mistake this one for it.
    serial = x509.random_serial_number()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Billfold development"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Billfold development authority {serial % 16**8:08x}"),
        ]
    )
    permitted = [
        x509.DNSName(domain),
        x509.DNSName("localhost"),
        *(x509.IPAddress(ip_network(n)) for n in NETWORKS_HERE),
    ]
    builder = _builder(subject, subject, key.public_key(), serial, now, AUTHORITY_LASTS)
    made = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_file, key)
    file.write_bytes(_pem(made))
    return made


def _make_leaf(
    files: Certificates, authority: x509.Certificate, authority_key: Path, names: list[str], now: datetime
) -> None:
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    alternatives = [*map(x509.DNSName, names), *(x509.IPAddress(ip_address(n)) for n in HERE)]
    serial = x509.random_serial_number()
    builder = _builder(subject, authority.subject, key.public_key(), serial, now, CERTIFICATE_LASTS)
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    made = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write_key(files.key, key)
    files.chain.write_bytes(_pem(made) + _pem(authority))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, serial: int, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer, subject, key, serial, not_valid_before=now - CLOCKS_DIFFER, not_valid_after=now - CLOCKS_DIFFER + lasts
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _ends(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_after_utc - RENEWED_BEFORE <= now


def _covers(authority: x509.Certificate, domain: str) -> bool:
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    return x509.DNSName(domain) in (limits.permitted_subtrees or ())


def _names(certificate: x509.Certificate) -> list[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)


def _read(file: Path) -> x509.Certificate | None:
    """The first certificate in a file; None if there is no such file, or an interrupted start left half of one."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text)
