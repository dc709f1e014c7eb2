"""What the scripts share: processes started and reaped by id, ports, figures. Python's standard library only."""
