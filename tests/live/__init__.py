"""Tests of live capture: interfaces, the spool and the process that captures."""
