#!/bin/sh
# Get the database server, the browser and the Java runtime that some tests need: by apt as root on Debian; elsewhere say how.
set -eu

missing=""
command -v pg_ctl >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || missing="postgresql"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
command -v java >/dev/null 2>&1 || missing="$missing openjdk-17-jre-headless"
test -n "${missing# }" || exit 0

if test "$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests: $missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word a package
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null && exit 0
    echo "apt-get could not install: $missing" >&2
fi

for one in $missing; do
    case $one in
    postgresql) echo "PostgreSQL is missing: its contract tests are skipped. Debian: apt-get install postgresql. Or name a server: TESSERA_TEST_POSTGRES=postgresql://USER@HOST/NAME" ;;
    openjdk-17-jre-headless) echo "Java is missing: the tests of Spark are skipped. Debian: apt-get install openjdk-17-jre-headless" ;;
    chromium) echo "Chromium is missing: the browser tests are skipped. Debian: apt-get install chromium" ;;
    esac
done
