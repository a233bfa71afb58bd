# Sourced by .ci/run: a Docker daemon, the images that tests run, and the end of both.

cache=$HOME/.cache/millrace
toxiproxy=$cache/toxiproxy-2.5.0/toxiproxy
kustomize=$cache/kustomize-5.7.1/kustomize
mailpit=$cache/mailpit-1.33.1/mailpit
compose=$cache/docker-compose/docker-compose

docker_packages() {
  local program
  command -v dockerd >/dev/null || echo docker.io
  for program in containerd runc iptables; do command -v "$program" >/dev/null || echo "$program"; done
}

# While npm installs, of which this needs nothing.
begin_docker() {
  prepare_docker >"$work/docker.log" 2>&1 &
  docker=$!
}

# Writes what the tests need to know of the images.
prepare_docker() {
  heading 'Docker'
  fetch_go_program "$toxiproxy" github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0 || return
  fetch_go_program "$kustomize" sigs.k8s.io/kustomize/kustomize/v5@v5.7.1 || return
  fetch_go_program "$mailpit" github.com/axllent/mailpit@v1.33.1 || return
  fetch_compose || return
  start_docker || { echo 'dockerd does not start'; return 1; }
  infra/images/build.sh redis kafka postgres prometheus mailpit toxiproxy >"$work/images"
}

await_docker() {
  local outcome=0
  wait "$docker" || outcome=$?
  cat "$work/docker.log"
  [ "$outcome" -eq 0 ] || { fail 'preparing Docker'; return 1; }
  source "$work/images"
  export KUSTOMIZE=$kustomize
  # Its image cannot be had here; sweep_docker does its work.
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
}

# When Jaeger's program is there, and the workspace's Node.
build_further_images() {
  infra/images/build.sh jaeger collector node >"$work/further-images" || { fail 'building the images'; return 1; }
  source "$work/further-images"
}

# Kept outside the checkout: the next run finds it there.
fetch_go_program() {
  [ ! -x "$1" ] || return 0
  GOBIN=$work/go go install "$2" >"$work/go.log" 2>&1 || { tail -n 40 "$work/go.log"; echo "go install $2 failed"; return 1; }
  mkdir -p "$(dirname "$1")" && mv "$work"/go/* "$1"
}

# Debian 12 has no compose plugin for its docker; Debian 13's is one static program.
fetch_compose() {
  ! docker compose version >/dev/null 2>&1 || return 0
  if [ ! -x "$compose" ]; then
    local apt="$work/apt"
    unpack_trixie "$apt" docker-compose >"$work/compose.log" 2>&1 ||
      { tail -n 40 "$work/compose.log"; echo 'the compose plugin cannot be had'; return 1; }
    mkdir -p "$(dirname "$compose")" && mv "$apt/unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$compose"
  fi
  mkdir -p "$HOME/.docker/cli-plugins" && ln -sf "$compose" "$HOME/.docker/cli-plugins/docker-compose"
}

# One that runs already is used, and left running.
start_docker() {
  local try
  ! docker version >/dev/null 2>&1 || return 0
  # One that is ending, and what one that was killed left behind.
  for try in $(seq 200); do pgrep -x dockerd >/dev/null || break; sleep 0.1; done
  rm -f /var/run/docker.pid
  dockerd --ip 127.0.0.1 >"$work/dockerd.log" 2>&1 </dev/null &
  echo $! >"$work/dockerd.pid"
  for try in $(seq 300); do
    docker version >/dev/null 2>&1 && return
    kill -0 "$(cat "$work/dockerd.pid")" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$work/dockerd.log"
  return 1
}

# A container that a test left behind is a failure, and goes.
sweep_docker() {
  local left
  left=$(docker ps -aq --filter label=org.millrace.test 2>/dev/null; docker ps -aq --filter name=^millrace-test- 2>/dev/null)
  if [ -n "$left" ]; then
    docker ps -a
    # shellcheck disable=SC2086
    docker rm -fv $left >/dev/null
    fail 'tests left containers behind'
  fi
  stop_docker
}

stop_docker() {
  # Where an earlier step failed, it may be about to start one.
  [ -z "${docker:-}" ] || wait "$docker" 2>/dev/null
  [ -f "$work/dockerd.pid" ] || return 0
  local pid try
  pid=$(cat "$work/dockerd.pid")
  kill "$pid" 2>/dev/null || return 0
  for try in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$pid"
}
