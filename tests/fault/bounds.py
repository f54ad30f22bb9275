"""What the services promise of the time after a fault; the machine is shared, so that some of them have slack, which is said."""

ACCEPTING_S = 5.0  # after a fault's end the door acknowledges within so many seconds,
BACKLOG_S = 60.0  # and every consumer has read and said everything within so many
READY_S = 4.0  # a service that was started is ready within so many: promised are 2
