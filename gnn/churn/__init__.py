"""Who is about to leave: features as of a moment, a calibrated model, its reasons, and how well it does."""
