#!/bin/bash
# Tries what primary-and-replicas.md describes, on two servers of its own: a primary whose commits wait for a
# replica, writers on it, its sudden end, and the replica in its place. Whatever was acknowledged has to be there.
# Then the old primary comes back as a replica of the new one. No port is opened.
set -euo pipefail

bin=${PGBIN:-$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
work=$(mktemp -d /tmp/varanto-failover.XXXXXX)

as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid="${PGRUN:-postgres}" --regid="${PGRUN:-postgres}" --clear-groups "$@"; else "$@"; fi; }
say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
clean() {
    for data in "$work"/*/data; do
        [ -f "$data/postmaster.pid" ] && as "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true
    done
    rm -rf "$work"
}
trap clean EXIT
[ "$(id -u)" != 0 ] || chown "${PGRUN:-postgres}" "$work"
chmod 755 "$work"

start() {
    as mkdir -p "$work/$1/run"
    as "$bin/pg_ctl" -D "$work/$1/data" -l "$work/$1/log" -w -t 60 \
        -o "-c listen_addresses='' -c unix_socket_directories=$work/$1/run" start >/dev/null ||
        { cat "$work/$1/log" >&2; fail "server $1 does not start"; }
}
sql() { local server=$1; shift; as "$bin/psql" -h "$work/$server/run" -U postgres -XqAt -v ON_ERROR_STOP=1 "$@"; }
until_true() { for _ in $(seq 300); do [ "$(sql "$1" -c "$2")" = t ] && return; sleep 0.1; done; fail "never true on $1: $2"; }
settings() { as tee -a "$work/$1/data/postgresql.auto.conf" >/dev/null; }

say "a primary, and a replica that every commit waits for"
as mkdir -p "$work/one" "$work/two"
as "$bin/initdb" -D "$work/one/data" -U postgres --auth=trust --locale=C --data-checksums >/dev/null
settings one <<<"wal_keep_size = 1GB" # pg_rewind reads the log back to where the two went apart
start one
sql one -c "SELECT pg_create_physical_replication_slot('two')" -c 'CREATE TABLE number (n bigint PRIMARY KEY)' >/dev/null
as "$bin/pg_basebackup" -h "$work/one/run" -U postgres -D "$work/two/data" --slot=two --checkpoint=fast --write-recovery-conf
sed -i "s#primary_conninfo = '#&application_name=two #" "$work/two/data/postgresql.auto.conf"
start two
sql one -c "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (two)'" -c 'SELECT pg_reload_conf()' >/dev/null
until_true one "SELECT bool_or(sync_state = 'sync') FROM pg_stat_replication"
sql one -c 'SELECT application_name, state, sync_state FROM pg_stat_replication'

say "eight writers, one row a commit, until the primary ends as if the power had failed"
writer() {
    for n in $(seq "$1" 8 1000000); do
        # What psql says after COMMIT is what a server would acknowledge.
        echo "INSERT INTO number VALUES ($n) RETURNING n;"
    done | sql one >"$work/acknowledged.$1" 2>/dev/null || true
}
for w in $(seq 8); do writer "$w" & done
sleep 2
kill -9 "$(head -1 "$work/one/data/postmaster.pid")"
wait
acknowledged=$(cat "$work"/acknowledged.* | wc -l)
echo "acknowledged: $acknowledged"
[ "$acknowledged" -gt 0 ] || fail "nothing was written"

say "the replica becomes the primary"
sql two -c 'SELECT pg_promote(wait => true)' >/dev/null
cat "$work"/acknowledged.* | as "$bin/psql" -h "$work/two/run" -U postgres -XqAt -v ON_ERROR_STOP=1 \
    -c 'CREATE TABLE acknowledged (n bigint)' -c '\copy acknowledged FROM pstdin'
lost=$(sql two -c 'SELECT count(*) FROM acknowledged WHERE n NOT IN (SELECT n FROM number)')
echo "acknowledged and not there: $lost"
[ "$lost" = 0 ] || fail "acknowledged rows are lost"

say "the old primary comes back as a replica of the new one"
sql two -c "SELECT pg_create_physical_replication_slot('one')" -c CHECKPOINT >/dev/null
rm -f "$work/one/data/postmaster.pid" "$work"/one/run/.s.PGSQL.* # of the process that was killed above
# pg_rewind brings the old primary to rest by itself before it looks where the two went apart.
as "$bin/pg_rewind" --target-pgdata="$work/one/data" --source-server="host=$work/two/run user=postgres dbname=postgres" 2>&1 | tail -1
as touch "$work/one/data/standby.signal"
settings one <<CONF
primary_conninfo = 'host=$work/two/run user=postgres application_name=one'
primary_slot_name = 'one'
synchronous_standby_names = ''
CONF
start one
until_true two "SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = 'one' AND state = 'streaming'"
until_true one "SELECT count(*) > 0 FROM acknowledged"
echo "it follows"

say "all of it was tried"
