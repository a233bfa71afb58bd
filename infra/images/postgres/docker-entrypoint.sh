#!/bin/bash
# As the official image does: the first start makes the cluster, the user and the database, by a server that listens to
# nobody else.
set -e

case "$1" in
-*) set -- postgres "$@" ;;
esac

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" && chown -R postgres "$PGDATA" && chmod 700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --clear-groups "$0" "$@"
fi

create_cluster() {
  local user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo 'POSTGRES_PASSWORD has to be set' >&2
    exit 1
  fi
  initdb --username "$user" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local trust --auth-host scram-sha-256
  echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  [ "$database" = postgres ] ||
    psql -v ON_ERROR_STOP=1 --username "$user" --dbname postgres --command "create database \"$database\""
  pg_ctl -D "$PGDATA" -m fast -w stop
}

if [ "$1" = postgres ]; then
  [ -s "$PGDATA/PG_VERSION" ] || create_cluster
fi

exec "$@"
