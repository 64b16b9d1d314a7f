"""What bench/scale measures, a row for each step of growth, as a table."""


def flat(row: dict, prefix: str = "") -> dict:
    """Rows within a row stand beside its other columns: fleet.p50_us."""
    columns = {}
    for name, value in row.items():
        if isinstance(value, dict):
            columns |= flat(value, f"{prefix}{name}.")
        else:
            columns[prefix + name] = value
    return columns


def _cell(value) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.2f}"


def growth_table(rows: list[dict]) -> str:
    """Markdown, a column for whatever any row tells."""
    flats = [flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flats for name in row))
    lines = [names] + [[_cell(row.get(name)) for name in names] for row in flats]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    printed = ["| " + " | ".join(cell.rjust(width) for cell, width in zip(line, widths)) + " |"
               for line in lines]
    printed.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(printed)
