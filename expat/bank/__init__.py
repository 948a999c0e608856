"""What is exchanged with banks: codes that they know, the files that they take, the messages that they send. Pure."""
