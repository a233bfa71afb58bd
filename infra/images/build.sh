#!/usr/bin/env bash
# Builds images laid out like the official ones from what this machine has installed, for machines that reach no image
# registry. Prints the variables that name them; everything else goes to stderr.
#
#     eval "$(infra/images/build.sh)"                  all of them
#     eval "$(infra/images/build.sh redis kafka)"      some
#
# An image is built again only when one of its inputs has changed. Needs a Docker daemon and, for each image, what its
# folder's image.sh lists. They are for tests and development: official images are what compose files and tests use where
# the variables are not set.
set -euo pipefail
images=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$images/rootfs.sh"

main() {
  [ $# -gt 0 ] || set -- redis kafka postgres jaeger collector prometheus mailpit toxiproxy node
  local name
  for name in "$@"; do
    [ -f "$images/$name/image.sh" ] || { echo "build.sh: no image named $name" >&2; exit 2; }
    (build "$name")
  done
}

# An image.sh sets `variable`, `inputs` (files and folders it is made of) and `changes` (lines of a Dockerfile), and fills
# the folder that is its first argument.
build() {
  local name=$1 tag="millrace/$1:local" root content
  source "$images/$name/image.sh"
  require_inputs "$name"
  content=$(fingerprint "$images/build.sh" "$images/rootfs.sh" "$images/$name" "${inputs[@]}")
  if [ "$(content_of "$tag")" != "$content" ]; then
    echo "Building $tag" >&2
    root=$(mktemp -d)
    trap "rm -rf '$root'" EXIT
    fill_base "$root"
    fill "$root"
    local arguments=(--change "LABEL org.millrace.content=$content") change
    for change in "${changes[@]}"; do arguments+=(--change "$change"); done
    tar -C "$root" -c . | docker import "${arguments[@]}" - "$tag" >/dev/null
  fi
  echo "export $variable=$tag"
}

require_inputs() {
  local input
  for input in "${inputs[@]}"; do
    [ -e "$input" ] || { echo "build.sh: the image $1 needs $input" >&2; exit 1; }
  done
}

# Sizes and times instead of contents: hundreds of megabytes are not read to find that nothing has changed.
fingerprint() {
  find -L "$@" -type f -printf '%p %s %T@\n' | sort | sha256sum | cut -c 1-32
}

content_of() {
  docker image inspect --format '{{index .Config.Labels "org.millrace.content"}}' "$1" 2>/dev/null || true
}

main "$@"
