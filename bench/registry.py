"""How the registry grows: generates passports, then prints what opening, writing and searching them take.

    python -m bench.registry                 10,000 and 100,000 passports
    python -m bench.registry 1000            as many as asked

Bars: search p95 under 20 ms at 10,000 and 50 ms at 100,000, opening under 1 s. Times are of the wall; the processor's
own stand beside them, since a busy machine stretches the first.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from registry.passport import Claim, Method, Passport, Reading, Value
from registry.record import Query, Record, Relation, Score
from registry.store import Store

SIZES = (10_000, 100_000)
ROUNDS = 400
BASES = tuple(
    f"{owner}/{family}-{version}-{size}"
    for owner, family in (("google", "gemma"), ("meta", "llama"), ("alibaba", "qwen"), ("mistral", "mixtral"))
    for version in (2, 3, 4)
    for size in ("1b", "2b", "7b", "13b", "70b")
)
SCHEMES = ("W4A16", "W8A16", "W8A8", "BF16", "FP8", "NVFP4A16")
LICENCES = ("apache-2.0", "gemma", "mit", "llama3", "cc-by-nc-4.0")
DAY = date(2026, 10, 1)


@dataclass(frozen=True, kw_only=True)
class Times:
    """Milliseconds of each call: of the wall and of the processor."""

    wall: list[float]
    cpu: list[float]

    def line(self, name: str) -> str:
        return f"{name:<34}{_row(self.wall)}   cpu{_row(self.cpu)}"


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or list(SIZES)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure(size, Path(folder) / "registry.db")


def measure(size: int, place: Path) -> None:
    began = time.perf_counter()
    with Store.open(place) as store:
        store.add_all(records(size))
    took = time.perf_counter() - began
    grown = sum(path.stat().st_size for path in place.parent.iterdir())
    print(f"\n{size:,} passports: written in {took:.1f} s ({size / took:,.0f} a second)")
    print(f"on disk {grown / 1e6:,.1f} MB, {grown / size:,.0f} bytes a passport")
    print(f"{'':<34}     p50     p95     max  ms")
    print(timed(20, lambda _: Store.open(place).close()).line("opening"))
    chance = random.Random(2)
    asked = [ask(chance) for _ in range(ROUNDS)]
    with Store.open(place) as store:
        store.search(Query())
        print(timed(ROUNDS, lambda i: store.search(asked[i])).line("search, a page of 24"))
        print(timed(ROUNDS, lambda i: store.search(replace(asked[i], offset=240))).line("search, the tenth page"))
        print(timed(ROUNDS, lambda i: store.candidates(asked[i])).line("search, 500 candidates"))
        print(timed(20, lambda _: store.facets()).line("facets with their counts"))
        subjects = chance.choices(store.subjects(), k=ROUNDS)
        print(timed(ROUNDS, lambda i: store.resolution(subjects[i])).line("one passport, resolved"))
        changed = list(records(ROUNDS, downloads=7))
        print(timed(100, lambda i: store.add(changed[-i])).line("one passport, refreshed"))


def timed(rounds: int, call: Callable[[int], object]) -> Times:
    times = Times(wall=[], cpu=[])
    for i in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        call(i)
        times.wall.append((time.perf_counter() - wall) * 1000)
        times.cpu.append((time.process_time() - cpu) * 1000)
    return times


def ask(chance: random.Random) -> Query:
    """What a visitor may ask: common words, rare ones, beginnings, facets, sizes, other orders, or nothing."""
    family = chance.choice(("gemma", "llama", "qwen", "mixtral"))
    words = chance.choice(
        (
            "",
            "",
            "text",
            family,
            family[:3],
            f"{family} 4 2b",
            f"{family} w4a16",
            f"user{chance.randrange(5000)}",
            "text im",
        )
    )
    return Query(
        words=words,
        modality=chance.choice((None, None, "image", "audio")),
        licence=chance.choice((None, None, *LICENCES)),
        scheme=chance.choice((None, None, *SCHEMES)),
        size_at_most=chance.choice((None, None, None, 10**9, 8 * 10**9)),
        room=chance.choice((None, None, None, 14 * 10**9)),
        not_run=chance.choice(((), ("Gemma4",))),
        order=chance.choice(("fni", "fni", "size", "updated")),
    )


def records(size: int, *, downloads: int = 0) -> Iterator[Record]:
    """The bases, then variants of them; the same ones every time."""
    chance = random.Random(1)
    for number in range(size):
        base = chance.choice(BASES)
        scheme = chance.choice(SCHEMES)
        owner = f"user{chance.randrange(5000)}"
        subject = BASES[number] if number < len(BASES) else f"{owner}/{base.split('/')[1]}-{scheme}-{number}"
        ties = () if subject in BASES else (Relation(kind="quantized_from", target=base),)
        passport = Passport(
            subject=subject,
            revision=f"{number:040x}",
            claims=tuple(_claims(chance, subject, None if subject in BASES else base, scheme, number, downloads)),
        )
        score = Score(name="fni", version="2.0", as_of=DAY, total=chance.randrange(999) / 10)
        yield Record(passport=passport, relations=ties, scores=(score,))


def _claims(
    chance: random.Random, subject: str, base: str | None, scheme: str, number: int, downloads: int
) -> Iterator[Claim]:
    at = Reading(subject=subject, revision=f"{number:040x}", as_of=DAY)
    size = chance.randrange(10**8, 10**11)
    context = 2 ** chance.randrange(12, 18)
    told: list[tuple[Method, str, str, Value, str | None]] = [
        ("configuration", "config.json", "architecture", "GemmaForCausalLM", None),
        ("configuration", "config.json", "context", context, "tokens"),
        ("configuration", "config.json", "modalities", chance.choice((("text",), ("text", "image", "audio"))), None),
        ("configuration", "config.json", "scheme", scheme, None),
        ("files", "safetensors headers", "tensor_bytes", size, "bytes"),
        ("files", "safetensors headers", "parameters", size * 2, None),
        ("declared", "model card", "licence", chance.choice(LICENCES), None),
        ("declared", "model card", "base_model", base, None),
        ("declared", "model card", "author", subject.split("/")[0], None),
        ("declared", "model card", "tags", ("transformers", "safetensors", "conversational"), None),
        ("reported", "the Hub", "downloads", downloads or chance.randrange(10**6), None),
        ("reported", "the Hub", "likes", chance.randrange(1000), None),
        ("reported", "the Hub", "updated", (DAY - timedelta(days=chance.randrange(700))).isoformat(), None),
        ("listed", "a listing", "context", chance.choice((context, 4096)), "tokens"),
        ("listed", "a listing", "licence", chance.choice(LICENCES), None),
    ]
    for method, source, field, value, unit in told:
        yield at.claim(field, value, method=method, source=source, unit=unit)


def _row(times: list[float]) -> str:
    ordered = sorted(times)
    marks = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])
    return "".join(f"{mark:8.1f}" for mark in marks)


if __name__ == "__main__":
    main()
