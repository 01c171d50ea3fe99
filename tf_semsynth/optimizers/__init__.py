"""Floor 3: Adam as the papers use it, schedules, moving averages."""
