"""A region simulated for years: thousands of trajectories through the same deeds as everyone's, judged from outside."""
