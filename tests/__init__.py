"""The tests of tfcompat: one file a module, golden runs on stand-in distributions, and real engines behind markers."""
