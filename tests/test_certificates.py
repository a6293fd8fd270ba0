"""The development authority: made once, trusted once, and able to vouch for one store only."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from billfold.dev.certificates import Certificates, certificates

NOW = datetime.now(UTC)


def shake_hands(files: Certificates, name: str, *, strict: bool = True) -> None:
    """A TLS handshake in memory; raises ssl.SSLCertVerificationError if a client would not go on."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.chain, files.key)
    client = ssl.create_default_context(cafile=files.authority)
    if strict:  # the default of Python 3.13
        client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=name)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    done = [False, False]
    while not all(done):
        for at, end in enumerate((ours, theirs)):
            try:
                end.do_handshake()
                done[at] = True
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize(
    "name",
    [
        "acme.billfold.localhost",
        "auth.billfold.localhost",
        "core.billfold.localhost",
        "another.billfold.localhost",
        "billfold.localhost",
        "localhost",
        "127.0.0.1",
        "::1",
    ],
)
def test_every_name_of_the_store_is_vouched_for(tmp_path: Path, name: str) -> None:
    shake_hands(certificates(tmp_path, "billfold.localhost", "acme"), name)


def test_no_other_name_is(tmp_path: Path) -> None:
    files = certificates(tmp_path, "billfold.localhost", "acme")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, "bank.example")


def signed_with_a_stolen_key(authority: Certificates, folder: Path, name: str) -> Certificates:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(authority.authority.read_bytes())
    stolen = serialization.load_pem_private_key(authority.authority.with_name("ca.key").read_bytes(), None)
    assert isinstance(stolen, ec.EllipticCurvePrivateKey)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    leaf = (
        x509.CertificateBuilder(
            issuer.subject, subject, key.public_key(), 1, NOW - timedelta(days=1), NOW + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(stolen, hashes.SHA256())
    )
    chain, key_file = folder / "stolen.pem", folder / "stolen.key"
    chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Certificates(authority.authority, chain, key_file)


def test_whoever_steals_the_authority_s_key_is_nobody_else(tmp_path: Path) -> None:
    ours = certificates(tmp_path, "billfold.localhost", "acme")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(signed_with_a_stolen_key(ours, tmp_path, "bank.example"), "bank.example", strict=False)
    shake_hands(
        signed_with_a_stolen_key(ours, tmp_path, "shop.billfold.localhost"), "shop.billfold.localhost", strict=False
    )


def test_a_second_start_makes_nothing_anew(tmp_path: Path) -> None:
    certificates(tmp_path, "billfold.localhost", "acme")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    certificates(tmp_path, "billfold.localhost", "acme")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert set(before) == {"ca.pem", "ca.key", "server.pem", "server.key"}


@pytest.mark.parametrize(("passed", "authority_stays"), [(300, True), (380, True), (3640, False)])
def test_what_expires_is_renewed_and_the_authority_lasts(tmp_path: Path, passed: int, authority_stays: bool) -> None:
    old = certificates(tmp_path, "billfold.localhost", "acme", NOW)
    authority, leaf = old.authority.read_bytes(), old.chain.read_bytes()
    later = NOW + timedelta(days=passed)
    new = certificates(tmp_path, "billfold.localhost", "acme", later)
    assert (new.authority.read_bytes() == authority) is authority_stays
    assert (new.chain.read_bytes() == leaf) is (passed < 365)
    assert x509.load_pem_x509_certificate(new.chain.read_bytes()).not_valid_after_utc > later


def test_another_organization_needs_no_new_authority(tmp_path: Path) -> None:
    authority = certificates(tmp_path, "billfold.localhost", "acme").authority.read_bytes()
    files = certificates(tmp_path, "billfold.localhost", "toys")
    assert files.authority.read_bytes() == authority
    shake_hands(files, "toys.billfold.localhost")


def test_half_a_file_is_replaced(tmp_path: Path) -> None:
    files = certificates(tmp_path, "billfold.localhost", "acme")
    files.chain.write_bytes(files.chain.read_bytes()[:100])
    shake_hands(certificates(tmp_path, "billfold.localhost", "acme"), "acme.billfold.localhost")


def test_nobody_else_may_read_a_key(tmp_path: Path) -> None:
    certificates(tmp_path, "billfold.localhost", "acme")
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("*.key")} == {0o600}
