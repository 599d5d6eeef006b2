"""Whom a carrier's certificate must be signed by: read once a process, for each client would read all of them anew."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that httpx trusts (certifi's, or those that SSL_CERT_FILE names), 30 ms and some 2 MB."""
    return httpx.create_ssl_context()
