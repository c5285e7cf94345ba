"""The server behind `mock-okta serve` and behind `MockOkta`: waitress, in one thread of one process.

Why waitress (figures: docs/benchmarks.md, made by benchmarks/servers.py and benchmarks/sign_ins.py):

- Its loop reads requests and hands over only complete ones. Connections on which nothing arrives cost nothing, whereas
  64 of them, which a few browsers open in passing, keep the threads of cheroot and gunicorn from answering for seconds.
- It runs in a thread of a test just as in a process of its own. granian is faster by up to a third with this
  application, but it can't do that, and its two processes take more memory than the 60 MiB we want to stay below.
  uvicorn and hypercorn can, but need asyncio and threads for WSGI, and twice the processor time for a sign-in.
- It is pure Python, imports in 35 ms and has no dependencies. What it lacks is small enough to add: TLS, delays, a way
  to hang up, replies in pieces (`tasks`, `channels`), a stop that answers whoever has connected, a limit that keeps
  nobody out (`loop`), and a reader of heads whose work grows with their length and no faster (`heads`, `parser`).

`tests/serving/` asks for all of this on the socket, whatever the server is made of.

Why one thread: state is in memory and what makes a reply is Python, so the interpreter's lock lets one thread work at a
time anyway. Handing each request from the loop to another thread and back made a sign-in half as expensive again, so
the loop answers itself. Nothing may wait in there: a delay is a time before which a connection sends nothing.
"""
