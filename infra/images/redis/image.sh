# Laid out like the official redis image: the server reads its data in /data, runs as the user redis, and takes options
# as arguments.
variable=REDIS_IMAGE
inputs=(/usr/bin/redis-server /usr/bin/redis-cli)
changes=(
  'ENTRYPOINT ["docker-entrypoint.sh"]'
  'CMD ["redis-server"]'
  'ENV PATH=/usr/local/bin:/usr/bin:/bin'
  'WORKDIR /data'
  'VOLUME /data'
  'EXPOSE 6379'
)

fill() {
  local root=$1
  program_as "$root" /usr/bin/redis-server /usr/local/bin/redis-server
  program_as "$root" /usr/bin/redis-cli /usr/local/bin/redis-cli
  ln -s redis-server "$root/usr/local/bin/redis-sentinel"
  script_as "$root" "$images/redis/docker-entrypoint.sh" /usr/local/bin/docker-entrypoint.sh
  mkdir "$root/data" && chown 999:999 "$root/data"
}
