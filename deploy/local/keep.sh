#!/bin/sh
# keep.sh DIR TURN COMMAND…: runs COMMAND and outlives it. DIR/pid holds its pid, start time (a recycled pid is not taken for
# it) and the boot, written before it begins; DIR/exit.TURN says how it ended and when (a keeper that is late cannot speak
# for its successor). It restarts nothing.
dir=$1
turn=$2
shift 2
trap '' HUP
exec 3>&2 2>/dev/null # the log is the command's; what the shell says of its end is in exit.TURN
(exec 2>&3 3>&-; exec /bin/sh -c '
  dir=$1
  shift
  echo "$$ $(cut -d" " -f22 /proc/$$/stat) $(cat /proc/sys/kernel/random/boot_id)" >"$dir/pid.new"
  mv "$dir/pid.new" "$dir/pid"
  exec "$@"
' keep "$dir" "$@")
code=$?
echo "$code $(date +%s)" >"$dir/exit.$turn.new"
mv "$dir/exit.$turn.new" "$dir/exit.$turn"
