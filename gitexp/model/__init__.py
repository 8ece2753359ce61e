"""What the record is: frozen values, no I/O, no clock, standard library only."""
