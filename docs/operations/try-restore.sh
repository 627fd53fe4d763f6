#!/bin/bash
# Tries every way back that backup-and-restore.md describes, on servers of its own: a dump into a new server, a
# base backup with the archived log to its end, and the same to an earlier point. Each restored store has to hold
# exactly what it should. Nothing outside a temporary folder is touched; no port is opened.
#
#   try-restore.sh                  with a table of numbers in place of a repository
#   try-restore.sh PATH/varanto     with a sandbox of this program: `varanto check` and `varanto log verify` judge
#
# It needs PostgreSQL 15 or newer and, when started by root, an unprivileged user to run it as (PGRUN, else postgres).
set -euo pipefail

varanto=${1:+$(realpath "$1")}
bin=${PGBIN:-$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
work=$(mktemp -d /tmp/varanto-restore.XXXXXX)
serving=

as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid="${PGRUN:-postgres}" --regid="${PGRUN:-postgres}" --clear-groups "$@"; else "$@"; fi; }
say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

clean() {
    [ -z "$serving" ] || kill "$serving" 2>/dev/null || true
    for data in "$work"/*/data; do
        [ -f "$data/postmaster.pid" ] && as "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true
    done
    rm -rf "$work"
}
trap clean EXIT
[ "$(id -u)" != 0 ] || chown "${PGRUN:-postgres}" "$work"
chmod 755 "$work"

# start NAME: a server on the data in NAME/data, on a Unix socket in NAME/run.
start() {
    as mkdir -p "$work/$1/run"
    as "$bin/pg_ctl" -D "$work/$1/data" -l "$work/$1/log" -w -t 60 \
        -o "-c listen_addresses='' -c unix_socket_directories=$work/$1/run" start >/dev/null ||
        { cat "$work/$1/log" >&2; fail "server $1 does not start"; }
}
stop() { as "$bin/pg_ctl" -D "$work/$1/data" -m fast -w stop >/dev/null; }
sql() { local server=$1; shift; as "$bin/psql" -h "$work/$server/run" -U postgres -XqAt -v ON_ERROR_STOP=1 "$@"; }
url() { echo "postgresql://postgres@/varanto?host=$work/$1/run"; }

fresh() {
    as mkdir -p "$work/$1"
    as "$bin/initdb" -D "$work/$1/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --data-checksums \
        >/dev/null
    as tee "$work/$1/data/postgresql.auto.conf" >/dev/null <<<'max_locks_per_transaction = 256'
}

# --- what is kept: a repository of the sandbox, or a table of numbers ---------------------------------------------

made=0
: >"$work/witnessed"
if [ -n "$varanto" ]; then
    make_store() {
        "$varanto" sandbox init "$work/box" --postgres "$(url main)" >/dev/null
        sed -i 's/^\[sealing\]$/&\nwitness_file = "checkpoints"/' "$work/box/varanto.toml"
    }
    # A document that nobody has: the refusal is a use, and has its entry in the log.
    work_on() {
        "$varanto" serve --config "$work/box/varanto.toml" --port 0 --ready-file "$work/ready" >"$work/serve.log" 2>&1 &
        serving=$!
        for _ in $(seq 600); do [ -s "$work/ready" ] && break; sleep 0.1; done
        [ -s "$work/ready" ] || { cat "$work/serve.log" >&2; fail "varanto does not start"; }
        for _ in $(seq "$1"); do
            "$varanto" call get /v1/documents/1.2.246.10.99990001.4.2026.1 --sandbox "$work/box" \
                --url "$(cat "$work/ready")" >/dev/null 2>&1 || true
        done
        sleep 3 # until the sealer has taken everything in, and the witness has it
        kill "$serving" && wait "$serving" 2>/dev/null || true
        serving=
        rm -f "$work/ready"
        cp "$work/box/checkpoints" "$work/witnessed"
    }
    count() { sql "$1" -d varanto -c 'SELECT count(*) FROM varanto.use_entry'; }
    # The configuration of the sandbox, on another server. Nothing is written to the file of checkpoints.
    judge() {
        sed "s#$work/main/run#$work/$1/run#; /^witness_file/d" "$work/box/varanto.toml" >"$work/box/$1.toml"
        "$varanto" check --config "$work/box/$1.toml" >"$work/check" 2>&1 ||
            { cat "$work/check" >&2; fail "varanto check on $1"; }
        "$varanto" log verify --config "$work/box/$1.toml" --witness "$2" || fail "varanto log verify on $1"
    }
    # What went back further than what was signed: whole in itself, and the witness tells what is missing.
    judge_earlier() {
        judge "$1" /dev/null
        if "$varanto" log verify --config "$work/box/$1.toml" --witness "$2" >"$work/told" 2>&1; then
            fail "the witness does not tell that the end is missing"
        fi
        grep -m1 witness "$work/told"
    }
else
    make_store() { sql main -d varanto -c 'CREATE TABLE number (n bigint PRIMARY KEY, text text NOT NULL)'; }
    work_on() {
        sql main -d varanto -c "INSERT INTO number SELECT n, repeat('x', 500) FROM generate_series($made + 1, $made + $1) AS n"
        made=$((made + $1))
    }
    count() { sql "$1" -d varanto -c 'SELECT count(*) FROM number'; }
    judge() { [ "$(sql "$1" -d varanto -c 'SELECT count(*) = max(n) FROM number')" = t ] || fail "numbers are missing on $1"; }
    judge_earlier() { judge "$1"; }
fi

same() { [ "$2" = "$3" ] || fail "$1: $2 in place of $3"; echo "$1: $2, as it should be"; }

say "a server that archives its log"
fresh main
as mkdir -p "$work/archive"
as tee -a "$work/main/data/postgresql.auto.conf" >/dev/null <<CONF
wal_level = replica
archive_mode = on
archive_command = 'test ! -f $work/archive/%f && cp %p $work/archive/%f.part && sync $work/archive/%f.part && mv $work/archive/%f.part $work/archive/%f'
CONF
start main
sql main -c 'CREATE DATABASE varanto'
make_store
work_on 20
first=$(count main)

say "1. a dump, restored into a new server"
as "$bin/pg_dump" -h "$work/main/run" -U postgres --format=directory --jobs=2 --file="$work/dump" varanto
fresh dumped
start dumped
sql dumped -c 'CREATE DATABASE varanto'
as "$bin/pg_restore" -h "$work/dumped/run" -U postgres --dbname=varanto --jobs=2 --exit-on-error "$work/dump"
sql dumped -d varanto -c ANALYZE
same "entries in the dump" "$(count dumped)" "$first"
judge dumped "$work/witnessed"
stop dumped

say "2. a base backup, verified"
as mkdir -p "$work/base"
as "$bin/pg_basebackup" -h "$work/main/run" -U postgres -D "$work/base/data" --checkpoint=fast --wal-method=stream
as "$bin/pg_verifybackup" "$work/base/data"

work_on 20
second=$(count main)
sql main -c "SELECT pg_create_restore_point('before_the_mistake')" >/dev/null
work_on 20
third=$(count main)
# What was committed is in the archive once its segment is: here at once, else after archive_timeout.
sql main -c 'SELECT pg_switch_wal()' >/dev/null
for _ in $(seq 100); do
    [ "$(sql main -c "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver")" = t ] && break
    sleep 0.1
done
as "$bin/pg_ctl" -D "$work/main/data" -m immediate stop >/dev/null
echo "the first server is gone: $first entries in the dump, $second at the restore point, $third at the end"

# recover NAME [TARGET…]: the base backup and the archive, to the end or to a target.
recover() {
    local name=$1; shift
    as mkdir -p "$work/$name"
    as cp -a "$work/base/data" "$work/$name/data"
    { echo "archive_mode = off"; echo "restore_command = 'cp $work/archive/%f %p'"; printf '%s\n' "$@"; } |
        as tee -a "$work/$name/data/postgresql.auto.conf" >/dev/null
    as touch "$work/$name/data/recovery.signal"
    start "$name"
    for _ in $(seq 300); do [ "$(sql "$name" -c 'SELECT pg_is_in_recovery()')" = f ] && return; sleep 0.1; done
    fail "$name does not come out of recovery"
}

say "3. the base backup and the archive, to the end"
recover whole
same "entries at the end" "$(count whole)" "$third"
judge whole "$work/witnessed"
stop whole

say "4. the same, to a named point before a mistake"
recover earlier "recovery_target_name = 'before_the_mistake'" "recovery_target_action = promote"
same "entries at the point" "$(count earlier)" "$second"
judge_earlier earlier "$work/witnessed"
stop earlier

say "every way back was tried"
