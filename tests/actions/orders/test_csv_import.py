"""Orders from CSV files: what is read, what is refused and why, and that nothing is half-imported."""

import csv
import io
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from actions.orders import csv_import, table
from actions.orders.csv_cells import COLUMNS
from actions.orders.csv_import import Problem, read_orders
from actions.orders.order import OrderNotFound, Parcel
from actions.orders.order_record import order_of
from actions.orders.source import Terms
from actions.tracking.parcel_facts import LastMile
from cases import database, settings
from cases.database import reading
from cases.models import ImportedOrder

TERMS = Terms(datetime(2026, 11, 23, tzinfo=timezone.utc), 0.0)
HEADER = "order_number,buyer_id,postcode,country,amount,currency,tracking_number,carrier"
GOOD = "A-1,demo,10115,DE,34.90,EUR,CC731010015DE,DHL"


def of(*lines):
    """What a file of these lines holds."""
    return read_orders("\n".join(lines).encode())


def told(*lines):
    """What is wrong with it."""
    return [str(problem) for problem in of(*lines).problems]


@pytest.fixture
def database_of_orders(tmp_path, monkeypatch):
    """An empty case database."""
    for name in ("PORCHLIGHT_MODE", "PORCHLIGHT_CASES_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORCHLIGHT_VAR", str(tmp_path))
    settings.settings.cache_clear()
    database._sessions.cache_clear()
    yield tmp_path
    settings.settings.cache_clear()
    database._sessions.cache_clear()


@pytest.fixture
def imported(database_of_orders):
    """``imported(line, …, "--leave-out-bad")``: imports a file of these lines; how the command ended."""

    def run(*lines):
        path = database_of_orders / "orders.csv"
        path.write_text("\n".join(line for line in lines if not line.startswith("--")), encoding="utf-8")
        return csv_import.main([str(path), *(line for line in lines if line.startswith("--"))])

    return run


def test_a_row_becomes_an_order():
    [record] = of(HEADER, GOOD).records
    order = order_of(record)
    assert (order.number, order.buyer_id, order.postcode, order.country) == ("A-1", "demo", "10115", "DE")
    assert (order.amount, order.currency, order.dispute_open) == (34.9, "EUR", False)
    assert [(p.tracking_number, p.carrier, p.provider_url) for p in order.parcels] == [("CC731010015DE", "DHL", None)]


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\n{GOOD}\n",
        f"{HEADER}\r\n{GOOD}\r\n\r\n",
        f"\n\n{HEADER}\n\n{GOOD}\n,,,,,,,\n",
        f"{HEADER}\n{GOOD}\n".replace(",", ";"),
        f"{HEADER}\n{GOOD}\n".replace(",", "\t"),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER, GOOD)),
        f"{HEADER}\n{GOOD}".replace("order_number", "Order ID").replace("postcode", "ZIP"),
        f"{HEADER},notes\n{GOOD},fragile",
    ],
    ids=["mark", "CRLF", "blank lines", "semicolons", "tabs", "quotes", "other names", "another column"],
)
def test_spreadsheets_write_the_same_in_many_ways(content):
    assert read_orders(content.encode()).records == of(HEADER, GOOD).records


def test_columns_that_are_not_read_are_told():
    assert of(f"{HEADER},notes", f"{GOOD},x").unread == ["notes"]


def test_several_parcels_stand_in_several_rows_or_in_one_cell():
    rows = of(HEADER, "A-1,demo,,,,,P1,DHL", "A-1,,,,,,P2,UPS", "a-1,,,,,,P1,DHL")
    cell = of(HEADER, "A-1,demo,,,,,P1|P2,DHL|UPS")
    assert not rows.problems
    assert rows.records == cell.records
    assert [parcel["tracking_number"] for parcel in cell.records[0]["parcels"]] == ["P1", "P2"]
    [both] = of(HEADER, "A-1,demo,,,,,P1 | P2,DHL").records
    assert [parcel["carrier"] for parcel in both["parcels"]] == ["DHL", "DHL"]


LAST_MILES = f"{HEADER},last_mile_number,last_mile_carrier"


def test_two_numbers_of_one_shipment_are_one_parcel_with_its_last_mile():
    [record] = of(LAST_MILES, "A-1,demo,,,,,P1,Cainiao,L1,DPD").records
    [parcel] = record["parcels"]
    assert parcel["last_mile"] == {"tracking_number": "L1", "carrier": "DPD"}
    assert order_of(record).parcels == (Parcel("P1", "Cainiao", last_mile=LastMile("L1", "DPD")),)


