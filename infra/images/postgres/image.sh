# Laid out like the official postgres image: POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB at the first start, data in
# /var/lib/postgresql/data, and it runs as the user postgres.
variable=POSTGRES_IMAGE
postgres=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1)")
version=$(basename "$(dirname "$postgres")")
inputs=("$postgres" "/usr/share/postgresql/$version")
changes=(
  'ENTRYPOINT ["docker-entrypoint.sh"]'
  'CMD ["postgres"]'
  "ENV PATH=/usr/local/bin:$postgres:/usr/bin:/bin"
  'ENV LANG=C.UTF-8'
  'ENV PGDATA=/var/lib/postgresql/data'
  'VOLUME /var/lib/postgresql/data'
  'EXPOSE 5432'
)

fill() {
  local root=$1 lib
  lib=$(dirname "$postgres")/lib
  programs "$root" "$postgres"/{initdb,pg_ctl,pg_dump,pg_isready,postgres,psql}
  mkdir -p "$root$lib"
  cp -L "$lib"/*.so "$root$lib"
  libraries "$root" "$lib"/{libpqwalreceiver,plpgsql,dict_snowball}.so
  folder_as "$root" "/usr/share/postgresql/$version" "/usr/share/postgresql/$version"
  rm -rf "$root/usr/share/postgresql/$version/man"
  [ ! -d /usr/share/postgresql-common ] || folder_as "$root" /usr/share/postgresql-common /usr/share/postgresql-common
  folder_as "$root" /usr/share/zoneinfo /usr/share/zoneinfo
  folder_as "$root" /usr/lib/locale/C.utf8 /usr/lib/locale/C.utf8
  script_as "$root" "$images/postgres/docker-entrypoint.sh" /usr/local/bin/docker-entrypoint.sh
  mkdir -p "$root"/var/lib/postgresql/data "$root"/var/run/postgresql
  chown -R 998:998 "$root"/var/lib/postgresql "$root"/var/run/postgresql
}
