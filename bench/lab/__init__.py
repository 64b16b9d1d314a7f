"""What bench/run and tests/bench measure with: brokers, services, loads and their comparison."""
