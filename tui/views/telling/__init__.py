"""Connections told in sentences: their problems and their stories."""
