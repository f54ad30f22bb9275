"""What processes of a stack have cost so far: CPU and memory by /proc, and what PostgreSQL counts of itself."""

import os
import time
from pathlib import Path

import database
import processes


def resident_mib(stack, part: str) -> float:
    return memory_mib(stack, part, "VmRSS")


def peak_mib(stack, part: str) -> float:
    return memory_mib(stack, part, "VmHWM")


def memory_mib(stack, part: str, field: str) -> float:
    status = Path(f"/proc/{processes.pid_of(stack.run_folder(part))}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith(field)).split()[1]) / 1024


def idle_percent(stack, part: str, seconds: float = 10) -> float:
    """The share of one core that a process takes while nobody asks anything of it."""
    process = processes.pid_of(stack.run_folder(part))
    before = cpu_seconds(process)
    time.sleep(seconds)
    return (cpu_seconds(process) - before) / seconds * 100


def cpu_seconds(process: int) -> float:
    return ticked_seconds(process, 11)


def postgres_counters(stack) -> dict:
    """What PostgreSQL has done so far: bytes of WAL, rows written, commits, CPU of the server and its children (also of those that are gone)."""
    wal, rows, commits = database.run_sql(stack, "hookswitch", """SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn,
        tup_inserted + tup_updated + tup_deleted, xact_commit FROM pg_stat_database WHERE datname = 'hookswitch'""").strip().split("|")
    return {"wal_bytes": int(wal), "rows": int(rows), "commits": int(commits),
            "cpu_s": family_cpu_seconds(processes.pid_of(stack.run_folder("postgres")))}


def session_cpu_seconds(stack, service_name: str) -> float:
    """Of the sessions in PostgreSQL that a service has now."""
    pids = database.run_sql(stack, "postgres", f"SELECT pid FROM pg_stat_activity WHERE application_name LIKE '{service_name}%'")
    return sum(cpu_seconds(int(process)) for process in pids.split())


def family_cpu_seconds(process: int) -> float:
    """Of a process, its children and those of them that it has outlived."""
    seconds = cpu_seconds(process) + ticked_seconds(process, 13)
    for child in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split():
        try:
            seconds += cpu_seconds(int(child))
        except (FileNotFoundError, ProcessLookupError):
            continue  # gone meanwhile; the next look finds it among the outlived
    return seconds


def ticked_seconds(process: int, first: int) -> float:
    """The field `first` of /proc/PID/stat, counted behind the name, and the next: user and system time."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[first]) + int(fields[first + 1])) / os.sysconf("SC_CLK_TCK")
