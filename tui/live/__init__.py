"""Live capture as the rest of the program sees it: interfaces, the spool, and the process that captures."""
