"""A row of the score, and what rooms share to fill it."""
import json
import os
import re
import resource
import subprocess


class Row:
    """A figure with its must and its aim, if it has any; `now` is a number, or a text that says why there is none."""

    VERDICTS = ("aim", "must", "MISSED", "no target", "not measured")

    def __init__(self, what, must, aim, now, unit="", most=False):
        self.what, self.must, self.aim, self.now, self.unit, self.most = what, must, aim, now, unit, most

    def reaches(self, target):
        return self.now <= target if self.most else self.now >= target

    def verdict(self):
        if isinstance(self.now, str):
            return "not measured"
        if self.must is None:
            return "no target"
        return "aim" if self.reaches(self.aim) else "must" if self.reaches(self.must) else "MISSED"

    def line(self, room):
        def show(value):
            return "-" if value is None else value if isinstance(value, str) else f"{value:.4f}".rstrip("0").rstrip(".")
        sign = "<=" if self.most else ">="
        now = show(self.now) + (f" {self.unit}" if self.unit and not isinstance(self.now, str) else "")
        return f"{room:9} {self.what:62} {sign} {show(self.must):>6} / {show(self.aim):>6}   {self.verdict():12} {now}"

    def told(self):
        return {"what": self.what, "must": self.must, "aim": self.aim, "now": self.now, "unit": self.unit, "verdict": self.verdict()}


class Context:
    """Where things are, and how to run them."""

    def __init__(self, root, data, scripts, program, bench):
        self.root, self.data, self.scripts, self.program, self.bench_path = root, data, scripts, program, bench

    def path(self, *parts):
        return os.path.join(self.data, *parts)

    def bench(self):
        """The bench's figures, or None."""
        return self.figures(self.bench_path)

    def peers(self):
        """The figures of tests/peers/run, or None."""
        return self.figures(os.path.join(self.root, "target", "peers.json"))

    @staticmethod
    def figures(path):
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def evaluate(self, script, *arguments, **variables):
        """What an evaluation script prints."""
        environment = {**os.environ, "COPYDESK": self.program, **variables}
        command = ["python3", os.path.join(self.scripts, script), *arguments]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    def enrich(self, rows, *sets, threads=1):
        """The program on rows of JSON: the records, CPU-seconds and peak MiB."""
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        options = [part for value in (*sets, f"threads={threads}") for part in ("--set", value)]
        process = subprocess.Popen([self.program, "enrich", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out, _ = process.communicate(lines)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode:
            raise SystemExit(f"{self.program} enrich ended with {process.returncode}")
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return [json.loads(line) for line in out.decode().splitlines()], spent

    def peak(self, rows, *sets):
        """Peak MiB of the program on rows; each is a process of its own, since the kernel keeps the largest child's."""
        options = [part for value in (*sets, "threads=1") for part in ("--set", value)]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        measure = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL,check=True);"
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024)")
        done = subprocess.run(["python3", "-c", measure, self.program, "enrich", *options], input=lines, stdout=subprocess.PIPE, check=True)
        return float(done.stdout)

    def cargo(self, *arguments, **variables):
        """What a cargo command prints."""
        environment = {**os.environ, **variables}
        done = subprocess.run(["cargo", *arguments], cwd=self.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
        return done.stdout.decode()


NONE = ("language.enabled=false", "entities.enabled=false", "dedupe.enabled=false", "text.clean=off")


def found(pattern, text):
    """The numbers of a pattern's groups."""
    match = re.search(pattern, text)
    if not match:
        raise SystemExit(f"no {pattern!r} in:\n{text}")
    return [float(number) for number in match.groups()]


def lines(path):
    """Rows of a file of JSON lines."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]
