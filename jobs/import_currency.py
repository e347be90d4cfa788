"""The currency of a prices file: one, or several with rates."""

from dataclasses import replace

from collectors.errors import BadCell, FileRefused
from collectors.exports.money import amount, currency_code, read_rates
from collectors.exports.parse import Plan
from collectors.exports.tables import Table
from collectors.exports.units import in_unit, unit_of
from jobs.import_job import ImportJob

PAGE_ROWS = 5_000


def with_currency(job: ImportJob, table: Table, plan: Plan) -> Plan:
    """The one currency of a prices file; several need rates. Reads the file once more."""
    rates = read_rates(job.rates)
    own = stated_currency(job)
    found, bare = _currencies(table, plan)
    if bare and own is None:
        message = f"{bare} rows of {table.path.name} name no currency. Say it with --currency, as --currency CNY."
        raise FileRefused(message)
    if bare and own is not None:
        found.add(own)
    if len(found) <= 1:
        return replace(plan, currency=next(iter(found), own), rates={})
    target = own or min(found - rates.keys(), key=lambda code: (code != "CNY", code), default=None)
    without = sorted(found - rates.keys() - {target})
    if target is None or without:
        sample = ",".join(f"{code}=..." for code in sorted(found - {target or "CNY"}))
        message = (
            f"{table.path.name} holds prices in several currencies: {', '.join(sorted(found))}. They are not compared without rates. Say what "
            f"one unit of each costs: --currency {target or 'CNY'} --rates {sample}"
        )
        raise FileRefused(message)
    return replace(plan, currency=target, rates={code: rates[code] for code in sorted(found - {target})})


def stated_currency(job: ImportJob) -> str | None:
    """The currency of --currency.

    Raises:
        FileRefused: it is none.
    """
    try:
        return currency_code(job.currency)
    except BadCell as error:
        message = f"--currency is {error.reason}. Expected {error.expected}."
        raise FileRefused(message) from error


def _currencies(table: Table, plan: Plan) -> tuple[set[str], int]:
    """Currencies that the rows name, and how many rows with an amount name none."""
    found: set[str] = set()
    bare = 0
    constant = currency_code(plan.mapping.constants.get("currency"))
    header = plan.mapping.columns.get("amount", "")
    unit = unit_of(header, "amount")
    for page in table.pages(PAGE_ROWS):
        amounts = page.columns.get(header, ())
        codes = page.columns.get(plan.mapping.columns.get("currency", ""), ()) or [None] * len(amounts)
        for cell, code in zip(amounts, codes, strict=True):
            try:
                paid = amount(in_unit(cell, unit))
                own = currency_code(code) or constant or (paid[1] if paid else None)
            except BadCell:
                continue  # the row will be refused when it is read
            if paid is not None and own is None:
                bare += 1
            elif own is not None:
                found.add(own)
    return found, bare
