from datetime import date

from registry.passport import Claim, Passport
from registry.record import File, Record, Relation, Score
from registry.record_text import record_from, record_text


def test_a_record_comes_back_as_it_went() -> None:
    def claim(field: str, value: object, **more: object) -> Claim:
        return Claim(subject="a/b", field=field, value=value, method="files", source="here", **more)  # type: ignore[arg-type]

    claims = (
        claim("modalities", ("text", "image"), note="“quoted” \x1b"),
        claim("vram", 7, unit="bytes", as_of=date(2026, 10, 1), conditions=(("engine", "vLLM"), ("context", "8192"))),
        claim("context", None, revision="c" * 40, url="https://example.org"),
        claim("mixture_of_experts", False),
        claim("fni.total", 38.6),
    )
    record = Record(
        passport=Passport(subject="a/b", revision="c" * 40, claims=claims),
        files=(File(path="ü.json", size=None), File(path="model.safetensors", size=2**40, sha256="0" * 64)),
        relations=(Relation(kind="quantized_from", target="c/d"),),
        scores=(Score(name="fni", version="V2.0", as_of=date(2026, 1, 2), total=None, factors={"semantic": None}),),
    )
    assert record_from(record_text(record)) == record
