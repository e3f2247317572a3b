"""What there is to measure, how a part of it is chosen, and how it is named: releases, Pythons, variants, cells, shards, places."""
