"""Carriers of our own for tests: real HTTP servers on the loopback that speak the carriers' protocols, as documented.

Each runs in a thread with its own event loop, so that plain and asynchronous tests and other processes use it alike.
"""