@pytest.mark.parametrize(
    "rows",
    [
        ["A-1,demo,,,,,P1|P2,4PX,L1|L2,DPD|GLS"],
        ["A-1,demo,,,,,P1,4PX,,", "A-1,,,,,,P1,,L1,DPD", "A-1,,,,,,P2,4PX,L2,GLS"],
        ["A-1,demo,,,,,P1,4PX,L1,DPD", "A-1,,,,,,P2,4PX,L2,GLS", "A-1,,,,,,L 1,DPD,,"],
    ],
    ids=["in one cell", "in a row of its own", "also listed as a parcel"],
)
def test_a_last_mile_belongs_to_its_parcel_however_the_rows_tell_it(rows):
    [record] = of(LAST_MILES, *rows).records
    told = [(parcel.tracking_number, parcel.carrier, parcel.last_mile) for parcel in order_of(record).parcels]
    assert told == [("P1", "4PX", LastMile("L1", "DPD")), ("P2", "4PX", LastMile("L2", "GLS"))]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A-1,demo,,,,,P1|P2,4PX,L1,", "line 2, last_mile_number: must be one for each tracking number of the row"),
        ("A-1,demo,,,,,,,L1,", "line 2, last_mile_number: must be one for each tracking number of the row"),
        (
            "A-1,demo,,,,,P1|P2|P3,4PX,L1|L2|L3,DPD|GLS",
            "line 2, last_mile_carrier: must be one for all",
        ),
        ("A-1,demo,,,,,P1,4PX,,DPD", "line 2, last_mile_number: is missing, and there is a carrier"),
    ],
)
def test_a_last_mile_that_can_not_be_told_apart_is_told(row, reason):
    [problem] = of(LAST_MILES, row).problems
    assert str(problem).startswith(reason)


def test_the_same_number_in_two_marketplaces_is_two_orders():
    records = of("order_number,marketplace,buyer_id", "1001,eBay,b1", "1001,shopify,b2").records
    assert [(record["marketplace"], record["buyer"]["buyer_id"]) for record in records] == [
        ("ebay", "b1"),
        ("shopify", "b2"),
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",demo,,,,,,", "line 2, order_number: is empty"),
        ("A-1,,,,,,,", "line 2: nobody could be recognised as its buyer without one of buyer_id, email, postcode"),
        ("A-1,demo,1067,DE,,,,", "line 2, postcode: has lost its zero at the beginning"),
        ("A-1,demo,10115,Germany,,,,", "line 2, country: is longer than 2 characters"),
        ("A-1,demo,10115,D3,,,,", "line 2, country: must be two letters (ISO 3166) such as DE"),
        ("A-1,demo,,,12.3.4,EUR,,", "line 2, amount: is no amount such as 1234.50"),
        ('A-1,demo,,,"1,234",EUR,,', "line 2, amount: can be read in two ways; write it like 1234.00"),
        ("A-1,demo,,,12,,,", "line 2, currency: is missing, and there is an amount"),
        ("A-1,demo,,,12,€,,", "line 2, currency: must be three letters (ISO 4217) such as EUR"),
        ("A-1,demo,,,,,3.40434E+17,DHL", "line 2, tracking_number: was shortened by a spreadsheet"),
        ("A-1,demo,,,,,P1|,DHL", "line 2, tracking_number: has nothing between two |"),
        ("A-1,demo,,,,,P1|P2|P3,DHL|UPS", "line 2, carrier: must be one for all tracking numbers of the row"),
        ("A-1,demo,,,,,,DHL", "line 2, tracking_number: is missing, and there is a carrier"),
        ("A-1,demo", "line 2: has 2 columns, and the header 8"),
        ('A-1,"demo,,,,,,', "line 2: can not be read from here on"),
        ('A-1,de"mo"x,,,,,P1\x00,', "line 2"),
        ("A-1,de\x07mo,,,,,,", "line 2, buyer_id: has a character that can not be printed"),
        ("A-1,M\ufffdller,,,,,,", "line 2, buyer_id: has a character that was lost when the file was saved"),
        (f"A-1,{'x' * 256},,,,,,", "line 2, buyer_id: is longer than 255 characters"),
    ],
)
def test_a_bad_row_is_told_with_line_column_and_reason(row, problem):
    reading = of(HEADER, row)
    assert [str(one)[: len(problem)] for one in reading.problems] == [problem]
    assert reading.records == []


