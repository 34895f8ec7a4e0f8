"""The name of a database's contents tells apart what it holds and nothing else."""

from history.project.workspace import open_workspace
from history.store import contents, database
from site_gen.demo.simulate import year


def name(workspace):
    with workspace.judging() as connection:
        return contents.name(connection)


def test_a_database_made_anew_from_the_ledger_has_the_name_it_had(tmp_path):
    workspace = open_workspace(history=tmp_path / "history.duckdb")
    workspace.append(list(year(2)))
    before = name(workspace)
    workspace.history_file.unlink()
    assert name(workspace) == before


def test_any_other_value_of_any_row_gives_another_name(tmp_path):
    workspace = open_workspace(history=tmp_path / "history.duckdb")
    workspace.append(list(year(2)))
    names = {name(workspace)}
    first = "where rowid = (select min(rowid) from"
    for change in (
        f"update points set samples_ns = [1] {first} points where samples_ns is not null)",
        f"update commits set subject = 'x' {first} commits)",
        f"delete from items {first} items)",
        "insert into exclusions values ('a', '', 'b', now()::timestamp, 'c')",
    ):
        with database.writing(workspace.history_file) as connection:
            connection.execute(change)
        with database.reading(workspace.history_file) as connection:
            names.add(contents.name(connection))
    assert len(names) == 5
