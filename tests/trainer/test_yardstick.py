"""Public test sets are read as they are published, and a folder that is none gets a clear answer."""

import pytest

from trainer import yardstick


def write(folder, name, rows, head="intent\ttext"):
    (folder / name).write_text("\n".join([head, *(f"{intent}\t{text}" for intent, text in rows)]), encoding="utf-8")


TRAINING = [("card", f"where is my new card number {n}") for n in range(12)]
TRAINING += [("weather", f"will it rain on day {n}") for n in range(12)]
TRAINING += [("rate", f"what is the exchange rate on day {n}") for n in range(12)]


def test_each_training_part_is_measured_on_the_test_part(tmp_path):
    write(tmp_path, "train.tsv", TRAINING)
    write(tmp_path, "train_few.tsv", TRAINING[::2])
    write(tmp_path, "test.tsv", [("card", "is my card on its way"), ("rate", "which exchange rate do you use")])
    assert yardstick.measure(tmp_path) == {"train": 1.0, "train_few": 1.0}


def test_a_folder_without_the_parts_is_named(tmp_path):
    with pytest.raises(yardstick.YardstickError, match="test….tsv"):
        yardstick.measure(tmp_path)


def test_other_columns_are_named(tmp_path):
    write(tmp_path, "train.tsv", TRAINING)
    write(tmp_path, "test.tsv", [("a", "b")], head="label\tsentence")
    with pytest.raises(yardstick.YardstickError, match="columns"):
        yardstick.measure(tmp_path)
