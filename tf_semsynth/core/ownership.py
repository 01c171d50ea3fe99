"""Who writes in a work directory: one process at a time.

The owner's `in_use.json` says who it is. On a disk the file is also locked by
the operating system, which lets go of it whenever the process ends, so a dead
owner is told from a living one even where its number belongs to another
process by now. In a bucket, and on a disk without locks, the owner's number
and start time are compared with the running processes instead. A process of
another machine cannot be seen: its file counts until someone removes it.
"""

import contextlib
import json
import os
import signal
import socket
import threading
import time
import uuid

from tf_semsynth.core import storage

FILE = "in_use.json"
_TRIES = 5  # Somebody may just be looking.
_PAUSE = 0.1  # Seconds.


@contextlib.contextmanager
def owned(path, purpose, report=print):
    """Context in which this process alone writes in a work directory.

    The folder is made, and removed again if nothing came into it. `best/` in
    it belongs to the owner, too. SIGTERM ends the context like an error does
    (exit code 143) where nothing else handles it.

    Args:
        path: str, the work directory.
        purpose: str, such as "training", for the messages of others.
        report: function of one str, told of an owner that died.

    Raises:
        ValueError: another process owns it; nothing has changed then.
        OSError: the folder cannot be written.
    """
    is_new = not storage.is_folder(path)
    with _ending_in_order():
        try:
            with _taken(path, _describe_self(purpose), report):
                for relative in _relatives(path):
                    _check_one(relative)
                yield
        finally:
            if is_new and storage.is_folder(path):
                if not storage.names_in(path):
                    storage.remove(path)


def check_free(path):
    """Checks that nobody owns a work directory; changes nothing.

    Raises:
        ValueError: somebody does, or it cannot be known.
    """
    for each in (path, *_relatives(path)):
        _check_one(each)


def _check_one(path):
    file = storage.join(path, FILE)
    if not storage.exists(file):
        return
    if not _is_on_disk(path):
        _judge(file, _read(file))
        return
    descriptor = os.open(file, os.O_RDWR)
    try:
        is_locked = _lock(descriptor, only_look=True)
        if is_locked is False:
            raise ValueError(_refusal(file, _read(file)))
        _judge(file, _read(file), is_dead=is_locked)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _taken(path, owner, report):
    storage.make_folder(path)
    file = storage.join(path, FILE)
    on_disk = _is_on_disk(path)
    descriptor, is_locked = _open_locked(file) if on_disk else (None, None)
    try:
        before = _read(file)
        _judge(file, before, is_dead=is_locked)
        if before:
            report(
                f"{path}: process {before['process']}, the {before['purpose']} "
                f"here since {before['since']}, ended without a word. Going on."
            )
        _write(file, owner, descriptor)
        try:
            yield
        finally:
            if _read(file).get("token") == owner["token"]:
                storage.remove(file)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open_locked(file):
    """The descriptor of the locked file, and whether the disk has locks.

    Raises:
        ValueError: another process has locked it.
    """
    for _ in range(_TRIES):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        is_locked = _lock(descriptor)
        if is_locked is not False and _is_still(descriptor, file):
            return descriptor, is_locked
        os.close(descriptor)
        time.sleep(_PAUSE)
    raise ValueError(_refusal(file, _read(file)))


def _lock(descriptor, only_look=False):
    """True: locked. False: another process has. None: there are no locks."""
    try:
        import fcntl
    except ImportError:  # Not on Windows.
        return None
    kind = fcntl.LOCK_SH if only_look else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_still(descriptor, file):
    """Whether the file was not removed between its opening and its lock."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(file))
    except FileNotFoundError:
        return False


def _judge(file, owner, is_dead=None):
    """Refuses where the owner lives or cannot be seen.

    Args:
        file: str.
        owner: dict, empty where there is none.
        is_dead: bool or None; True where an owner on this machine cannot be
            alive, None where its process must be looked for.
    """
    if not owner:
        return
    is_here = owner["host"] == socket.gethostname()
    if is_here and not is_dead:
        is_dead = _start_of(owner["process"]) != owner["start"]
    if not (is_here and is_dead):
        raise ValueError(_refusal(file, owner))


def _refusal(file, owner):
    path = os.path.dirname(file)
    if not owner:
        return f"{path} is in use by another process, which just started."
    words = (
        f"{path} is in use by another {owner['purpose']} (process "
        f"{owner['process']} on host {owner['host']}, since {owner['since']}). "
        "Wait for its end, stop it, or take another --workdir."
    )
    if owner["host"] != socket.gethostname():
        words += (
            " Whether it still runs cannot be seen from this host, "
            f"{socket.gethostname()}: if it does not, remove {file}."
        )
    return words


def _relatives(path):
    """The work directories that share files with this one."""
    relatives = [storage.join(path, "best")]
    parent, name = os.path.split(str(path).rstrip("/"))
    if name == "best":
        relatives.append(parent or ".")
    return relatives


def _describe_self(purpose):
    return {
        "purpose": purpose,
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "start": _start_of(os.getpid()),
        "token": uuid.uuid4().hex,
    }


def _start_of(process):
    """What tells a process from later ones of its number; None: no process.

    Where the system does not tell, it is the number alone.
    """
    if not os.path.isdir("/proc/self"):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return "running"
    try:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return f"{_boot()} {fields[19]}"  # Clock ticks since the boot.


def _boot():
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""


def _read(file):
    """The owner's description; empty where there is none."""
    if not storage.exists(file):
        return {}
    text = storage.read_text(file)
    try:
        owner = json.loads(text) if text.strip() else {}
        keys = ("purpose", "process", "host", "since", "start", "token")
        return {key: owner[key] for key in keys} if owner else {}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"{file} is damaged, so it is not known who writes here. If no "
            "training does, remove it."
        ) from error


def _write(file, owner, descriptor):
    text = json.dumps(owner, indent=2) + "\n"
    if descriptor is not None:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)
        return
    storage.write_text(file, text)
    if _read(file).get("token") != owner["token"]:
        raise ValueError(_refusal(file, _read(file)))


def _is_on_disk(path):
    return "://" not in str(path)


@contextlib.contextmanager
def _ending_in_order():
    """Lets SIGTERM end the process through its `finally` clauses."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def end(number, frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
