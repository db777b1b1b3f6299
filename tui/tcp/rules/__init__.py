"""The rules of TCP as an observer applies them: pure, about one connection, without sequence numbers or columns."""
