#!/bin/sh
# Starts the service that is the first argument. It takes this process's place, so that a SIGTERM reaches it.
set -eu
program=/shop/apps/${1:-}/src/main.ts
if [ ! -f "$program" ]; then
  echo "the argument is the name of a service, one of: $(ls /shop/apps | tr '\n' ' ')" >&2
  exit 2
fi
# As in nx.json: small heaps, and a C library that gives back what is freed.
export MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=32768
exec node --conditions=@millrace/source --disable-warning=ExperimentalWarning \
  --max-semi-space-size=4 --max-old-space-size="${MAX_HEAP_MB:-64}" "$program"