def test_rows_of_an_order_that_contradict_each_other_are_told():
    lines = (HEADER, "A-1,demo,10115,,,,P1,", "A-2,demo,,,,,,", "A-1,other,10115,,,,P2,")
    assert told(*lines) == ["line 4, buyer_id: is another than in line 2"]
    assert [record["order_id"] for record in of(*lines).records] == ["A-2"]


def test_one_bad_row_spoils_its_order_and_no_other():
    reading = of(HEADER, GOOD, "A-1,,,,x,EUR,P2,", "A-2,demo,,,,,,", "A-2,de,mo", "A-3,demo,,,,,,")
    assert [record["order_id"] for record in reading.records] == ["A-3"]
    assert [problem.line for problem in reading.problems] == [3, 5]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1: the file is empty"),
        (b"\xef\xbb\xbf\n", "line 1: the file is empty"),
        (b"buyer_id\ndemo", "line 1, order_number: is missing in the header"),
        (b"order_number,Order ID\n1,2", "line 1, order_number: stands in the header twice"),
        ("order_number,city\n1,Köln".encode("latin-1"), "line 2: is not UTF-8"),
        ("order_number\n1".encode("utf-16"), "line 1: is not UTF-8"),
        (b'"order_number\n1', "line 1: can not be read from here on"),
    ],
    ids=["empty", "blank", "no number", "twice", "latin-1", "utf-16", "open quote"],
)
def test_a_file_that_can_not_be_read_at_all_is_told(content, problem):
    reading = read_orders(content)
    assert [str(one)[: len(problem)] for one in reading.problems] == [problem]
    assert reading.records == []


def test_a_line_is_that_of_the_file_even_after_a_cell_of_several_lines():
    lines = ("order_number,buyer_id,street", 'A-1,demo,"Musterstraße 12', 'Hinterhaus"', "A-2,,")
    reading = of(*lines)
    assert [problem.line for problem in reading.problems] == [4]
    assert reading.records[0]["address"]["street"] == "Musterstraße 12 Hinterhaus"


def test_nothing_is_imported_when_a_row_is_bad_unless_asked(imported, capsys):
    assert imported(HEADER, GOOD, "A-2,,,,,,,") == 1
    output = capsys.readouterr()
    assert "orders.csv, line 3: nobody could be recognised" in output.err
    assert "Nothing was imported" in output.err
    with reading() as session:
        assert session.query(ImportedOrder).count() == 0
    assert imported(HEADER, GOOD, "A-2,,,,,,,", "--leave-out-bad") == 1
    assert table.find_by_number("A-1", TERMS).buyer_id == "demo"


def test_importing_again_replaces_an_order_and_keeps_the_others(imported, capsys):
    assert imported(HEADER, GOOD, "A-2,demo,,,,,,") == 0
    assert imported(HEADER, "A-1,demo,20095,DE,,,P2,UPS", "A-3,demo,,,,,,") == 0
    assert "New orders: 1. Replaced: 1." in capsys.readouterr().out
    order = table.find_by_number("A-1", TERMS)
    assert (order.postcode, order.amount) == ("20095", None)
    assert [parcel.tracking_number for parcel in order.parcels] == ["P2"]
    assert table.find_by_number("A-2", TERMS).number == "A-2"


def test_no_value_of_a_cell_is_printed(imported, capsys):
    imported(HEADER, "A-1,Robin Winter,10115,DE,SECRET,EUR,,", "A-2,,,,,,,")
    output = capsys.readouterr()
    assert not any(value in output.out + output.err for value in ("Robin", "SECRET", "10115"))


