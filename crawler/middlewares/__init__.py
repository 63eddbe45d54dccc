"""What stands between a spider and the network: safety, robots.txt, politeness."""
