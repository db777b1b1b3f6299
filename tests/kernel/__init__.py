"""The Linux kernel as the judge: real connections, captured, beside what the kernel itself says of them.

Two hosts, each a network namespace, talk through real sockets by a script (tests.kernel.scenarios). What passes their
interfaces is captured with the project's own capture, and the kernel's tracepoints are recorded at the same time.
tests.kernel.truth reads from them each socket's states and each segment that was sent again, and tests.kernel.judged
compares that with what the project says of the capture. `python -m tests.kernel` prints the table.
"""
