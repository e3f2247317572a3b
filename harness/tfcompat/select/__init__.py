"""What there is to measure, and how a part of it is chosen: releases, Pythons, variants, cells, shards."""
