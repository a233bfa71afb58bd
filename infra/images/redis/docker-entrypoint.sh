#!/bin/sh
# As the official image does: options alone start the server, and it does not stay root.
set -e

case "$1" in
-* | *.conf) set -- redis-server "$@" ;;
esac

case "$1" in
redis-server | redis-sentinel)
  # The official server is built without protected mode, since its container is what it listens in.
  set -- "$@" --protected-mode no
  if [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis {} +
    exec setpriv --reuid redis --regid redis --clear-groups "$@"
  fi
  ;;
esac

exec "$@"
