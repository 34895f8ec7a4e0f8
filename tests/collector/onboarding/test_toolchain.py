"""What a fresh machine of a CI service is told to install."""

from collector.onboarding import toolchain
from collector.onboarding.findings import Bench, Findings, System

RUST = System("cargo", "rust/Cargo.toml", "rust", "core")
PYTHON = System("python", "pyproject.toml", ".", "tools", "python -m pip install .")
CPP = System("cmake", "CMakeLists.txt", ".", "aligner")
GOOGLE = Bench("google-benchmark", "CMakeLists.txt", "cpp", ".", "cpp", "speed")


def test_githubs_runners_lack_only_what_measures_and_the_project():
    found = toolchain.hosted(Findings((RUST, PYTHON, CPP), (GOOGLE,)))
    assert [(step.title, step.folder) for step in found] == [
        ("Tools that measure", "."),
        ("The toolchain of Rust that the project names", "rust"),
        ("The project (python)", "."),
    ]
    assert "sudo apt-get install" in found[0].command
    assert found[0].command.endswith("libbenchmark-dev")


def test_an_image_with_python_alone_gets_compilers_too():
    tools, project = toolchain.image(Findings((CPP, PYTHON), (GOOGLE, GOOGLE)))
    assert tools.command.endswith("recommends cmake g++ libbenchmark-dev")
    assert "sudo" not in tools.command
    assert project.command == "python -m pip install ."


def test_a_step_stands_in_its_folder():
    text = toolchain.github_yaml(Findings((RUST,)))
    assert text.endswith("          rustup show\n        working-directory: 'rust'")
    node = System("node", "it's/package.json", "it's", "vad", "npm ci")
    assert "working-directory: 'it''s'" in toolchain.github_yaml(Findings((node,)))
    assert """(cd 'it'"'"'s' && npm ci)""" in toolchain.gitlab_yaml(Findings((node,)))


def test_where_nothing_is_known_a_person_is_asked():
    assert toolchain.github_yaml(Findings()) == f"      # {toolchain.TODO}"
    assert toolchain.gitlab_yaml(Findings()) == f"    # {toolchain.TODO}"
