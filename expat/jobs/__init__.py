"""What happens by itself, day after day: jobs that work item by item, each exactly once, whatever is killed."""
