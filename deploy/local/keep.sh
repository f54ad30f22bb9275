#!/bin/sh
# keep.sh DIR COMMAND…: runs COMMAND and outlives it. DIR/pid holds its pid, start time (a recycled pid is not taken for
# it) and the boot, written before it begins; DIR/exit says how it ended and when. It restarts nothing.
dir=$1
shift
trap '' HUP
rm -f "$dir/exit"
/bin/sh -c '
  dir=$1
  shift
  echo "$$ $(cut -d" " -f22 /proc/$$/stat) $(cat /proc/sys/kernel/random/boot_id)" >"$dir/pid.new"
  mv "$dir/pid.new" "$dir/pid"
  exec "$@"
' keep "$dir" "$@"
code=$?
echo "$code $(date +%s)" >"$dir/exit.new"
mv "$dir/exit.new" "$dir/exit"
