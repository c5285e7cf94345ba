"""The server behind `mock-okta serve` and behind `MockOkta`: waitress, one process, a few threads.

Why waitress (figures: docs/benchmarks.md, made by benchmarks/servers.py):

- State is in memory, so one process serves; what a server gains by more processes is of no use here.
- Its loop reads requests and hands over only complete ones. Connections on which nothing arrives cost nothing, whereas
  64 of them, which two browsers open in passing, keep cheroot and gunicorn's threads from answering for seconds.
- It runs in a thread of a test as it runs in a process of its own. granian is faster, three times with an empty
  application, and by much less with this one, but it can't, and its two processes alone take more memory than we want
  to take in all. uvicorn and hypercorn can, and are slower than waitress by half.
- It is pure Python, imports in 35 ms and has no dependencies.

It lacks TLS, a stop that lets requests in flight finish, and a way to hang up; `channels` adds them.
"""
