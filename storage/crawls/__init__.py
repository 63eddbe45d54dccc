"""What crawls remember from one to the next: the frontier, channels, hosts, robots.txt, backfills, visits."""
