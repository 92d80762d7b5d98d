"""An evening of speed-dating, worked out: who may meet whom, who sits where, which pairs to propose. Pure."""
