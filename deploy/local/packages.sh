# Installs what is missing of the Debian package list. Sourced by ./dev; words go to stderr.

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

# missing_packages LIST: the listed packages that are neither installed nor provided by an installed one.
missing_packages() {
  local present
  present=$(dpkg-query -W -f='${db:Status-Abbrev}\t${Package}, ${Provides}\n' |
    sed -n 's/^ii *\t//p' | tr ',' '\n' | sed 's/(.*//; s/[[:space:]]//g')
  grep -vE '^[[:space:]]*(#|$)' "$1" | grep -vxFf <(printf '%s\n' "$present") || true
}

# A first PostgreSQL must not bring a running cluster of its own: ours is private. Existing ones are left alone.
forbid_main_cluster() {
  local file=/etc/postgresql-common/createcluster.conf
  if grep -qsE '^[[:space:]]*create_main_cluster' "$file"; then return; fi
  as_root mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | as_root tee -a "$file" >/dev/null
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" >&2
}

# The lists' lock is the one that apt-get does not wait for by itself.
update_package_lists() {
  local try
  for try in $(seq 1 30); do
    apt_get -q update && return
    [[ $try -lt 30 ]] || break
    echo "./dev: apt-get update failed (try $try of 30), once more in 5 s" >&2
    sleep 5
  done
  return 1
}

install_missing_packages() {
  local missing lock
  missing=$(missing_packages "$1")
  [[ -n $missing ]] || return 0
  if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
    echo "./dev: these Debian packages are missing, and there is no sudo to install them with." >&2
    echo "As root: apt-get install" $missing >&2
    exit 1
  fi
  # apt-get inherits this lock: after a kill -9 of ./dev the next one waits until it has finished.
  mkdir -p "${XDG_CACHE_HOME:-$HOME/.cache}/hookswitch"
  exec {lock}>"${XDG_CACHE_HOME:-$HOME/.cache}/hookswitch/packages.lock"
  flock "$lock"
  missing=$(missing_packages "$1")
  if [[ -n $missing ]]; then
    echo "./dev: installing" $missing >&2
    if grep -qx postgresql-15 <<<"$missing"; then forbid_main_cluster; fi
    as_root dpkg --configure -a >&2
    update_package_lists
    apt_get -q -y --no-install-recommends install $missing
  fi
  exec {lock}>&-
}
