"""Taking over trajectories that run already: a file is looked through, each line becomes one in its own deed."""
