"""Work for later: what the outbox of jobs and the clock ask for."""
