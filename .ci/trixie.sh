# Sourced by .ci/run: packages of Debian 13, unpacked and not installed.

# unpack_trixie FOLDER PACKAGE… leaves what is in the packages below FOLDER/unpacked.
unpack_trixie() {
  local folder=$1 options mirror package
  shift
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/$')
  mkdir -p "$folder/lists"
  printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: trixie' 'Components: main' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$folder/trixie.sources"
  options=(-o "Dir::Etc::sourcelist=$folder/trixie.sources" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$folder/lists"
    -o "Dir::Cache=$folder" -o APT::Sandbox::User=root -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  (
    cd "$folder" && apt-get "${options[@]}" update && apt-get "${options[@]}" download "$@" || exit
    for package in ./*.deb; do dpkg-deb -x "$package" unpacked || exit; done
  )
}
