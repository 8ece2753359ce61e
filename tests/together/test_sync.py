"""Push, pull and sync between real clones over ``file://``, and through folders."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.clones import MODEL, add_remote, clone, make_first
from tests.png import write_png
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path


class Team(NamedTuple):
    """Two clones that have the same record, and the remote between them."""

    first: Project
    second: Project
    remote: Path


def build_team(folder: Path) -> None:
    first = make_first(folder)
    first.git("push", "-q", "origin", "main")
    first.exp("push", "--no-pin")
    clone(folder / "remote.git", folder / "second").exp("pull")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    copy_built(tmp_path, build_team)
    return Team(Project(tmp_path / "first"), Project(tmp_path / "second"), tmp_path / "remote.git")


def tip(project: Project, ref: str = "gitexp") -> str:
    return project.git("rev-parse", ref)


def list_ids(project: Project) -> list[str]:
    return [row["id"] for row in project.json("list")]


def run_in_remote(team: Team, *args: str) -> str:
    return team.first.git("-C", str(team.remote), *args)


def count_merges(project: Project) -> int:
    return int(project.git("rev-list", "--count", "--merges", "gitexp"))


# Joining.


def test_both_recorded_and_the_remote_gets_one_line(team: Team) -> None:
    first, second, _ = team
    first.exp("new", "mine", "-m", "mine acc 0.5")
    second.exp("new", "yours", "-m", "yours acc 0.6")
    second.exp("note", "yours", "-m", "and a thought")
    first.exp("sync")
    second.exp("sync")
    first.exp("sync")
    assert list_ids(first) == list_ids(second) == ["t1", "t2", "mine", "yours"]
    assert tip(first) == tip(second)
    assert count_merges(first) == 0
    assert "and a thought" in first.exp("show", "yours")


def test_what_was_published_elsewhere_is_joined_by_the_same_commit_in_any_order(
    team: Team, tmp_path: Path
) -> None:
    first, second, _ = team
    first.exp("new", "mine")
    second.exp("new", "yours")
    first.exp("push", str(tmp_path / "a"))
    second.exp("push", str(tmp_path / "b"))
    first.exp("pull", str(tmp_path / "b"))
    second.exp("pull", str(tmp_path / "a"))
    assert tip(first) == tip(second)
    assert count_merges(first) == 1
    assert list_ids(first) == list_ids(second)
    first.exp("push")
    assert "origin has everything" in second.exp("push")


def test_undo_takes_back_one_command_after_a_join(team: Team, tmp_path: Path) -> None:
    first, second, _ = team
    first.exp("new", "mine", "-m", "mine acc 0.5")
    first.exp("note", "mine", "-m", "mine loss 0.1")
    second.exp("new", "yours")
    second.exp("push")
    first.exp("sync")
    assert first.exp("undo").splitlines()[0] == "- mine loss=0.1"
    first.exp("new", "more")
    first.exp("note", "more", "-m", "more loss 0.2")
    first.exp("push", str(tmp_path / "stick"))  # published: it is joined by a commit
    second.exp("note", "yours", "-m", "x")
    second.exp("push")
    first.exp("sync")
    assert count_merges(first) == 1
    assert first.exp("undo").splitlines()[0] == "- more loss=0.2"
    assert "more" in list_ids(first)


def test_a_join_of_edits_and_pages_is_no_conflict(team: Team) -> None:
    first, second, _ = team
    first.exp("pages")
    first.exp("push")
    second.exp("new", "yours", "-m", "yours acc 0.6")
    first.exp("note", "t1", "-m", "more of t1")
    first.exp("push")
    second.exp("sync")
    first.exp("sync")
    page = first.git("show", "gitexp:README.md")
    assert "yours" in page
    assert "more of t1" in first.git("show", "gitexp:pages/experiment/t1.md")
    assert tip(first, "gitexp^{tree}") == tip(second, "gitexp^{tree}")
    assert "the pages are up to date" in first.exp("pages")


def test_a_merge_by_plain_git_is_fine(team: Team, tmp_path: Path) -> None:
    first, second, _ = team
    first.exp("new", "mine")
    first.exp("push")
    second.exp("new", "yours")
    second.git("worktree", "add", "-q", str(tmp_path / "tree"), "gitexp")
    tree = Project(tmp_path / "tree")
    tree.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "gitexp")
    assert list_ids(second) == ["t1", "t2", "mine", "yours"]
    assert f"checked out in {tmp_path / 'tree'}" in second.exp("status")
    second.git("worktree", "remove", "--force", str(tmp_path / "tree"))
    assert "checked out" not in second.exp("status")
    second.exp("push")
    first.exp("pull")
    assert tip(first) == tip(second)


def test_two_remotes_with_different_parts(team: Team, tmp_path: Path) -> None:
    first, second, _ = team
    subprocess.run(["git", "clone", "-q", "--mirror", team.remote, tmp_path / "far"], check=True)
    first.git("remote", "add", "far", f"file://{tmp_path / 'far'}")
    first.exp("new", "at_far")
    first.exp("push", "far")
    second.exp("new", "at_origin")
    second.exp("push")
    first.exp("sync")
    first.exp("push", "far")
    second.exp("pull")
    assert list_ids(first) == list_ids(second) == ["t1", "t2", "at_far", "at_origin"]
    assert run_in_remote(team, "rev-parse", "gitexp") == tip(first)
    assert first.git("ls-remote", "far", "refs/heads/gitexp").split()[0] == tip(first)


# Code.


def test_snapshots_are_pushed_once_and_never_without_being_asked(team: Team) -> None:
    first, _, _ = team
    first.git("config", "gitexp.pushSnapshots", "false")
    first.write("model.py", MODEL.format(8))
    first.exp("new", "kept_here")
    assert "0 snapshots" in first.exp("push")
    assert "not known to be pushed: 1 snapshot (git exp push)" in first.exp("status")
    assert "0 commits of the record, 1 snapshot" in first.exp("push", "--snapshots")
    assert "origin has everything" in first.exp("push", "--snapshots")
    assert first.fails("push", "--snapshots", "--no-snapshots", code=2)


def test_a_clone_without_the_code_says_so_and_pull_brings_it(team: Team, tmp_path: Path) -> None:
    third = clone(team.remote, tmp_path / "third")
    third.exp("pull", "--no-snapshots")
    said = third.exp("show", "t2")
    assert "not in this clone (git exp pull --snapshots" in said
    assert "thought 3" in said
    assert "the code of 2 experiments came along" in third.exp("pull", "--snapshots")
    assert "SIZE 2 → 3" in third.exp("show", "t2")


def test_code_that_is_nowhere_is_said(team: Team, tmp_path: Path) -> None:
    team.first.write("model.py", MODEL.format(8))
    team.first.exp("new", "kept_here")
    team.first.exp("push", "--no-snapshots")
    third = clone(team.remote, tmp_path / "third")
    said = third.exp("pull")
    assert "the code of 1 experiment is not on origin (git exp push where it was recorded)" in said


def test_code_goes_on_through_a_clone_that_only_pulled_it(team: Team, tmp_path: Path) -> None:
    """A laptop brings the code of the desktop to a stick, and a third machine reads it there."""
    team.second.exp("push", str(tmp_path / "stick"))
    third = Project(tmp_path / "third")
    third.top.mkdir()
    third.git("init", "-q", "-b", "main")
    third.exp("pull", str(tmp_path / "stick"))
    assert "SIZE = 3" in third.exp("excerpt", "t2")


def test_a_clone_copied_as_a_folder_keeps_the_code_of_both(team: Team, tmp_path: Path) -> None:
    shutil.copytree(team.first.top, tmp_path / "copy", symlinks=True)
    copy = Project(tmp_path / "copy")
    for project, name, size in ((team.first, "one", 11), (copy, "two", 12)):
        project.write("model.py", MODEL.format(size))
        project.exp("new", name)
    team.first.exp("push")
    copy.exp("push")
    third = clone(team.remote, tmp_path / "third")
    third.exp("pull")
    assert "SIZE = 11" in third.exp("excerpt", "one")
    assert "SIZE = 12" in third.exp("excerpt", "two")


# Fresh clones.


@pytest.mark.parametrize(
    "options",
    [
        ["--depth=1"],
        ["--single-branch"],
        ["--filter=blob:none"],
        ["--filter=tree:0"],
        ["--depth=1", "--filter=blob:none"],
    ],
    ids=" ".join,
)
def test_a_narrow_clone_pulls_the_record(team: Team, tmp_path: Path, options: list[str]) -> None:
    third = clone(team.remote, tmp_path / "third", *options)
    said = third.exp("pull")
    assert "2 experiments" in said or "nothing new" in said
    assert "SIZE 2 → 3" in third.exp("show", "t2")
    third.write("model.py", MODEL.format(9))
    third.exp("new", "from_third")
    third.exp("push")
    team.first.exp("pull")
    assert "SIZE = 9" in team.first.exp("excerpt", "from_third")


@pytest.mark.parametrize(
    "verb", ["list", "status", "note -m x t1", "log", "journal", "excerpt t1", "search thought"]
)
def test_any_verb_finds_the_record_of_a_clone(team: Team, tmp_path: Path, verb: str) -> None:
    third = clone(team.remote, tmp_path / "third")
    ran = third.run(*verb.split())
    assert "this clone begins with the record of origin: 2 experiments" in ran.err
    again = third.run("list")
    assert (again.code, again.err) == (0, "")


def test_a_clone_that_has_no_record_branch_says_where_to_look(team: Team, tmp_path: Path) -> None:
    third = clone(team.remote, tmp_path / "third", "--single-branch")
    said = third.fails("list")
    assert "nothing is recorded in this clone yet" in said
    assert "'git exp pull' looks for a record on 'origin'" in said
    third.exp("init")
    third.exp("new", "began_alone")
    assert "2 experiments" in third.exp("pull")
    assert set(list_ids(third)) == {"began_alone", "t1", "t2"}


# Places.


def test_a_remote_without_any_branch_is_refused(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    said = first.fails("push")
    assert "'origin' has no branch yet, and would take the record for its default branch" in said
    assert "push your code first: git push -u origin main" in said
    assert first.git("ls-remote", "origin") == ""


def test_a_word_that_names_no_place(team: Team) -> None:
    assert "'nowhere' is neither a remote nor a folder" in team.first.fails(
        "push", "nowhere", code=2
    )
    assert "there is no folder './nowhere'" in team.first.fails("pull", "./nowhere")
    team.first.git("remote", "remove", "origin")
    assert "this repository has no remote" in team.first.fails("pull", code=2)


def test_a_place_that_cannot_be_reached_loses_nothing(team: Team) -> None:
    team.remote.rename(team.remote.with_name("away"))
    for verb in ("push", "pull", "sync"):
        said = team.first.fails(verb)
        assert "'origin' cannot be reached" in said
        assert "nothing is lost" in said
    assert list_ids(team.first) == ["t1", "t2"]


def test_a_bundle_that_was_copied_by_half_is_refused(team: Team, tmp_path: Path) -> None:
    team.first.exp("push", str(tmp_path / "stick"))
    (bundle,) = (tmp_path / "stick").iterdir()
    bundle.write_bytes(bundle.read_bytes()[:-400])
    third = clone(team.remote, tmp_path / "third", "--single-branch")
    assert "cannot be reached" in third.fails("pull", str(tmp_path / "stick"))
    team.first.exp("note", "t1", "-m", "x")
    team.first.exp("push", str(tmp_path / "stick"))
    third.exp("pull", str(bundle))
    assert list_ids(third) == ["t1", "t2"]


# Servers.


def test_a_server_that_hides_our_refs_gets_the_record(team: Team) -> None:
    run_in_remote(team, "config", "receive.hideRefs", "refs/gitexp")
    team.first.write("model.py", MODEL.format(8))
    team.first.exp("new", "t3")
    said = team.first.exp("push")
    assert "'origin' takes no snapshots: the code of trials stays here" in said
    assert run_in_remote(team, "rev-parse", "gitexp") == tip(team.first)


def test_a_server_without_atomic_pushes_is_served(team: Team) -> None:
    run_in_remote(team, "config", "receive.advertiseAtomic", "false")
    team.first.write("model.py", MODEL.format(8))
    team.first.exp("new", "t3")
    assert "1 snapshot" in team.first.exp("push")
    team.second.exp("pull")
    assert "SIZE = 8" in team.second.exp("excerpt", "t3")


def test_what_a_server_declines_is_said(team: Team) -> None:
    hook = team.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no experiments here >&2\nexit 1\n")
    hook.chmod(0o755)
    team.first.exp("note", "t1", "-m", "x")
    before = run_in_remote(team, "for-each-ref")
    said = team.first.fails("push")
    assert "'origin' did not take refs/" in said
    assert "hook declined" in said
    assert run_in_remote(team, "for-each-ref") == before
    hook.unlink()
    team.first.exp("push")


def test_an_attack_from_a_remote_is_refused_as_a_whole(team: Team) -> None:
    first, second, remote = team
    link = first.git("-C", str(remote), "hash-object", "-w", "--stdin")
    entries = run_in_remote(team, "ls-tree", "gitexp") + f"\n120000 blob {link}\tlink\n"
    tree = subprocess.run(
        ["git", "-C", str(remote), "mktree"],
        input=entries.encode(),
        capture_output=True,
        check=True,
    ).stdout.decode()
    bad = run_in_remote(team, "commit-tree", tree.strip(), "-p", "gitexp", "-m", "attack")
    run_in_remote(team, "update-ref", "refs/heads/gitexp", bad)
    before = tip(second)
    said = second.fails("pull")
    assert "a symbolic link" in said
    assert "nothing of it was taken" in said
    assert tip(second) == before
    assert list_ids(second) == ["t1", "t2"]


# What happens to branches from outside.


def test_a_record_that_the_remote_lost_is_said_and_comes_back(team: Team) -> None:
    first, second, _ = team
    second.exp("note", "t1", "-m", "pushed once")
    second.exp("push")
    first.exp("pull")
    run_in_remote(team, "update-ref", "-d", "refs/heads/gitexp")
    assert "the record on 'origin' was deleted" in first.exp("pull")
    second.exp("push")
    first.exp("pull")
    run_in_remote(team, "update-ref", "refs/heads/gitexp", f"{tip(first)}~1")
    assert "the record on 'origin' was set back by force" in first.exp("pull")
    first.exp("push")
    assert run_in_remote(team, "rev-parse", "gitexp") == tip(second)


def test_a_deleted_branch_comes_back(team: Team) -> None:
    before = tip(team.first)
    team.first.git("branch", "-q", "-D", "gitexp")
    ran = team.first.run("list")
    assert "branch 'gitexp' was deleted and is back" in ran.err
    assert tip(team.first) == before
    assert list_ids(team.first) == ["t1", "t2"]


def test_a_branch_that_was_set_back_gets_its_events_again(team: Team) -> None:
    first = team.first
    first.exp("note", "t1", "-m", "never pushed")
    first.git("branch", "-q", "-f", "gitexp", "gitexp~2")
    ran = first.run("note", "t2", "-m", "on top")
    assert ran.code == 0
    assert "was set back by another program" in ran.err
    assert "never pushed" in first.exp("show", "t1")
    assert "on top" in first.exp("show", "t2")
    assert first.run("list").err == ""


def test_the_list_says_that_something_is_not_pushed(team: Team) -> None:
    first = team.first
    first.exp("push")
    assert "not pushed" not in first.exp("list")
    first.exp("note", "t1", "-m", "later")
    assert first.exp("list").endswith("not pushed: records (git exp push)\n")
    first.exp("push")
    first.write("model.py", MODEL.format(9))
    first.exp("new", "t9")
    assert first.exp("list").endswith("not pushed: records, code of trials (git exp push)\n")
    first.git("config", "gitexp.pushSnapshots", "false")
    first.exp("push")
    first.git("pack-refs", "--all")
    assert "not pushed" not in first.exp("list")
    first.git("config", "gitexp.pushSnapshots", "true")
    assert first.exp("list").endswith("not pushed: code of trials (git exp push)\n")
    # What the other has and this one has not is nothing to push.
    first.exp("push")
    team.second.exp("pull")
    team.second.exp("note", "t1", "-m", "of the other")
    team.second.exp("push", "--no-snapshots")
    first.git("fetch", "-q", "origin", "gitexp:refs/remotes/origin/gitexp")
    assert "not pushed" not in first.exp("list")


def test_a_commit_in_a_worktree_takes_out_nothing_unseen(team: Team, tmp_path: Path) -> None:
    first = team.first
    first.exp("note", "t1", "-m", "known to the worktree")
    first.git("worktree", "add", "-q", str(tmp_path / "tree"), "gitexp")
    tree = Project(tmp_path / "tree")
    picture = tmp_path / "plot.png"
    write_png(picture)
    first.exp("note", "t1", "-m", "recorded meanwhile")
    first.exp("image", "add", "t2", str(picture))
    tree.write("todo.txt", "by hand\n")
    (known,) = [path for path in tree.top.glob("log/*/*/*") if "known to" in path.read_text()]
    known.unlink()
    tree.commit("a note to myself")
    assert "recorded meanwhile" not in tree.git("grep", "thought\\|recorded", "gitexp")
    ran = first.run("show", "t1")
    assert "took out 2 events that it had not seen: they are back" in ran.err
    assert "recorded meanwhile" in ran.out
    assert "known to the worktree" not in ran.out
    assert len(first.json("show", "t2")["images"]) == 1
    assert first.git("show", "gitexp:todo.txt") == "by hand"
    # Again, without a look between: the worktree has not seen what was put back either.
    first.exp("note", "t1", "-m", "the second time")
    tree.write("todo.txt", "again\n")
    tree.commit("once more")
    assert "the second time" in first.exp("show", "t1")
    assert "recorded meanwhile" in first.exp("show", "t1")
    assert first.run("list").err == ""
    with closing(first.record()) as record:
        image = record.read_experiment("t2").images[0].path
    assert first.git("cat-file", "-t", f"gitexp:{image}") == "blob"


def test_a_file_taken_out_on_purpose_stays_out(team: Team, tmp_path: Path) -> None:
    first = team.first
    first.exp("note", "t1", "-m", "a secret")
    first.git("worktree", "add", "-q", str(tmp_path / "tree"), "gitexp")
    tree = Project(tmp_path / "tree")
    (path,) = tree.git("grep", "-l", "a secret").splitlines()
    tree.git("rm", "-q", path)
    tree.git("commit", "-q", "-m", "take it out")
    assert "a secret" not in first.exp("show", "t1")
    first.exp("note", "t1", "-m", "later")
    assert "a secret" not in first.exp("show", "t1")


def test_a_pruning_fetch_takes_nothing(team: Team) -> None:
    second = team.second
    second.write("model.py", MODEL.format(8))
    second.exp("new", "t3")
    refs = second.git("for-each-ref", "refs/gitexp", "refs/notes", "refs/heads")
    run_in_remote(team, "update-ref", "-d", "refs/heads/gitexp")
    second.git("-c", "fetch.prune=true", "fetch", "-q", "--prune", "--prune-tags", "origin")
    assert second.git("for-each-ref", "refs/gitexp", "refs/notes", "refs/heads") == refs
    second.exp("push")
    assert run_in_remote(team, "rev-parse", "gitexp") == tip(second)


def test_the_users_own_configuration_stays_as_it_is(team: Team, tmp_path: Path) -> None:
    third = clone(team.remote, tmp_path / "third")
    before = (third.top / ".git" / "config").read_bytes()
    heads = third.git("ls-remote", ".", "refs/tags/*")
    third.exp("sync")
    third.exp("new", "t3")
    third.exp("sync")
    third.exp("push", str(tmp_path / "stick"))
    assert (third.top / ".git" / "config").read_bytes() == before
    assert third.git("ls-remote", ".", "refs/tags/*") == heads
    third.write("model.py", MODEL.format(20))
    third.commit("own work")
    done = third.git("push", "--porcelain", "origin", "main")
    pushed = [line.split("\t")[1] for line in done.splitlines() if "\t" in line]
    assert pushed == ["refs/heads/main:refs/heads/main"]


def test_a_mirror_and_tags_that_follow_change_nothing(team: Team) -> None:
    first = team.first
    first.git("config", "remote.origin.mirror", "true")
    first.git("config", "push.followTags", "true")
    first.git("tag", "-a", "-m", "x", "v1", "gitexp")
    first.exp("note", "t1", "-m", "x")
    first.exp("push")
    assert run_in_remote(team, "tag") == ""
    assert run_in_remote(team, "rev-parse", "gitexp") == tip(first)


# At once.


def test_many_processes_push_at_once(team: Team, tmp_path: Path) -> None:
    projects = [team.first, team.second]
    projects += [clone(team.remote, tmp_path / f"more{number}") for number in range(2)]
    env = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    running = []
    for number, project in enumerate(projects):
        project.exp("pull")
        for turn in range(2):
            project.exp("new", f"p{number}_{turn}")
        for _ in range(2):  # two in each clone
            command = ["python", "-m", "gitexp", "sync"]
            running.append(
                subprocess.Popen(
                    command,
                    cwd=project.top,
                    env=env,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            )
    for process in running:
        _, complaint = process.communicate(timeout=200)
        assert process.returncode == 0, complaint.decode()
    for project in projects:
        project.exp("pull")
    wanted = {"t1", "t2", *(f"p{number}_{turn}" for number in range(4) for turn in range(2))}
    assert all(set(list_ids(project)) == wanted for project in projects)
    assert len({tip(project) for project in projects}) == 1
    run_in_remote(team, "fsck", "--strict")


def test_a_folder_that_is_a_repository_is_pushed_to(team: Team, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    assert "pushed" in team.first.exp("push", "--no-pin", str(tmp_path / "bare"))
    assert "nothing new" in team.second.exp("pull", str(tmp_path / "bare"))


def test_add_remote_makes_an_empty_one(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project").begin()
    add_remote(project, tmp_path / "empty.git")
    assert "origin has no record yet" in project.exp("pull")


def test_no_commit_is_older_than_its_parent(team: Team) -> None:
    """Else ``git rev-list`` counts what is pulled as not pulled."""
    first, second, _ = team
    first.exp("new", "offline")
    later = {"GIT_COMMITTER_DATE": "2040-01-01T00:00:00", "GIT_AUTHOR_DATE": "2040-01-01T00:00:00"}
    ahead = second.git("commit-tree", "gitexp^{tree}", "-p", "gitexp", "-m", "ahead", env=later)
    second.git("update-ref", "refs/heads/gitexp", ahead)
    second.exp("note", "t1", "-m", "by a clock that goes ahead")
    second.exp("push")
    first.exp("sync")
    first.exp("note", "t1", "-m", "by a clock that goes right")
    lines = first.git("log", "--format=%ct", "gitexp").splitlines()
    assert [int(time) for time in lines] == sorted(map(int, lines), reverse=True)
    assert first.json("status")["unpulled"] == 0
