"""Imports settings modules, each in a process of its own, and tells what their names are bound to.

One case a line, as JSON; one answer a line, as JSON. A statement that raises an exception is
left out and the rest is run again, so that a generated module is worth its import.
"""

import importlib
import importlib.abc
import importlib.machinery
import json
import os
import pathlib
import resource
import shutil
import signal
import sys
import tempfile
import types
import warnings

warnings.simplefilter("ignore")

# Here once, and not in every process anew.
for library in ("decouple", "environ", "environs"):
    try:
        importlib.import_module(library)
    except ImportError:
        pass

SECONDS = 0.5
MEMORY = 600_000_000
HERE = "/tmp/site"


class Stub(types.ModuleType):
    """A package that is not installed: every name in it is some object."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(f"{self.__name__}.{name}")


class Thing:
    def __init__(self, name):
        self.name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(f"{self.name}.{name}")

    def __call__(self, *args, **kwargs):
        return Thing(f"{self.name}()")

    def __getitem__(self, key):
        return Thing(f"{self.name}[]")

    def __or__(self, other):
        return self

    def __mro_entries__(self, bases):
        return (object,)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, directory):
        self.directory = directory

    def find_spec(self, name, path=None, target=None):
        top = os.path.join(self.directory, *name.split(".")[:1])
        if os.path.exists(top) or os.path.exists(top + ".py"):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        module.__path__ = []


def shown(value, directory, depth=0):
    def inner(item):
        return shown(item, directory, depth + 1)

    if depth > 60:
        return ["o", "deep"]
    kind = type(value)
    if value is None:
        return ["n"]
    if kind is bool:
        return ["b", value]
    if kind is int:
        return ["i", str(value)] if value.bit_length() < 10_000 else ["o", "int"]
    if kind is float:
        return ["f", repr(value)]
    if kind is str:
        text = value.replace(directory, HERE) if directory else value
        try:
            text.encode()
        except UnicodeEncodeError:
            return ["o", "surrogates"]
        return ["s", text]
    if kind is bytes:
        return ["y", value.hex()]
    if kind is list:
        return ["l", [inner(item) for item in value]]
    if kind is tuple:
        return ["t", [inner(item) for item in value]]
    if kind is set:
        return ["S", sorted((inner(item) for item in value), key=json.dumps)]
    if kind is dict or kind.__name__ == "OrderedDict":
        pairs = [[inner(key), inner(item)] for key, item in value.items()]
        return ["d" if kind is dict else "D", pairs]
    if isinstance(value, pathlib.PurePath):
        return ["p", str(value).replace(directory, HERE) if directory else str(value)]
    return ["o", kind.__name__]


def run(case, directory):
    """Imports the module; what Django takes of it."""
    sys.path.insert(0, directory)
    sys.dont_write_bytecode = True
    sys.argv = ["uwsgi"]
    os.environ.clear()
    os.environ.update(case.get("environment", {}))
    os.chdir("/")
    if case.get("stub"):
        sys.meta_path.append(Finder(directory))
    module = importlib.import_module(case["module"])
    return {
        name: shown(getattr(module, name), "" if case.get("stub") else directory)
        for name in dir(module)
        if name.isupper()
    }


def in_a_child(work):
    """What `work` gives, or the exception that it raises, from a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(10)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            answer = {"names": work()}
        except BaseException as error:  # SystemExit too
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            answer = {"raised": f"{type(error).__name__}: {error}"[:300], "line": line_of(error)}
        with os.fdopen(write, "w") as out:
            json.dump(answer, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answers:
        text = answers.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"raised": "ended"}


def line_of(error):
    """The line of the settings module that raised it."""
    if isinstance(error, SyntaxError):
        return error.lineno
    line = None
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_name == "<module>" and code.co_filename.endswith("production.py"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def write(case, directory, statements):
    for path, text in case["files"].items():
        path = os.path.join(directory, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text if statements is None else text.replace("#STATEMENTS\n", statements))


def first_that_fails(case, statements):
    """The statement that raises; each is a block of lines of its own."""
    low, high = 0, len(statements)
    # Whether the module runs up to there: all before the first that fails do.
    while low < high:
        middle = (low + high) // 2
        if "names" in ask(case, statements[: middle + 1]):
            low = middle + 1
        else:
            high = middle
    return low


def ask(case, statements):
    if "directory" in case:
        return in_a_child(lambda: run(case, case["directory"]))
    directory = tempfile.mkdtemp(prefix="djlint", dir="/tmp")
    try:
        write(case, directory, None if statements is None else "".join(statements))
        return in_a_child(lambda: run(case, directory))
    finally:
        shutil.rmtree(directory)


def failing(case, statements, line):
    """The statement that a line of the module belongs to."""
    if line is None:
        return first_that_fails(case, statements)
    text = next(text for text in case["files"].values() if "#STATEMENTS" in text)
    at = text[: text.index("#STATEMENTS")].count("\n") + 1
    for number, statement in enumerate(statements):
        at += statement.count("\n")
        if line < at:
            return number
    return first_that_fails(case, statements)


def answer(case):
    statements = case.get("statements")
    if statements is None:
        return ask(case, None)
    for _ in range(40):
        found = ask(case, statements)
        if "names" in found:
            found["statements"] = statements
            return found
        at = failing(case, statements, found.get("line"))
        statements = statements[:at] + statements[at + 1 :]
    return {"raised": "nothing of it runs"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
