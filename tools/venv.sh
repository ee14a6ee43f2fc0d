#!/bin/sh
# Build .venv from a pinned, hashed requirements file and install the project into it.
#
#   sh tools/venv.sh requirements.txt        what the program needs
#   sh tools/venv.sh requirements-dev.txt    that, and what the tests and checks need
#
# Running it again costs a moment: a stamp in .venv remembers what was installed from what. Set PYTHON
# to use a Python of your own choice.
set -eu
cd "$(dirname "$0")/.."

requirements=$1
venv=.venv
oldest=11 # Python 3.11

say() { printf '%s\n' "$*" >&2; }

stop() {
    say ""
    for line in "$@"; do say "  $line"; done
    say ""
    exit 1
}

# 0: Python 3.11 or newer. Stand-ins that start but run nothing (pyenv, Windows Store) fail here too.
new_enough() {
    "$1" -c "import sys; sys.exit(sys.version_info < (3, $oldest))" >/dev/null 2>&1
}

# 0: it can build virtual environments (Debian ships these two modules in a package of their own).
can_build() {
    "$1" -c "import ensurepip, venv" >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.14 python3.13 python3.12 python3.11 python3 python
    fi
    half=""
    for candidate; do
        new_enough "$candidate" || continue
        if can_build "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
        half=${half:-$candidate}
    done
    if [ -n "$half" ]; then
        version=$("$half" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        stop "$half is there, but cannot build a virtual environment: its venv module is missing." \
            "On Debian and Ubuntu: sudo apt install python$version-venv" \
            "Then run make again."
    fi
    if [ -n "${PYTHON:-}" ]; then
        stop "PYTHON=$PYTHON is not a Python 3.$oldest or newer." \
            "Name one that is, for example: make demo PYTHON=python3.13"
    fi
    stop "No Python 3.$oldest or newer was found; looked for python3.14 to python3.$oldest and python3." \
        "Install one, or name it: make demo PYTHON=/path/to/python3"
}

# What the environment was built from: contents, not times, so that a fresh checkout is not mistaken
# for a change; and the folder, because the programs in .venv do not survive a move.
fingerprint() {
    { cat "$1" pyproject.toml tools/venv.sh; pwd; } | cksum
}

up_to_date() {
    stamp="$venv/installed-$1"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$1")" ] &&
        { [ -z "${PYTHON:-}" ] || [ "$(cat "$venv/built-with" 2>/dev/null)" = "$PYTHON" ]; } &&
        "$venv/bin/python" -c "import ci_cli" >/dev/null 2>&1
}

# The development environment holds everything that the program needs.
if up_to_date "$requirements" || { [ "$requirements" = requirements.txt ] &&
    up_to_date requirements-dev.txt; }; then
    exit 0
fi

built_here() {
    [ -x "$venv/bin/python" ] && new_enough "$venv/bin/python" &&
        [ "$(cat "$venv/built-in" 2>/dev/null)" = "$(pwd)" ] &&
        { [ -z "${PYTHON:-}" ] || [ "$(cat "$venv/built-with" 2>/dev/null)" = "$PYTHON" ]; }
}

if ! built_here; then
    python=$(find_python) || exit 1
    # Only ever remove what is an environment: a folder of that name with something else in it stays.
    if [ -e "$venv" ] && [ ! -f "$venv/pyvenv.cfg" ]; then
        stop "$venv is in the way: it is not a virtual environment." "Move it aside, then run make again."
    fi
    rm -rf "$venv"
    if ! problem=$("$python" -m venv "$venv" 2>&1); then
        rm -rf "$venv"
        stop "$python could not build a virtual environment. It said:" "$problem"
    fi
    pwd >"$venv/built-in"
    printf '%s\n' "${PYTHON:-}" >"$venv/built-with"
fi

say "Installing into $venv (once; a minute or so) ..."
rm -f "$venv"/installed-*
export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0
pip="$venv/bin/python -m pip --disable-pip-version-check --no-input"
if ! $pip install -qq --require-hashes --only-binary :all: -r "$requirements"; then
    stop "The packages in $requirements could not be installed; pip's reason stands above." \
        "No connection? Then look to the network or proxy. No matching distribution? Then this Python" \
        "is newer or older than those tested (3.11 to 3.14): make demo PYTHON=python3.13"
fi
if ! $pip install -qq --no-deps --no-build-isolation --editable .; then
    stop "The project itself could not be installed; pip's reason stands above."
fi
fingerprint "$requirements" >"$venv/installed-$requirements"
