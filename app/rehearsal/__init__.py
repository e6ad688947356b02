"""Plays whole trajectories through the same actions as everyone else, with a clock of its own; never beside them."""
