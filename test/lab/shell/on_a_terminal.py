"""Runs a program on a terminal of its own: orders on stdin, a JSON object a line; what it shows goes to stdout."""
import fcntl, json, os, pty, select, struct, sys, termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
resize(fd, 24, 80)
pending = b""
is_listening = True
while True:
    ready, _, _ = select.select([fd] + ([0] if is_listening else []), [], [])
    if 0 in ready:
        data = os.read(0, 65536)
        is_listening = data != b""
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "type" in order:
                os.write(fd, order["type"].encode())
            if "rows" in order:
                resize(fd, order["rows"], order["columns"])
            if "signal" in order:
                os.kill(pid, order["signal"])
    if fd in ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if data == b"":
            break
        os.write(1, data)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
