"""What happened: recorders that turn operations into traces."""