def test_a_file_that_is_not_there_is_told(database_of_orders, capsys):
    assert csv_import.main([str(database_of_orders / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_database_that_can_not_be_written_is_told_without_the_rows(imported, capsys, monkeypatch):
    imported(HEADER, GOOD)
    monkeypatch.setattr(csv_import, "upgrade", lambda: None)
    with database.transaction() as session:
        session.execute(text("DROP TABLE imported_orders"))
    capsys.readouterr()
    assert imported(HEADER, GOOD) == 2
    output = capsys.readouterr()
    assert "Nothing was imported: the case database gave OperationalError." in output.err
    assert "10115" not in output.err


def test_how_to_call_it_is_told(capsys):
    with pytest.raises(SystemExit):
        csv_import.main([])
    output = capsys.readouterr().err
    assert "make orders FILE=orders.csv" in output
    assert all(column in output for column in COLUMNS)


def test_many_orders_are_found_again(imported):
    assert imported("order_number,buyer_id,item_id", *(f"N-{n},buyer {n},item" for n in range(1234))) == 0
    assert table.find_by_number("n1233", TERMS).buyer_id == "buyer 1233"
    assert table.find_by_buyer("buyer 7", "item", TERMS).number == "N-7"


PRINTED = st.text(
    st.characters(blacklist_categories=("C", "Z"), blacklist_characters="|\ufffd"), min_size=1, max_size=20
)
NUMBERS = st.text("ABCDEF0123456789", min_size=1, max_size=20).filter(lambda text: "E" not in text)
ORDERS = st.dictionaries(
    NUMBERS,
    st.tuples(PRINTED, PRINTED, st.lists(st.tuples(NUMBERS, PRINTED), max_size=4, unique_by=lambda row: row[0])),
    min_size=1,
    max_size=8,
)


@given(ORDERS, st.sampled_from([",", ";", "\t"]), st.booleans(), st.booleans(), st.randoms())
def test_whatever_is_written_is_read_again(orders, separator, mark, in_rows, random):
    """Any texts, in any order of the columns: nothing is lost, changed, or put into another order."""
    columns = ["order_number", "buyer_id", "city", "tracking_number", "carrier"]
    rows = []
    for number, (buyer, city, parcels) in orders.items():
        if in_rows and parcels:
            rows += [(number, buyer, city, tracking, carrier) for tracking, carrier in parcels]
        else:
            rows.append((number, buyer, city, "|".join(t for t, _ in parcels), "|".join(c for _, c in parcels)))
    shuffled = random.sample(range(5), 5)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator)
    writer.writerows([row[index] for index in shuffled] for row in [columns, *rows])
    reading = read_orders(written.getvalue().encode("utf-8-sig" if mark else "utf-8"))
    assert reading.problems == []
    read = {
        record["order_id"]: (
            record["buyer"]["buyer_id"],
            record["address"]["city"],
            [(parcel["tracking_number"], parcel["carrier"]) for parcel in record["parcels"]],
        )
        for record in reading.records
    }
    assert read == {number: (buyer, city, parcels) for number, (buyer, city, parcels) in orders.items()}


@given(
    st.binary(max_size=200)
    | st.text('order_number,;"\n\t|Ea1.', max_size=80).map(lambda t: f"order_number,buyer_id\n{t}".encode())
)
def test_no_file_is_a_fault_of_ours(content):
    """Anything is read, or told with a line that is there."""
    reading = read_orders(content)
    assert reading.records or reading.problems or b"order" in content.lower()
    assert all(1 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 1 for problem in reading.problems)
    assert all(isinstance(problem, Problem) and problem.column in ("", *COLUMNS) for problem in reading.problems)


def test_an_order_is_found_by_its_number_in_other_writing(imported):
    imported(HEADER, GOOD)
    for number in ("a-1", "#A-1", " A1 "):
        assert table.find_by_number(number, TERMS).number == "A-1"
    with pytest.raises(OrderNotFound):
        table.find_by_number("A-2", TERMS)


def test_of_two_marketplaces_the_buyers_own_is_taken_and_else_none(imported):
    imported("order_number,marketplace,buyer_id,item_id", "1001,ebay,b1,i1", "1001,shopify,b2,i1")
    for marketplace, buyer in (("ebay", "b1"), ("Shopify", "b2")):
        terms = Terms(TERMS.as_of, 0.0, marketplace)
        assert table.find_by_number("1001", terms).buyer_id == buyer
        assert table.find_by_buyer(buyer, "i1", terms).number == "1001"
    with pytest.raises(OrderNotFound, match="several"):
        table.find_by_number("1001", TERMS)
    with pytest.raises(OrderNotFound, match="none"):
        table.find_by_buyer("b1", "i1", Terms(TERMS.as_of, 0.0, "shopify"))


def test_of_two_orders_of_the_same_item_none_is_guessed(imported):
    imported("order_number,buyer_id,item_id", "A-1,demo,i1|i2", "A-2,demo,i1")
    assert table.find_by_buyer("demo", "i2", TERMS).number == "A-1"
    for buyer, item in (("demo", "i1"), ("demo", "i3"), ("other", "i2")):
        with pytest.raises(OrderNotFound):
            table.find_by_buyer(buyer, item, TERMS)
