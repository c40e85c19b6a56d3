"""Public test sets are read as they are published, and a folder that is none gets a clear answer."""

import pytest

from trainer import yardsticks


def write(folder, name, rows, head="intent\ttext"):
    (folder / name).write_text("\n".join([head, *(f"{intent}\t{text}" for intent, text in rows)]), encoding="utf-8")


TRAINING = [("card", f"where is my new card number {n}") for n in range(12)]
TRAINING += [("weather", f"will it rain on day {n}") for n in range(12)]
TRAINING += [("rate", f"what is the exchange rate on day {n}") for n in range(12)]


def test_each_training_part_is_measured_on_the_test_part(tmp_path):
    write(tmp_path, "train.tsv", TRAINING)
    write(tmp_path, "train_few.tsv", TRAINING[::2])
    write(tmp_path, "test.tsv", [("card", "is my card on its way"), ("rate", "which exchange rate do you use")])
    assert yardsticks.measure(tmp_path) == {"train": 1.0, "train_few": 1.0}


def test_a_folder_without_the_parts_is_named(tmp_path):
    with pytest.raises(yardsticks.YardstickError, match="test….tsv"):
        yardsticks.measure(tmp_path)


def test_other_columns_are_named(tmp_path):
    write(tmp_path, "train.tsv", TRAINING)
    write(tmp_path, "test.tsv", [("a", "b")], head="label\tsentence")
    with pytest.raises(yardsticks.YardstickError, match="columns"):
        yardsticks.measure(tmp_path)


def test_what_is_out_of_scope_is_known_by_its_confidence(tmp_path):
    write(tmp_path, "train.tsv", TRAINING)
    write(tmp_path, "valid.tsv", TRAINING[:6])
    write(tmp_path, "test.tsv", TRAINING[:6])
    for part in ("valid", "test"):
        write(tmp_path, f"oos_{part}.tsv", [("oos", "sing zu mir"), ("oos", "ich bin blau")])
    shares = yardsticks.measure(tmp_path)
    assert (shares["out_of_scope"], shares["in_scope"]) == (1.0, 1.0)


def test_published_figures_stand_beside_ours_each_with_its_source():
    rows = yardsticks.report("clinc150", {"train": 0.9265})
    assert rows[0] == "| clinc150, train | 92.7 | ours |"
    assert any("dual encoders" in row for row in rows[1:])
    for name in ("banking77", "clinc150", "hwu64"):
        for entry in yardsticks.PUBLISHED[name]:
            assert any(source in entry["who"] for source in yardsticks.PUBLISHED["sources"])
