"""The parts of pages: what they are made from, and the blocks that they are made of."""
