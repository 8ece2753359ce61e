"""Reading the stores of experiment trackers, without their packages."""
