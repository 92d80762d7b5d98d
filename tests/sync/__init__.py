"""What a sync makes of edits on both sides, on the sandbox."""
